namespace Harness.Reporting.Tests;

/// <summary>Sample records for reports.</summary>
internal static class Runs
{
    public const string Login = "features/handshake/login.feature:12";
    public const string WrongPassword = "features/handshake/login.feature:20";
    public const string Silent = "features/resilience/board.feature:8";
    public const string Seal = "features/timing/seal.feature:5";

    public static readonly DateTimeOffset Start = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    /// <summary>Gets a run with one scenario of each verdict except aborted, a device of each kind, samples, budgets, a fault and a note.</summary>
    public static RunEvent[] Mixed(bool finished = true)
    {
        var events = new List<RunEvent>
        {
            Started(selected: 4),
            Device("m4", "serial", "qemu", Provenance.EmulatedInstructions),
            new DeviceReady { Device = "host", Kind = "host", Driver = "in-process", TickUnit = "ns", Provenance = Provenance.Host, ReadyMs = 1 },
            Begin(Login, "Login", "The right password opens a session", 1),
            Step(Login, "Given", "\"m4\" is enrolled at the broker"),
            Step(Login, "When", "\"m4\" logs in"),
            Sample(Login, "aug.init", 34_900_000, ClockKind.Device),
            Sample(Login, "aug.init", 34_900_000, ClockKind.Device),
            Sample(Login, "aug.init", 34_900_000, ClockKind.Device),
            End(Login, "The right password opens a session", Verdict.Pass, 1500),
            Begin(WrongPassword, "Login", "A wrong password is refused", 2),
            Step(WrongPassword, "When", "\"m4\" logs in with another password"),
            Step(WrongPassword, "Then", "the broker refuses it with 0x87", "failed"),
            End(WrongPassword, "A wrong password is refused", Verdict.Fail, 2250, new FailureDetail(
                "then", "Then the broker refuses it with 0x87", "CONNACK of m4", "0x87 NotAuthorized", "0x00 Success", null,
                $"./harness run {WrongPassword}")) with { Transcripts = ["transcripts/login-20.m4.txt"] },
            Begin(Silent, "Boards", "A silent board", 3),
            new FaultSeen { Scenario = Silent, Device = "m4", Fault = "timeout", Detail = "no reply to 17 ID within 2 s" },
            new FaultSeen { Scenario = Silent, Device = "m4", Fault = "timeout", Detail = "no reply to 18 ID within 2 s" },
            End(Silent, "A silent board", Verdict.RigError, 4000, new FailureDetail(
                "given", "Given \"m4\" is ready", "link of m4", "a reply within 2000", "silence after 2000", "ms", "./harness doctor")),
            Begin(Seal, "Sealing", "Sealing leaves time for the control loop", 4),
            Sample(Seal, "seal", 16_900, ClockKind.Device),
            Sample(Seal, "seal", 17_100, ClockKind.Device),
            Sample(Seal, "seal", 0.8, ClockKind.Host) with { Unit = Unit.Milliseconds, Provenance = Provenance.Host },
            new BudgetJudged
            {
                Scenario = Seal, Device = "m4", Operation = "seal", Statistic = "max", N = 2, Observed = double.NaN, Limit = 1.5,
                Unit = Unit.Milliseconds, Provenance = Provenance.EmulatedInstructions, Verdict = Verdict.Inconclusive,
                Reason = "a limit in ms says nothing about emulated-instructions samples",
            },
            new NoteTaken { Scenario = Seal, Text = "2 samples" },
            End(Seal, "Sealing leaves time for the control loop", Verdict.Inconclusive, 500, new FailureDetail(
                "then", "Then \"seal\" takes at most 1.5 ms", "max of seal of m4", "at most 1.5 ms",
                "a limit in ms says nothing about emulated-instructions samples", null, null)),
        };
        if (finished)
        {
            events.Add(RunFinished.From(new VerdictCounts(1, 1, 1, 1, 0), 8250));
        }

        return Numbered(events);
    }

    /// <summary>Gets a run in which everything passed.</summary>
    public static RunEvent[] Green() => Numbered(
    [
        Started(selected: 1),
        Begin(Login, "Login", "The right password opens a session", 1),
        End(Login, "The right password opens a session", Verdict.Pass, 1500),
        RunFinished.From(new VerdictCounts(1, 0, 0, 0, 0), 1600),
    ]);

    /// <summary>Gets a run of one scenario with this name, feature and failure.</summary>
    public static RunEvent[] One(string name, string feature, FailureDetail failure, Verdict verdict = Verdict.Fail) => Numbered(
    [
        Started(selected: 1),
        Begin(Login, feature, name, 1),
        End(Login, name, verdict, 10, failure),
        RunFinished.From(default(VerdictCounts).Plus(verdict), 20),
    ]);

    public static RunEvent[] Numbered(IEnumerable<RunEvent> events) =>
        [.. events.Select((e, i) => e with { Seq = i + 1, At = Start.AddMilliseconds(i * 100) })];

    public static RunStarted Started(int selected) => new()
    {
        RunId = "20260314-150926-a1b2",
        HarnessVersion = "0.1.0",
        Rig = "rigs/sim.yaml",
        RigName = "sim",
        Features = "features",
        Selected = selected,
        Deselected = [new Deselected("features/timing/pi.feature:3", "Seals in time on a Pi", "tagged @hardware, and rig sim has none")],
        Host = new HostInfo("Debian GNU/Linux 12 (bookworm)", "6.1.0-18", "x64", "Some CPU", 2, ".NET 10.0.0") { Governor = "performance" },
    };

    public static DeviceReady Device(string name, string kind, string driver, Provenance provenance) => new()
    {
        Device = name,
        Kind = kind,
        Driver = driver,
        Board = "stm32f405",
        Firmware = "harness-fw 1.0",
        Build = "9f2c11aa",
        ClockHz = 1_000_000_000,
        TickUnit = "instructions",
        Provenance = provenance,
        ReadyMs = 812.5,
    };

    public static ScenarioStarted Begin(string id, string feature, string name, int index) =>
        new() { Id = id, Feature = feature, Name = name, Tags = ["@req:AUG-1"], Index = index, Of = 4 };

    public static StepFinished Step(string scenario, string keyword, string text, string status = "passed") =>
        new() { Scenario = scenario, Keyword = keyword, Text = text, Status = status, DurationMs = 10 };

    public static SampleTaken Sample(string scenario, string operation, double value, ClockKind clock) => new()
    {
        Scenario = scenario,
        Device = "m4",
        Operation = operation,
        Value = value,
        Unit = Unit.Instructions,
        Clock = clock,
        Provenance = Provenance.EmulatedInstructions,
    };

    public static ScenarioFinished End(string id, string name, Verdict verdict, double ms, FailureDetail? failure = null) =>
        new() { Id = id, Name = name, Verdict = verdict, DurationMs = ms, Failure = failure };
}
