namespace Harness.Soak.Tests;

/// <summary>Place of a planted fault.</summary>
internal enum Place
{
    Nowhere,
    Line,
    Cable,
    Stall,
    Board,
    Plug,
    Sensor,
    Mqtt,
    Broker,
}

/// <summary>One kind of harm, with what the record must say of it and what the round comes to.</summary>
/// <param name="Name">Its description.</param>
/// <param name="Place">Its place.</param>
/// <param name="Named">One of these must stand in the record: the word of a FaultSeen, the end of a note, or the quality of a reading.</param>
/// <param name="Verdict">Pass where the harness has to live through it, rig-error where it has to say that the rig broke.</param>
internal sealed record FaultKind(string Name, Place Place, string[] Named, Verdict Verdict = Verdict.Pass)
{
    public const string Ended = "the connection ended";
    public const string NoAnswer = "no answer in time";
    public const string Refused = "refused by the broker";
    public const string Aborted = "refused by the device";

    /// <summary>No harm at all: nothing may be in the record.</summary>
    public static FaultKind None { get; } = new("no fault", Place.Nowhere, []);

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        .. Line(LineDirection.ToBoard, "no-reply", LineFault.Drop),
        .. Line(LineDirection.ToBoard, "stale", LineFault.Double),
        .. Line(LineDirection.ToBoard, "damaged-request", LineFault.FlipByte, LineFault.CorruptCrc, LineFault.Garbage, LineFault.InsertGarbage),
        .. Line(LineDirection.FromBoard, "no-reply", LineFault.Drop),
        .. Line(LineDirection.FromBoard, "stale", LineFault.Double),
        .. Line(LineDirection.FromBoard, "garbage", LineFault.FlipByte, LineFault.CorruptCrc, LineFault.Garbage, LineFault.InsertGarbage),
        .. Cable("lost", "doubled", "flipped", "inserted"),
        new("stall of the line", Place.Stall, ["no-reply"]),
        new("silent board at Y", Place.Board, ["no-reply"], Verdict.RigError),
        new("killed board at Y", Place.Board, ["vanished"], Verdict.RigError),
        new("killed board before a message", Place.Board, ["vanished"], Verdict.RigError),
        new("restarted board at Y", Place.Board, ["restarted"], Verdict.RigError),
        new("restarted board before a message", Place.Board, ["restarted"], Verdict.RigError),
        new("board unplugged before a message", Place.Plug, ["vanished"], Verdict.RigError),
        new("board renumbered before a message", Place.Plug, ["vanished"], Verdict.RigError),
        new("I2C clock held", Place.Sensor, ["stuck-bus"], Verdict.RigError),
        new("sensor taken off", Place.Sensor, ["gone"], Verdict.RigError),
        .. new[] { "X", "Y", "V_C", "V_S", "payload" }.Select(at => new FaultKind($"cut at {at}", Place.Mqtt, [Ended])),
        .. new[] { "Y", "V_S" }.Select(at => new FaultKind($"packet lost at {at}", Place.Mqtt, [NoAnswer])),
        new("bit flipped at X", Place.Mqtt, [Refused, Aborted]),
        new("bit flipped at Y", Place.Mqtt, [Refused, Aborted]),
        new("bit flipped at V_C", Place.Mqtt, [Refused]),
        new("bit flipped at V_S", Place.Mqtt, [Aborted]),
        new("broker restarted during a login", Place.Broker, [Ended]),
        new("broker restarted before a message", Place.Broker, [Ended]),
    ];

    /// <summary>Field of a login that the fault waits for; null where it waits for none.</summary>
    public string? At => Name.Split(" at ") is [_, var place] ? place : null;

    private static IEnumerable<FaultKind> Line(LineDirection direction, string named, params LineFault[] faults) =>
        faults.Select(fault => new FaultKind($"line {direction} {fault}", Place.Line, [named]));

    private static IEnumerable<FaultKind> Cable(params string[] faults) => faults.SelectMany(fault => new[]
    {
        new FaultKind($"byte to the board {fault}", Place.Cable, ["damaged-request"]),
        new FaultKind($"byte from the board {fault}", Place.Cable, ["garbage"]),
    });
}

/// <summary>A fault that really was planted.</summary>
/// <param name="Scenario">The round.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Device">Whom it was meant for.</param>
internal sealed record Planted(string Scenario, FaultKind Kind, string Device)
{
    /// <summary>True where an event of the record names it.</summary>
    public bool IsNamedBy(RunEvent e) => e switch
    {
        FaultSeen seen => seen.Scenario == Scenario && seen.Device == Device && Kind.Named.Contains(seen.Fault),
        ScenarioFinished { Failure: { } failure } ended => Kind.Place == Place.Sensor && ended.Id == Scenario && failure.Item == $"sensor {Device}" && Kind.Named.Any(word => failure.Seen.StartsWith(word, StringComparison.Ordinal)),
        NoteTaken note => note.Scenario == Scenario && note.Text.StartsWith($"{Device}: ", StringComparison.Ordinal) && Kind.Named.Any(note.Text.Contains),
        _ => false,
    };
}
