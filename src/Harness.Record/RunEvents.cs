namespace Harness.Record;

/// <summary>The first event of every record.</summary>
public sealed record RunStarted : RunEvent
{
    /// <summary>The newest schema that this version writes and reads.</summary>
    public const int CurrentSchema = 2;

    /// <summary>Version of the record's format.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The run's name, equal to its folder's: <c>20260314-150926-a1b2</c>.</summary>
    public required string RunId { get; init; }

    /// <summary>Version of the harness.</summary>
    public required string HarnessVersion { get; init; }

    /// <summary>Path of the rig file.</summary>
    public required string Rig { get; init; }

    /// <summary>The rig's own name.</summary>
    public required string RigName { get; init; }

    /// <summary>The folder of the features.</summary>
    public required string Features { get; init; }

    /// <summary>The largest number of scenarios at once; null for one after the other. Events of scenarios that run at once stand between each other.</summary>
    public int? Parallel { get; init; }

    /// <summary>The files and folders on the command line, as typed; null where there was none. Reports name scenarios relative to them.</summary>
    public IReadOnlyList<string>? FeaturePaths { get; init; }

    /// <summary>The filter, where one was given.</summary>
    public string? Filter { get; init; }

    /// <summary>The number of scenarios to run.</summary>
    public required int Selected { get; init; }

    /// <summary>Scenarios that were found and will not run, each with its reason.</summary>
    public IReadOnlyList<Deselected> Deselected { get; init; } = [];

    /// <summary>The machine the harness runs on.</summary>
    public required HostInfo Host { get; init; }

    /// <summary>Hash of the program's assemblies, another after any change of its sources: versions are rarer than changes. Null in records of versions that did not record it.</summary>
    public string? HarnessBuild { get; init; }

    /// <summary>The assemblies of a lab's own that were loaded; null where none was.</summary>
    public IReadOnlyList<PluginUsed>? Plugins { get; init; }

    /// <summary>The parts of the rig and what each is wired to; null in records of versions that did not record it.</summary>
    public IReadOnlyList<WiredPart>? Wiring { get; init; }

    /// <summary>The lab's run that this is an attempt at; null outside a lab.</summary>
    public LabAttemptId? Lab { get; init; }
}

/// <summary>An attempt at a run of a lab: of several at one run the highest counts, and earlier ones are evidence.</summary>
/// <param name="Run">The lab's name of the run.</param>
/// <param name="Attempt">Its number, from 1: a lost machine and a broken rig lead to another.</param>
/// <param name="Host">The machine.</param>
/// <param name="Job">The number of the job in the queue.</param>
public sealed record LabAttemptId(string Run, int Attempt, string Host, long Job)
{
    /// <summary>The variable by which the job tells it to the run.</summary>
    public const string Variable = "HARNESS_LAB_ATTEMPT";

    /// <summary>Reads it from the environment; null where this is no run of a lab.</summary>
    public static LabAttemptId? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable)?.Split(' ') is [{ Length: > 0 } run, var attempt, { Length: > 0 } host, var job]
        && int.TryParse(attempt, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0 && long.TryParse(job, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? new LabAttemptId(run, number, host, id) : null;

    /// <summary>Writes it as the environment has it.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Run} {Attempt} {Host} {Job}");
}

/// <summary>A part of the rig and what it is wired to.</summary>
/// <param name="Name">Its name in the rig file.</param>
/// <param name="Kind"><c>device</c>, <c>sensor</c>, <c>line</c> or <c>broker</c>.</param>
/// <param name="Detail">A description in a few words: <c>qemu-stm32f405</c>.</param>
/// <param name="To">The part it is wired to; empty for this machine.</param>
/// <param name="By">Its carrier: <c>/dev/ttyUSB0</c>, <c>I2C /dev/i2c-1, 0x76</c>.</param>
public sealed record WiredPart(string Name, string Kind, string Detail, string To, string By);

/// <summary>A scenario that was deselected.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reason">The reason: "tagged @hardware, and rig sim has none".</param>
public sealed record Deselected(string Id, string Name, string Reason);

/// <summary>The first answer of a device.</summary>
public sealed record DeviceReady : RunEvent
{
    /// <summary>Its name in the rig file.</summary>
    public required string Device { get; init; }

    /// <summary><c>host</c>, <c>serial</c> or <c>external</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The driver that reaches it: <c>qemu</c>, <c>tty</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>The board's own name.</summary>
    public string? Board { get; init; }

    /// <summary>Firmware name and version.</summary>
    public string? Firmware { get; init; }

    /// <summary>Hash of the firmware build.</summary>
    public string? Build { get; init; }

    /// <summary>Rate of the device's counter in Hz; 0 where it has none.</summary>
    public long ClockHz { get; init; }

    /// <summary>The unit of its counter: <c>cycles</c>, <c>instructions</c>, <c>ns</c>.</summary>
    public required string TickUnit { get; init; }

    /// <summary>The provenance of its numbers.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Milliseconds from start to its first answer.</summary>
    public double ReadyMs { get; init; }
}

/// <summary>A fault on a link, with or without a consequence.</summary>
public sealed record FaultSeen : RunEvent
{
    /// <summary>The scenario during which it happened, if one ran.</summary>
    public string? Scenario { get; init; }

    /// <summary>The device whose link it was.</summary>
    public required string Device { get; init; }

    /// <summary>The kind in a word or two: "crc", "retry".</summary>
    public required string Fault { get; init; }

    /// <summary>The expected and the seen. Never a secret.</summary>
    public required string Detail { get; init; }
}

/// <summary>A note for the reader of the record.</summary>
public sealed record NoteTaken : RunEvent
{
    /// <summary>The scenario it belongs to, if one ran.</summary>
    public string? Scenario { get; init; }

    /// <summary>The sentence. Never a secret.</summary>
    public required string Text { get; init; }
}

/// <summary>The files beside the record as they were at the end of the run: transcripts, captures, samples. Several events where there are many.</summary>
public sealed record FilesKept : RunEvent
{
    /// <summary>The files.</summary>
    public required IReadOnlyList<KeptFile> Files { get; init; }
}

/// <summary>A file beside the record.</summary>
/// <param name="Name">Its path relative to the run's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hex digits.</param>
public sealed record KeptFile(string Name, long Bytes, string Sha256);

/// <summary>The last event of a run; a record without it is incomplete.</summary>
public sealed record RunFinished : RunEvent
{
    /// <summary>The verdict of the run.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The exit code of the process.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Scenarios that passed.</summary>
    public int Passed { get; init; }

    /// <summary>Scenarios in which the device under test did wrong.</summary>
    public int Failed { get; init; }

    /// <summary>Scenarios that could not be judged.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Scenarios in which the rig broke.</summary>
    public int RigErrors { get; init; }

    /// <summary>Scenarios that lack what a step needs, or whose <c>Then</c> had nothing to judge; 0 in records from before that verdict.</summary>
    public int Unjudgeable { get; init; }

    /// <summary>Scenarios that were aborted.</summary>
    public int Aborted { get; init; }

    /// <summary>Milliseconds from first to last event.</summary>
    public double DurationMs { get; init; }

    /// <summary>Makes the event of a run with these counts.</summary>
    public static RunFinished From(VerdictCounts counts, double durationMs) => new()
    {
        Verdict = counts.Verdict,
        ExitCode = ExitCodes.From(counts),
        Passed = counts.Passed,
        Failed = counts.Failed,
        Inconclusive = counts.Inconclusive,
        RigErrors = counts.RigErrors,
        Unjudgeable = counts.Unjudgeable,
        Aborted = counts.Aborted,
        DurationMs = durationMs,
    };
}

/// <summary>A signature under everything before it: over the line before, which holds the hash of the line before that, and so on.</summary>
public sealed record RecordSigned : RunEvent
{
    /// <summary>The one algorithm: ECDSA on P-256 with SHA-256.</summary>
    public const string EcdsaP256 = "ECDSA-P256-SHA256";

    /// <summary>The algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The public key: SubjectPublicKeyInfo, DER, Base64.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The signature over the bytes of the line before with its line end: DER, Base64.</summary>
    public required string Signature { get; init; }
}
