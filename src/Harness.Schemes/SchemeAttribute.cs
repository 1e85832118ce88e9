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

    /// <summary>Relation to the published text: empty, <c>as described</c>, <c>as reconstructed</c>, <c>our repair</c>, or the document that defines a login of today.</summary>
    public string Label { get; init; } = "";

    /// <summary>The group of the claims table: the papers' schemes, our own repair, or the logins of today's devices.</summary>
    public string Group { get; init; } = SchemeNames.Papers;

    /// <summary>The clause after <c>choose NAME</c> in the tables: <c>when the broker may read and forge everything</c>.</summary>
    public required string Choose { get; init; }

    /// <summary>True where devices log in by AugPAKE, so that rigs, boards and the broker of the program know it by name.</summary>
    public bool IsAugPake { get; init; } = true;

    /// <summary>True where the program's broker and devices in this process run it though they do not log in by AugPAKE.</summary>
    public bool HasBroker { get; init; }

    /// <summary>True where payloads travel under a key that one client shares with the broker, who opens and re-seals them.</summary>
    public bool IsHopByHop { get; init; }
}
