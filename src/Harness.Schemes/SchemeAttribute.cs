namespace Harness.Schemes;

/// <summary>The name of a scheme, on the class at the heart of its folder.</summary>
/// <param name="name">The name in rigs, features and on boards.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SchemeAttribute(string name) : Attribute
{
    /// <summary>The name in rigs, features and on boards.</summary>
    public string Name { get; } = name;

    /// <summary>The place in lists and tables, from 1.</summary>
    public required int Order { get; init; }

    /// <summary>Relation to the published text: empty, <c>as described</c>, <c>as reconstructed</c> or <c>our repair</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>The group of the claims table: the papers' schemes, or our own repair.</summary>
    public string Group { get; init; } = SchemeNames.Papers;

    /// <summary>True where payloads travel under a key that one client shares with the broker, who opens and re-seals them.</summary>
    public bool IsHopByHop { get; init; }
}
