using System.Reflection;

namespace Harness.Brokers.Conformance;

/// <summary>Declares that a method decides a numbered normative statement of MQTT, at a broker where it takes a <see cref="Conversation"/>, else at a client. A method may decide the same statement of both versions.</summary>
/// <param name="version">The version of MQTT.</param>
/// <param name="number">Its number in that version's standard, as <c>MQTT-3.1.2-24</c>.</param>
/// <param name="demand">The demand in short, as a sentence about the broker or the client.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class StatementAttribute(MqttVersion version, string number, string demand) : Attribute
{
    public MqttVersion Version { get; } = version;

    public string Number { get; } = number;

    public string Demand { get; } = demand;
}

/// <summary>A normative statement that can be decided.</summary>
/// <param name="Version">The version of MQTT.</param>
/// <param name="Number">Its number in that version's standard.</param>
/// <param name="Demand">The demand in short.</param>
public abstract record Statement(MqttVersion Version, string Number, string Demand)
{
    /// <summary>The version in words, as <c>3.1.1</c>.</summary>
    public string VersionName => NameOf(Version);

    /// <summary>A version in words.</summary>
    internal static string NameOf(MqttVersion version) => version == MqttVersion.V5 ? "5.0" : "3.1.1";

    /// <summary>Every method that decides a statement by a talk of one kind, by version and number.</summary>
    private protected static IEnumerable<(StatementAttribute Declared, Func<T, Task<Finding>> Decide)> Declared<T>() =>
        from type in typeof(Statement).Assembly.GetTypes()
        where type.Namespace?.StartsWith(typeof(Statement).Namespace!, StringComparison.Ordinal) == true
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where method.GetParameters() is [{ ParameterType: var taken }] && taken == typeof(T)
        from declared in method.GetCustomAttributes<StatementAttribute>()
        orderby declared.Version, Order(declared.Number), declared.Number
        select (declared, method.CreateDelegate<Func<T, Task<Finding>>>());

    /// <summary>Decides within a limit. Whatever breaks on the way leaves the statement undecided.</summary>
    private protected static async Task<Finding> WithinAsync(TimeSpan within, Func<CancellationToken, Task<Finding>> decide, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        try
        {
            return await decide(limit.Token).ConfigureAwait(false);
        }
        catch (NothingSeenException e)
        {
            return Finding.NotDecided(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.NotDecided($"undecided after {within.TotalSeconds:0} s");
        }
    }

    private static long Order(string number) => number["MQTT-".Length..].Split('.', '-').Aggregate(0L, (sum, part) => (sum * 1000) + int.Parse(part, CultureInfo.InvariantCulture));
}

/// <summary>A normative statement that can be decided at a broker.</summary>
public sealed record BrokerStatement : Statement
{
    private readonly Func<Conversation, Task<Finding>> _decide;

    private BrokerStatement(StatementAttribute declared, Func<Conversation, Task<Finding>> decide)
        : base(declared.Version, declared.Number, declared.Demand) => _decide = decide;

    /// <summary>Every statement, by version and number.</summary>
    public static IReadOnlyList<BrokerStatement> All { get; } = [.. Declared<Conversation>().Select(s => new BrokerStatement(s.Declared, s.Decide))];

    /// <summary>Decides it at a broker, and removes what it made the broker keep.</summary>
    public async Task<Finding> DecideAsync(BrokerUnderTest broker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        var (residue, removed) = (new Residue(broker, Version), true);
        Finding finding;
        try
        {
            finding = await WithinAsync(broker.StatementWithin, DecideAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            removed = await residue.RemoveAsync().ConfigureAwait(false); // also where it was stopped
        }

        return removed ? finding : finding with { Seen = $"{finding.Seen}; what the broker keeps of it could not be removed" };

        async Task<Finding> DecideAsync(CancellationToken stop)
        {
            using var talk = new Conversation(broker, Version, Number, stop) { Residue = residue };
            return await _decide(talk).ConfigureAwait(false);
        }
    }
}

/// <summary>The verdict on one statement.</summary>
public enum ConformanceVerdict
{
    /// <summary>The broker or the client did as the statement demands.</summary>
    Conforms,

    /// <summary>It did otherwise.</summary>
    Violates,

    /// <summary>The statement is about a feature that the broker says it does not offer, or that the client does not use.</summary>
    OptionalFeatureAbsent,

    /// <summary>Nothing was seen that decides it: a login was refused, a time limit passed, the connection broke, a client did nothing of the kind.</summary>
    NotDecided,
}

/// <summary>The outcome of one statement.</summary>
/// <param name="Verdict">Verdict.</param>
/// <param name="Seen">The doing of the broker or the client, in words.</param>
public sealed record Finding(ConformanceVerdict Verdict, string Seen)
{
    /// <summary>True where the broker was gone afterwards, or had been meanwhile: an end of a connection, or silence, is then no doing of its own.</summary>
    public bool BrokerIsGone { get; private init; }

    internal static Finding Conforms(string seen) => new(ConformanceVerdict.Conforms, seen);

    internal static Finding Violates(string seen) => new(ConformanceVerdict.Violates, seen);

    internal static Finding Absent(string seen) => new(ConformanceVerdict.OptionalFeatureAbsent, seen);

    internal static Finding NotDecided(string seen) => new(ConformanceVerdict.NotDecided, seen);

    internal static Finding Gone(string how, Finding before) => NotDecided($"{how}; before that: {before.Seen}") with { BrokerIsGone = true };

    /// <summary>Conforms where a condition holds, violates where it does not.</summary>
    internal static Finding Of(bool conforms, string seen) => new(conforms ? ConformanceVerdict.Conforms : ConformanceVerdict.Violates, seen);
}
