namespace Harness.Reporting.Claims;

/// <summary>The output of <c>harness claims --json</c>. Every field is always present; null if the record does not have it.</summary>
/// <param name="Schema">Version of this object's format: 1.</param>
/// <param name="ExitCode">Exit code of <c>harness claims</c>.</param>
/// <param name="AnonymityExcludes">The limits of a tick of UA.</param>
/// <param name="Cells">The cells, each with its attacks.</param>
/// <param name="Findings">Findings beyond the claims.</param>
/// <param name="Costs">Operation counts of parties, by phase.</param>
/// <param name="Messages">Costs of messages.</param>
/// <param name="Schemes">The columns, in order, each with its group.</param>
/// <param name="NotDecided">The papers' other systems, of which nothing is decided.</param>
/// <param name="Footprints">Memory that schemes take on boards.</param>
/// <param name="Run">The run, as <c>harness run --json</c> prints it.</param>
public sealed record JsonClaims(
    int Schema, int ExitCode, string AnonymityExcludes, IReadOnlyList<JsonCell> Cells, IReadOnlyList<JsonFinding> Findings, IReadOnlyList<JsonCost> Costs,
    IReadOnlyList<JsonMessage> Messages, IReadOnlyList<JsonScheme> Schemes, IReadOnlyList<JsonNotDecided> NotDecided, IReadOnlyList<JsonFootprint> Footprints, JsonRun Run);

/// <summary>A column; <c>choose</c> is the clause after its name.</summary>
public sealed record JsonScheme(string Scheme, string Label, string Group, string Choose);

/// <summary>A system of the papers' tables of which nothing is decided.</summary>
public sealed record JsonNotDecided(string System, string Reason);

/// <summary>A cell; <c>plugin</c> is null for one of the papers' table, <c>paper</c> if the paper says nothing, <c>seen</c> one of holds, broken, inconclusive, not-run, not-applicable.</summary>
public sealed record JsonCell(
    string Scheme, string Label, string Claim, string Aspect, bool? Paper, string Expected, string Seen, bool AsExpected, bool OwnReading,
    IReadOnlyList<JsonAttack> Attacks, IReadOnlyList<string> Missing, int Known, string? Plugin);

/// <summary>An attack; <c>won</c> and <c>control_won</c> are null if undecided.</summary>
public sealed record JsonAttack(
    string Attack, string Summary, string Adversary, bool? Won, string Evidence, string Control, bool? ControlWon, string ControlEvidence, int Seed,
    string Reference, string? Capture, string Publisher, string Subscriber, string Scenario);

/// <summary>A finding; <c>shown</c> is null if undecided, <c>repaired</c> if the repair is not part of the product, <c>plugin</c> if it is the harness's own.</summary>
public sealed record JsonFinding(string Finding, string Scheme, string Label, string Words, bool? Shown, string Evidence, string Repair, bool? Repaired,
    string RepairEvidence, string? Plugin);

/// <summary>Operation counts of one party in one phase.</summary>
public sealed record JsonCost(
    string Scheme, string Label, string Phase, string Party, string Device, long Hashes, long Exponentiations, long Ciphers, long Sha256Blocks,
    long CipherBlocks, string Formula);

/// <summary>The cost of a message of one length, in <c>unit</c>.</summary>
public sealed record JsonMessage(
    string Scheme, string Label, string Device, int Bytes, int N, double? Seal, double? Open, string Unit, string Provenance, int? WireBytes,
    int PlainWireBytes, string? Reason);

/// <summary>Bytes that a scheme takes on a board; a number is null where it is not known, and the reason beside it then says why.</summary>
public sealed record JsonFootprint(
    string Scheme, string Label, string Device, string Board, string Build, long? Flash, long? OwnFlash, long? Ram, long? OwnRam, string? SizesReason, string Group, long? Stack,
    long? StackReserved, string Provenance, string? StackReason, string? Reason);

/// <summary>Renders <see cref="JsonClaims"/>.</summary>
public static class ClaimsJson
{
    private static readonly JsonClaimsContext Context = new(new JsonSerializerOptions(JsonClaimsContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Renders the object, indented, without a line end after it.</summary>
    public static string Render(ClaimsResult claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return ForeignText.Json(JsonSerializer.Serialize(
            new JsonClaims(
                1, claims.ExitCode, ClaimTexts.AnonymityExcludes, [.. claims.Cells.Select(Cell)],
                [.. claims.Findings.Select(f => new JsonFinding(f.Finding, f.Scheme, f.Label, f.Words, f.Shown, f.Evidence, f.Repair, f.Repaired, f.RepairEvidence, f.Plugin))],
                [.. claims.Costs.Select(c => new JsonCost(
                    c.Scheme, c.Label, c.Phase, c.Party, c.Device, c.Hashes, c.Exponentiations, c.Ciphers, c.Sha256Blocks, c.CipherBlocks, c.Formula))],
                [.. claims.Messages.Select(m => new JsonMessage(
                    m.Scheme, m.Label, m.Device, m.Bytes, m.N, Finite(m.Seal), Finite(m.Open), m.Unit.Symbol(), m.Provenance.Word(), m.WireBytes,
                    m.PlainWireBytes, m.Reason))],
                [.. claims.Groups.SelectMany(g => g.Schemes).Select(s => new JsonScheme(s.Scheme, s.Label, s.Group, s.Choose))],
                [.. ClaimTexts.NotDecided.Select(s => new JsonNotDecided(s.System, s.Reason))],
                [.. claims.Footprints.Select(f => new JsonFootprint(
                    f.Scheme, f.Label, f.Device, f.Board, f.Build, f.Flash, f.OwnFlash, f.Ram, f.OwnRam, f.SizesReason, f.Group, f.Stack, f.StackReserved,
                    f.Provenance.Word(), f.StackReason, f.Reason))],
                JsonRun.From(claims.Run)),
            Context.JsonClaims));
    }

    private static JsonCell Cell(ClaimCell c) => new(
        c.Scheme, c.Label, c.Claim, c.Aspect, c.Paper, c.Expected, ClaimTexts.Word(c.Seen), c.AsExpected, c.OwnReading,
        [.. c.Attacks.Select(a => new JsonAttack(
            a.Attack, a.Summary, a.Adversary, a.Won, a.Evidence, a.Control, a.ControlWon, a.ControlEvidence, a.Seed, a.Reference, a.Capture, a.Publisher,
            a.Subscriber, a.Scenario))],
        c.Missing, c.Known, c.Plugin);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(JsonClaims))]
internal sealed partial class JsonClaimsContext : JsonSerializerContext;
