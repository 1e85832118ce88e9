using Microsoft.Extensions.Time.Testing;

namespace Harness.Cli.Tests.Live;

/// <summary>The calm display on a terminal of the tests' own, which wraps lines and moves its cursor as a terminal does.</summary>
public sealed class CalmConsoleTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Passes_fold_to_a_line_a_feature_and_failures_are_told_as_they_come()
    {
        var screen = new Screen(100);
        using (var calm = Calm(screen))
        {
            Begin(calm, 3);
            Scenario(calm, "Login", "first", Verdict.Pass);
            Scenario(calm, "Login", "second", Verdict.Fail);
            Assert.That(screen.Text, Does.Contain("fail  second  Login.feature:second").And.Contain("      m4: expected this, saw that"));
            Assert.That(screen.Text, Does.Not.Contain("first"));
            Scenario(calm, "Timing", "third", Verdict.Pass);
            Assert.That(screen.Text, Does.Contain("1 of 2 passed  Login  4.0 s"));
        }

        Assert.That(screen.Lines, Is.EqualTo(new[]
        {
            "sim  3 scenarios of features", "fail  second  Login.feature:second", "      m4: expected this, saw that", "1 of 2 passed  Login  4.0 s", "1 of 1 passed  Timing  2.0 s", "",
        }));
    }

    [Test]
    public void Below_stand_the_devices_the_bar_and_the_current_step()
    {
        var screen = new Screen(100);
        using var calm = Calm(screen);
        Begin(calm, 4);
        Scenario(calm, "Login", "first", Verdict.Pass);
        calm.Write(new FaultSeen { Device = "m4", Fault = "crc", Detail = "d" });
        calm.Write(new ScenarioStarted { Id = "x", Feature = "Login", Name = "second", Index = 2, Of = 4 });
        calm.Write(new StepStarted { Scenario = "x", Keyword = "When", Text = "m4 logs in" });
        Assert.That(screen.Lines[^4..], Is.EqualTo(new[] { "m4: last fault crc (1)   avr: not used yet", "[######..................] 1/4", "Login: second", "  When m4 logs in" }));
    }

    [Test]
    public void Scenarios_that_run_at_once_stand_below_each_other_and_fold_into_their_own_features()
    {
        var screen = new Screen(100);
        using (var calm = Calm(screen))
        {
            Begin(calm, 4);
            Start(calm, "Login", "a", 1);
            Start(calm, "Login", "b", 2);
            calm.Write(new StepStarted { Scenario = "Login.feature:a", Keyword = "When", Text = "m4 logs in" });
            Assert.That(screen.Lines[^4..], Is.EqualTo(new[] { "Login: a", "  When m4 logs in", "Login: b", "  ..." }));
            End(calm, "Login", "b");
            Start(calm, "Timing", "c", 3);
            Assert.That(screen.Text, Does.Not.Contain("passed"), "one of Login is under way");
            End(calm, "Login", "a");
            Assert.That(screen.Text, Does.Contain("2 of 2 passed  Login  4.0 s"));
            End(calm, "Timing", "c");
        }

        Assert.That(screen.Lines, Is.EqualTo(new[] { "sim  4 scenarios of features", "2 of 2 passed  Login  4.0 s", "1 of 1 passed  Timing  2.0 s", "" }));

        static void Start(CalmConsole calm, string feature, string name, int index) =>
            calm.Write(new ScenarioStarted { Id = $"{feature}.feature:{name}", Feature = feature, Name = name, Index = index, Of = 4 });

        static void End(CalmConsole calm, string feature, string name) =>
            calm.Write(new ScenarioFinished { Id = $"{feature}.feature:{name}", Name = name, Verdict = Verdict.Pass, DurationMs = 2000 });
    }

    [Test]
    public void Nothing_is_written_while_nothing_changes_and_a_change_is_one_write()
    {
        var screen = new Screen(100);
        using var calm = Calm(screen);
        Begin(calm, 2);
        calm.Write(new ScenarioStarted { Id = "x", Feature = "F", Name = "s", Index = 1, Of = 2 });
        var before = screen.Writes;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(screen.Writes, Is.EqualTo(before));
        calm.Write(new StepStarted { Scenario = "x", Keyword = "When", Text = "m4 logs in" });
        Assert.That(screen.Writes, Is.EqualTo(before + 1));
    }

    [Test]
    public void The_time_left_comes_from_earlier_runs_and_goes_down()
    {
        var screen = new Screen(100);
        using var calm = Calm(screen, new Dictionary<string, double> { ["F.feature:a"] = 30_000, ["F.feature:b"] = 100_000 });
        Begin(calm, 2);
        calm.Write(new ScenarioStarted { Id = "F.feature:a", Feature = "F", Name = "a", Index = 1, Of = 2 });
        Assert.That(screen.Text, Does.Contain("0/2  about 2 min 10 s left"));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.That(screen.Text, Does.Contain("0/2  about 1 min 50 s left"));
        calm.Write(new ScenarioFinished { Id = "F.feature:a", Name = "a", Verdict = Verdict.Pass, DurationMs = 20_000 });
        Assert.That(screen.Text, Does.Contain("1/2  about 1 min 40 s left"));
    }

    [TestCase(100, 40)]
    [TestCase(40, 100)]
    [TestCase(100, 10)]
    public void A_terminal_that_changes_its_width_keeps_no_remains(int before, int after)
    {
        var screen = new Screen(before);
        using (var calm = Calm(screen))
        {
            Begin(calm, 2);
            calm.Write(new ScenarioStarted { Id = "x", Feature = "A feature with a name of some length", Name = "A scenario whose name is longer than half of a line", Index = 1, Of = 2 });
            screen.Resize(after);
            calm.Write(new StepStarted { Scenario = "x", Keyword = "When", Text = "m4 does something that takes a whole line to say, and more than that" });
            calm.Write(new ScenarioFinished { Id = "x", Name = "n", Verdict = Verdict.Pass, DurationMs = 1000 });
        }

        // Where a line wraps, its blanks at the end are not to be seen.
        Assert.That(string.Concat(screen.Lines).Replace(" ", "", StringComparison.Ordinal), Is.EqualTo("sim2scenariosoffeatures1of1passedAfeaturewithanameofsomelength1.0s"));
    }

    [Test]
    public void Names_cannot_steer_the_terminal_and_without_colours_there_are_none()
    {
        var screen = new Screen(200);
        using (var calm = Calm(screen))
        {
            Begin(calm, 1);
            Scenario(calm, "F \u001b[41m", "\u001b]0;title\u0007", Verdict.Fail);
        }

        Assert.That(screen.Written, Does.Contain(@"\u{1b}[41m").And.Not.Contain("\u001b[41m").And.Not.Contain("\u0007").And.Not.Match("\u001b\\[[0-9;]*m"));
    }

    private CalmConsole Calm(Screen screen, Dictionary<string, double>? expected = null) => new(screen, false, () => screen.Width, expected ?? [], _time);

    private static void Begin(CalmConsole calm, int selected)
    {
        calm.Write(new RunStarted
        {
            RunId = "r", HarnessVersion = "0", Rig = "r", RigName = "sim", Features = "features", Selected = selected, Host = HostInfo.Current(),
            Wiring = [new WiredPart("m4", "device", "d", "", "b"), new WiredPart("avr", "device", "d", "", "b"), new WiredPart("broker", "broker", "d", "", "b")],
        });
        calm.Write(new DeviceReady { Device = "m4", Kind = "serial", Driver = "qemu", TickUnit = "instructions", Provenance = Provenance.EmulatedInstructions });
    }

    private static void Scenario(CalmConsole calm, string feature, string name, Verdict verdict)
    {
        var id = $"{feature}.feature:{name}";
        calm.Write(new ScenarioStarted { Id = id, Feature = feature, Name = name, Index = 1, Of = 3 });
        calm.Write(new ScenarioFinished
        {
            Id = id, Name = name, Verdict = verdict, DurationMs = 2000, Failure = verdict == Verdict.Pass ? null : new FailureDetail("then", "Then x", "m4", "this", "that", null, null),
        });
    }
}
