namespace Harness.Record;

/// <summary>What was known of a cell before any attack ran: what its paper says and what is expected. A cell that no attack reaches is seen missing.</summary>
public sealed record CellStated : RunEvent
{
    /// <summary>The scheme: <c>mqtt-present</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>How far what runs is the published text: empty, <c>as described</c>, <c>as reconstructed</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>The claim by its word: <c>UA MA MITM OPG REPLAY DC DP DI A NR</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>What of the claim: <c>handshake</c>, <c>wire</c>; empty where it has no parts.</summary>
    public string Aspect { get; init; } = "";

    /// <summary>The paper's tick; null where it says nothing.</summary>
    public bool? Paper { get; init; }

    /// <summary><c>holds</c>, <c>broken</c> or <c>not-applicable</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>Whether what decides it is our own reading, since the full text of the scheme is not public.</summary>
    public bool OwnReading { get; init; }

    /// <summary>The attacks that the run set out with; one that never ended leaves the cell undecided.</summary>
    public IReadOnlyList<string> Attacks { get; init; } = [];

    /// <summary>How many attacks on the cell there are; more than <see cref="Attacks"/> where only some were asked for.</summary>
    public int Known { get; init; }
}

/// <summary>An attack on a scheme ended, and so did the same attack on a deliberately weak setting.</summary>
public sealed record AttackEnded : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme: <c>mqtt-present</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>How far what runs is the published text: empty, <c>as described</c>, <c>as reconstructed</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>The claim by its word: <c>UA MA MITM OPG REPLAY DC DP DI A NR</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>What of the claim; empty where it has no parts.</summary>
    public string Aspect { get; init; } = "";

    /// <summary>The attack: <c>di-flip-wire</c>.</summary>
    public required string Attack { get; init; }

    /// <summary>What the attack does, one sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Who attacks and what he needs to have first.</summary>
    public string Adversary { get; init; } = "";

    /// <summary>Whether it exhibited what it is after; null where it could not tell.</summary>
    public bool? Won { get; init; }

    /// <summary>What it exhibited, or what came in its way. Never a secret: fingerprints and made-up readings only.</summary>
    public required string Evidence { get; init; }

    /// <summary>The weak setting, in words.</summary>
    public string Control { get; init; } = "";

    /// <summary>Whether it won there; null where that did not run or could not tell.</summary>
    public bool? ControlWon { get; init; }

    /// <summary>What it exhibited there.</summary>
    public string ControlEvidence { get; init; } = "";

    /// <summary>What its chances are drawn from.</summary>
    public int Seed { get; init; }

    /// <summary>Where the attack comes from: an RFC section, an equation, a paper.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The paper's tick for the claim; null where it says nothing.</summary>
    public bool? Paper { get; init; }

    /// <summary><c>holds</c>, <c>broken</c> or <c>not-applicable</c>: what is expected of the cell, not of this attack.</summary>
    public required string Expected { get; init; }

    /// <summary>Whether what decides the cell is our own reading of the scheme.</summary>
    public bool OwnReading { get; init; }

    /// <summary>The capture (pcapng), relative to the run folder; null where the attack leaves none.</summary>
    public string? Capture { get; init; }

    /// <summary>The device that published.</summary>
    public string Publisher { get; init; } = "";

    /// <summary>The device that subscribed.</summary>
    public string Subscriber { get; init; } = "";
}

/// <summary>Something about a scheme that its paper does not say was looked for.</summary>
public sealed record FindingJudged : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>Its name: <c>ecb-patterns</c>.</summary>
    public required string Finding { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>How far what runs is the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary>What is wrong, one sentence.</summary>
    public required string Words { get; init; }

    /// <summary>The cheapest repair.</summary>
    public required string Repair { get; init; }

    /// <summary>Whether it was shown; null where that could not be told.</summary>
    public bool? Shown { get; init; }

    /// <summary>What shows it. Never a secret.</summary>
    public required string Evidence { get; init; }

    /// <summary>Whether the repair mended it; null where the repair is not part of this product.</summary>
    public bool? Repaired { get; init; }

    /// <summary>What was seen with the repair on.</summary>
    public string RepairEvidence { get; init; } = "";
}

/// <summary>What one party computed in one phase of a scheme.</summary>
public sealed record CostCounted : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>How far what runs is the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary><c>publisher</c>, <c>subscriber</c> or <c>broker</c>.</summary>
    public required string Party { get; init; }

    /// <summary>The device that counted; the broker's is <c>host</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>registration</c>, <c>handshake</c>, <c>key delivery</c> or <c>message</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>H and H' evaluations (T_h).</summary>
    public long Hashes { get; init; }

    /// <summary>Group exponentiations (T_ex).</summary>
    public long Exponentiations { get; init; }

    /// <summary>Whole messages or wraps encrypted or decrypted (T_ed).</summary>
    public long Ciphers { get; init; }

    /// <summary>SHA-256 compressions.</summary>
    public long Sha256Blocks { get; init; }

    /// <summary>Block cipher calls.</summary>
    public long CipherBlocks { get; init; }

    /// <summary>What Table 4 of the MQTT-PRESENT paper prints for the scheme.</summary>
    public string Formula { get; init; } = "";
}

/// <summary>What the security of one message of a length costs a device.</summary>
public sealed record MessageCost : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>How far what runs is the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary>The device that was measured.</summary>
    public required string Device { get; init; }

    /// <summary>Plaintext bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>How often each was done.</summary>
    public required int N { get; init; }

    /// <summary>Median of sealing, in <see cref="Unit"/>; null where the device cannot take that many bytes.</summary>
    public double? Seal { get; init; }

    /// <summary>Median of opening, in <see cref="Unit"/>.</summary>
    public double? Open { get; init; }

    /// <summary>The unit of both: the device's own ticks.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Where they come from.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Bytes of the PUBLISH packet that carries the sealed payload.</summary>
    public int? WireBytes { get; init; }

    /// <summary>Bytes of the PUBLISH packet that would carry the plaintext.</summary>
    public int PlainWireBytes { get; init; }

    /// <summary>Why there is no number; null where there is.</summary>
    public string? Reason { get; init; }
}
