namespace Harness.Record.Tests;

/// <summary>Sample events.</summary>
internal static class Any
{
    public const string Scenario = "features/handshake/login.feature:12";

    public static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero);

    public static RunStarted Started() => new()
    {
        RunId = "20260314-150926-a1b2",
        HarnessVersion = "0.1.0",
        Rig = "rigs/sim.yaml",
        RigName = "sim",
        Features = "features",
        Selected = 2,
        Deselected = [new Deselected("features/timing/pi.feature:3", "Seals in time", "tagged @hardware, and rig sim has none")],
        Host = new HostInfo("Debian GNU/Linux 12 (bookworm)", "6.1.0", "x64", "Some CPU", 2, ".NET 10.0.0"),
        HarnessBuild = "5f1c",
    };

    public static SampleTaken Sample(double value) => new()
    {
        Scenario = Scenario,
        Device = "m4",
        Operation = "seal",
        Value = value,
        Unit = Unit.Instructions,
        Clock = ClockKind.Device,
        Provenance = Provenance.EmulatedInstructions,
    };

    public static NoteTaken Note(string text) => new() { Scenario = Scenario, Text = text };

    /// <summary>Gets one event of each kind, with every member set.</summary>
    public static IReadOnlyList<RunEvent> OfEachKind() =>
    [
        Started() with { Filter = "@smoke" },
        new DeviceReady
        {
            Device = "m4",
            Kind = "serial",
            Driver = "qemu",
            Board = "stm32f405",
            Firmware = "harness-fw 1.0",
            Build = "9f2c11aa",
            ClockHz = 1_000_000_000,
            TickUnit = "instructions",
            Provenance = Provenance.EmulatedInstructions,
            ReadyMs = 812.5,
        },
        new ScenarioStarted { Id = Scenario, Feature = "Login", Name = "The right password", Tags = ["@req:AUG-1"], Index = 1, Of = 2 },
        new StepStarted { Scenario = Scenario, Keyword = "Given", Text = "\"m4\" is enrolled" },
        new StepFinished { Scenario = Scenario, Keyword = "Given", Text = "\"m4\" is enrolled", Status = "passed", DurationMs = 1.25 },
        Sample(16900),
        new BudgetJudged
        {
            Scenario = Scenario,
            Device = "m4",
            Operation = "seal",
            Statistic = "max",
            N = 3,
            Observed = 16900,
            Limit = 20000,
            Unit = Unit.Instructions,
            Provenance = Provenance.EmulatedInstructions,
            Verdict = Verdict.Pass,
            Reason = "none",
        },
        new FaultSeen { Scenario = Scenario, Device = "m4", Fault = "crc", Detail = "expected 29b1, saw 0000" },
        Note("µ < é"),
        new SchemeStated { Scheme = "mqtt-auth", Label = "as reconstructed", Group = "papers", Choose = "when tokens matter" },
        new CellStated
        {
            Scheme = "mqtt-auth", Label = "as reconstructed", Claim = "A", Aspect = "leaked", Paper = true, Expected = "broken", OwnReading = true,
            Attacks = ["a-leaked-token"], Known = 2,
        },
        new AttackEnded
        {
            Scenario = Scenario,
            Scheme = "mqtt-present",
            Label = "as described",
            Claim = "DI",
            Aspect = "wire",
            Attack = "di-flip-wire",
            Summary = "flips a bit of a payload",
            Adversary = "on the wire",
            Won = true,
            Evidence = "the subscriber took 3 of 1000",
            Control = "payloads in clear",
            ControlWon = false,
            ControlEvidence = "none taken",
            Seed = 7,
            Reference = "paper section 5",
            Paper = true,
            Expected = "broken",
            OwnReading = true,
            Capture = "captures/di.pcapng",
            Publisher = "m4",
            Subscriber = "host",
        },
        new FindingJudged
        {
            Scenario = Scenario,
            Finding = "ecb-patterns",
            Scheme = "mqtt-present",
            Label = "as described",
            Words = "equal blocks look equal",
            Repair = "a mode with a nonce",
            Shown = true,
            Evidence = "blocks 1 and 2",
            Repaired = true,
            RepairEvidence = "no equal blocks",
        },
        new CostCounted
        {
            Scenario = Scenario,
            Scheme = "mqtt-present",
            Label = "as described",
            Party = "publisher",
            Device = "m4",
            Phase = "handshake",
            Hashes = 1,
            Exponentiations = 2,
            Ciphers = 3,
            Sha256Blocks = 4,
            CipherBlocks = 5,
            Formula = "6 Th + 4 Tex + 6 Ted",
        },
        new SamplesSummarized
        {
            Scenario = Scenario,
            Device = "m4",
            Operation = "seal",
            N = 1000,
            Min = 1,
            P50 = 2,
            P99 = 3,
            Max = 4,
            IsExact = true,
            Unit = Unit.Instructions,
            Clock = ClockKind.Device,
            Provenance = Provenance.EmulatedInstructions,
            File = "samples.csv",
        },
        new MessageCost
        {
            Scenario = Scenario,
            Scheme = "mqtt-present",
            Label = "as described",
            Device = "m4",
            Bytes = 16,
            N = 3,
            Seal = 1000,
            Open = 2000.5,
            Unit = Unit.Instructions,
            Provenance = Provenance.EmulatedInstructions,
            WireBytes = 40,
            PlainWireBytes = 32,
            Reason = "none",
        },
        new SchemeFootprint
        {
            Scenario = Scenario,
            Scheme = "augmqtt",
            Label = "as described",
            Device = "m4",
            Board = "stm32f405",
            Build = "01234567",
            Flash = 60000,
            OwnFlash = 7000,
            Ram = 16000,
            OwnRam = 100,
            SizesReason = "none",
            Group = "p256",
            Stack = 6000,
            StackReserved = 16384,
            Provenance = Provenance.EmulatedInstructions,
            StackReason = "none",
            Reason = "none",
        },
        new ScenarioFinished
        {
            Id = Scenario,
            Name = "The right password",
            Verdict = Verdict.RigError,
            DurationMs = 20,
            Failure = new FailureDetail("when", "When \"m4\" logs in", "link of m4", "a reply", "silence", "ms", "./harness doctor") { At = "features/a.feature:7", Add = "Given m4 is ready" },
            Transcripts = ["transcripts/m4.txt"],
        },
        new FilesKept { Files = [new KeptFile("transcripts/m4.txt", 7, new string('a', 64))] },
        new RunFinished
        {
            Verdict = Verdict.RigError,
            ExitCode = 3,
            Passed = 1,
            Failed = 2,
            Inconclusive = 3,
            RigErrors = 4,
            Aborted = 5,
            Unjudgeable = 6,
            DurationMs = 30,
        },
        new RecordSigned { Algorithm = RecordSigned.EcdsaP256, PublicKey = "cHVibGlj", Signature = "c2lnbmVk" },
    ];
}

/// <summary>A folder of its own, with a space in its path, that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("record tests ").FullName;

    public string Path { get; }

    public string Record => System.IO.Path.Combine(Path, RecordWriter.FileName);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
