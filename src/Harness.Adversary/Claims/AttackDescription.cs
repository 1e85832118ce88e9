namespace Harness.Adversary.Claims;

/// <summary>Description of an attack.</summary>
public sealed record AttackDescription
{
    /// <summary>The cell that it decides.</summary>
    public required Cell Cell { get; init; }

    /// <summary>The schemes it is about, <see cref="SchemeNames"/>; without a word those whose devices log in by AugPAKE.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = SchemeNames.OfAugPake;

    /// <summary>The expectation for a cell that an attack of a lab's own decides; null takes that of the claims table, and where it has none, that no attack wins.</summary>
    public Expectation? Expected { get; init; }

    /// <summary>The adversary's knowledge and abilities.</summary>
    public required string Precondition { get; init; }

    /// <summary>Course of the attack.</summary>
    public required string Summary { get; init; }

    /// <summary>Observation that counts as success.</summary>
    public required string Observation { get; init; }

    /// <summary>Equation of a paper, section of RFC 6628 or of MQTT that it bears on.</summary>
    public required string Reference { get; init; }

    /// <summary>The weak setting of the control, in words.</summary>
    public required string Control { get; init; }
}
