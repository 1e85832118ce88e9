namespace Harness.Sessions.Broker;

/// <summary>Makes the broker's side of a scheme.</summary>
internal static class BrokerSchemes
{
    private static readonly IReadOnlyDictionary<string, Make> Declared = DeclaredNames
        .Methods<BrokerSchemeAttribute>([typeof(BrokerSchemes).Assembly], a => a.Name)
        .ToDictionary(pair => pair.Key, pair => DeclaredNames.Bind<Make>(pair.Value.Member));

    /// <summary>Makes one scheme's side.</summary>
    /// <param name="options">Options of the broker.</param>
    /// <param name="note">Takes each decision: client, topic, accepted, reason.</param>
    public delegate IBrokerScheme Make(SecureBrokerOptions options, Action<string, string, bool, string> note);

    /// <summary>The side that the options name.</summary>
    /// <param name="options">Options of the broker.</param>
    /// <param name="note">Takes each decision: client, topic, accepted, reason.</param>
    /// <exception cref="ArgumentException">No such scheme, or a key size PRESENT does not have.</exception>
    public static IBrokerScheme Create(SecureBrokerOptions options, Action<string, string, bool, string> note) =>
        Declared.TryGetValue(options.Scheme, out var make)
            ? make(options, note)
            : throw new ArgumentException($"no scheme '{options.Scheme}'; known: {string.Join(", ", SchemeNames.All)}", nameof(options));
}
