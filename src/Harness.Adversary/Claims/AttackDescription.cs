using Harness.Schemes;

namespace Harness.Adversary.Claims;

/// <summary>What an attack says of itself.</summary>
public sealed record AttackDescription
{
    /// <summary>What it decides.</summary>
    public required Cell Cell { get; init; }

    /// <summary>The schemes it is about, <see cref="SchemeNames"/>.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = SchemeNames.Claimed;

    /// <summary>What the adversary has and can do.</summary>
    public required string Precondition { get; init; }

    /// <summary>What it does.</summary>
    public required string Summary { get; init; }

    /// <summary>What must be seen for it to have won.</summary>
    public required string Observation { get; init; }

    /// <summary>Equation of a paper, section of RFC 6628 or of MQTT that it bears on.</summary>
    public required string Reference { get; init; }

    /// <summary>The weak setting of the control, in words.</summary>
    public required string Control { get; init; }
}
