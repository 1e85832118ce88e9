using Harness.Bench.Devices;

namespace Harness.Cli.Tests;

/// <summary>A failed device, a broken rig and an unjudgeable scenario differ in the record, in the reports and in the exit code.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunVerdictTests : WorkFolderTests
{
    [Test]
    public async Task A_failed_scenario_exits_with_1_and_says_phase_expected_and_seen()
    {
        var ended = await JudgedAsync(WorkFolder.FailingHost, WorkFolder.Posix, Verdict.Fail, 1);
        Assert.That(ended.Stdout, Does.Match(@"(?m)^FAILED  A wrong password opens a session$").And.Match(@"(?m)^  phase +then$")
            .And.Match(@"(?m)^  step +Then the login succeeds$").And.Match(@"(?m)^  expected +to succeed$").And.Match(@"(?m)^  seen +refused with 0x87$"));
        Assert.That(Report().Descendants("failure"), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_missing_firmware_image_is_a_broken_rig()
    {
        var rig = _work.WriteRig("rig.yaml", "build/posix\n", "build/nowhere\n");
        var failure = await BrokenAsync(rig);
        Assert.That(failure.Seen, Does.Contain("no such file"));
        Assert.That(failure.Expected, Does.Contain("build/nowhere"));
        Assert.That(failure.NextCommand, Does.StartWith("make"));
    }

    [Test]
    public async Task An_emulator_that_ends_at_once_is_a_broken_rig()
    {
        var dead = _work.WriteProgram("dead board", "#!/bin/sh\necho 'cannot boot: no flash' >&2\nexit 7\n");
        var rig = _work.WriteRig("rig.yaml", Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix") + "\n", $"\"{dead}\"\n");
        WithLeash(dead);
        var failure = await BrokenAsync(rig);
        Assert.That(failure.Seen, Does.Contain("status 7").And.Contain("cannot boot: no flash"));
    }

    [Test]
    public async Task A_board_that_never_speaks_is_a_broken_rig()
    {
        var mute = _work.WriteProgram("mute board", "#!/bin/sh\nexec script -qfc 'tty; exec sleep 600' /dev/null\n");
        var rig = _work.Write("rig.yaml", WorkFolder.PosixRigText()
            .Replace(Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix") + "\n", $"\"{mute}\"\n", StringComparison.Ordinal)
            .Replace("boot: 10 s", "boot: 2 s", StringComparison.Ordinal).Replace("reply: 10 s", "reply: 1 s", StringComparison.Ordinal));
        WithLeash(mute);
        await BrokenAsync(rig);
    }

    [Test]
    public async Task A_serial_port_that_is_not_there_is_a_broken_rig()
    {
        var failure = await BrokenAsync(TtyRig("/dev/ttyUSB-none"));
        Assert.That(failure.Item + failure.Expected + failure.Seen, Does.Contain("/dev/ttyUSB-none"));
        Assert.That(failure.NextCommand, Is.Not.Null);
    }

    [Test]
    public async Task A_file_that_is_no_serial_port_is_a_broken_rig()
    {
        var failure = await BrokenAsync(TtyRig(_work.Write("no port", "x")));
        Assert.That(failure.Seen, Does.Contain("terminal"));
    }

    [Test]
    public async Task A_port_that_another_program_holds_is_a_broken_rig_and_the_holder_is_named()
    {
        using var terminal = PseudoTerminal.Open();
        terminal.HoldExclusively();
        var failure = await BrokenAsync(TtyRig(terminal.Path));
        Assert.That(failure.Item + failure.Expected + failure.Seen, Does.Contain(terminal.Path));
        Assert.That(failure.Seen, Does.Contain("held").Or.Contain("busy").IgnoreCase);
        Assert.That(failure.Seen, Does.Contain($"{Environment.ProcessId}"));
    }

    [Test]
    public async Task A_port_that_another_run_holds_is_a_broken_rig_and_the_holder_is_named()
    {
        using var terminal = PseudoTerminal.Open();
        using var held = DeviceLock.Take("theirs", terminal.Path);
        var failure = await BrokenAsync(TtyRig(terminal.Path));
        Assert.That(failure.Seen, Does.Contain($"pid {Environment.ProcessId}").And.Contain("since"));
    }

    [Test]
    public async Task A_hardware_budget_without_hardware_is_inconclusive_never_a_pass()
    {
        var ended = await JudgedAsync(
            WorkFolder.PassingBoard + "\n    And \"aug.step\" of board takes at most 40 ms at max on hardware\n", WorkFolder.Posix, Verdict.Inconclusive, 4);
        Assert.That(ended.Stdout, Does.Contain("hardware"));
        Assert.That(Report().Descendants("skipped"), Has.Exactly(1).Items);
        Assert.That(_work.Record("r").OfType<BudgetJudged>().Single().Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public async Task A_time_budget_on_an_instruction_counting_board_is_inconclusive()
    {
        var ended = await JudgedAsync(
            WorkFolder.PassingBoard + "\n    And \"aug.step\" of board takes at most 40 ms at max\n", "rigs/sim.yaml", Verdict.Inconclusive, 4);
        Assert.That(ended.Stdout, Does.Contain("instructions"));
    }

    [Test]
    public async Task A_role_that_the_rig_lacks_is_inconclusive()
    {
        var rig = _work.WriteRig("rig.yaml", "  second board: p2\n", "");
        var ended = await JudgedAsync(WorkFolder.PassingBoard.Replace(" board ", " second board ", StringComparison.Ordinal), rig, Verdict.Inconclusive, 4);
        Assert.That(ended.Stdout, Does.Contain("second board"));
    }

    [Test]
    public async Task A_failure_outranks_a_broken_rig_and_both_outrank_what_cannot_be_judged()
    {
        var rig = _work.WriteRig("rig.yaml", "build/posix\n", "build/nowhere\n");
        _work.Write("f/1.feature", WorkFolder.FailingHost);
        _work.Write("f/2.feature", WorkFolder.PassingBoard);
        _work.Write("f/3.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        var finished = (RunFinished)_work.Record("r")[^1];
        Assert.That((finished.Failed, finished.RigErrors, finished.Passed), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task A_mistake_in_a_feature_is_unjudgeable_and_names_sentence_and_line_to_add()
    {
        var ended = await JudgedAsync(Slips(1), WorkFolder.Posix, Verdict.Unjudgeable, 2);
        Assert.That(ended.Stdout, Does.Match("(?m)^UNJUDGEABLE  slip 0$").And.Match("(?m)^  line +judged.feature:4$")
            .And.Match("(?m)^  add +Given a broker with enhanced authentication$").And.Contain("1 unjudgeable"));
        Assert.That((string)Report().Descendants("error").Single().Attribute("type")!, Is.EqualTo("feature"));
        Assert.That(File.ReadAllText(_work["r/summary.md"]), Does.StartWith("# UNJUDGEABLE"));
    }

    [Test]
    public async Task Unjudgeable_scenarios_never_stop_a_run_and_a_failure_outranks_them()
    {
        _work.Write("f/1.feature", Slips(5));
        _work.Write("f/2.feature", WorkFolder.PassingHost);
        _work.Write("f/3.feature", WorkFolder.FailingHost);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", WorkFolder.Posix, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That((RunFinished)_work.Record("r")[^1], Has.Property("Unjudgeable").EqualTo(5).And.Property("Passed").EqualTo(1).And.Property("Failed").EqualTo(1)
            .And.Property("RigErrors").EqualTo(0));
    }

    [TestCase("hots", "host", 2)]
    [TestCase("baord", "board", 2)]
    [TestCase("second bord", "no such step", 2)]
    [TestCase("avr1284", "saw only", 4)]
    public async Task A_misspelt_device_is_refused_before_the_run_and_one_of_another_rig_is_not(string device, string said, int exit)
    {
        _work.Write("one.feature", WorkFolder.PassingHost + "\n" + $"""

              Scenario: Misspelt
                Given a broker with enhanced authentication
                And {device} is enrolled at the broker
            """);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "one.feature", "--rig", WorkFolder.Posix, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(exit), ended.ToString());
        Assert.That(ended.Stdout + ended.Stderr, Does.Contain(said));
        if (exit == 2)
        {
            Assert.That(ended.Stderr, Does.Contain("one.feature:12: "));
            Assert.That(File.Exists(_work["r/run.jsonl"]), Is.False, "nothing runs");
        }
    }

    [Test]
    public async Task A_number_that_is_too_large_is_refused_before_the_run()
    {
        _work.Write("one.feature", WorkFolder.PassingHost.Replace("host logs in", "host logs in 99999999999 times", StringComparison.Ordinal));
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "one.feature", "--rig", WorkFolder.Posix, "--out", "r");
        Assert.That((ended.ExitCode, File.Exists(_work["r/run.jsonl"])), Is.EqualTo((2, false)), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("one.feature:7: expected a number of 0 to 2147483647, saw 99999999999"));
    }

    private static string Slips(int count) => "Feature: A Given is missing\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"""

          Scenario: slip {i}
            Given host is enrolled at the broker
            When host logs in
            Then the login succeeds

        """));

    [Test]
    public async Task A_broken_rig_does_not_cascade()
    {
        var rig = _work.WriteRig("rig.yaml", "build/posix\n", "build/nowhere\n");
        var many = WorkFolder.PassingBoard + string.Concat(Enumerable.Range(0, 5).Select(i => WorkFolder.PassingBoard[WorkFolder.PassingBoard.IndexOf("\n\n", StringComparison.Ordinal)..]
            .Replace("The right password", $"Again {i}", StringComparison.Ordinal)));
        _work.Write("many.feature", many);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "many.feature", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Count(s => s.Failure!.Seen.StartsWith("not used", StringComparison.Ordinal)), Is.EqualTo(4));
    }

    [Test]
    public async Task A_broken_device_is_given_up_alone_and_what_does_not_use_it_goes_on()
    {
        // p1 has no image and p2 has one: five scenarios of p1, each followed by one of p2 and one of the host.
        var rig = _work.Write("rig.yaml", WorkFolder.PosixRigText()
            .Replace("  p2: *board", $"  p2: {{ kind: serial, driver: posix, elf: {Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix")} }}", StringComparison.Ordinal)
            .Replace("build/posix\n", "build/nowhere\n", StringComparison.Ordinal));
        for (var i = 0; i < 5; i++)
        {
            _work.Write($"f/{i}-1.feature", WorkFolder.PassingBoard);
            _work.Write($"f/{i}-2.feature", WorkFolder.PassingBoard.Replace(" board ", " second board ", StringComparison.Ordinal));
            _work.Write($"f/{i}-3.feature", WorkFolder.PassingHost);
        }

        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        var scenarios = _work.Record("r").OfType<ScenarioFinished>().OrderBy(s => s.Id, StringComparer.Ordinal).ToList(); // several run at once
        Assert.That(scenarios.Where((_, i) => i % 3 == 0).Select(s => s.Verdict), Is.EqualTo(Enumerable.Repeat(Verdict.RigError, 5)));
        Assert.That(scenarios.Where((_, i) => i % 3 != 0).Select(s => s.Verdict), Is.EqualTo(Enumerable.Repeat(Verdict.Pass, 10)), ended.ToString());
        var given = scenarios.Where(s => s.Failure?.Seen.StartsWith("not used", StringComparison.Ordinal) == true).ToList();
        Assert.That(given, Has.Count.EqualTo(3).And.All.Matches<ScenarioFinished>(
            s => s.Failure!.Seen.Contains("no such file", StringComparison.Ordinal) && s.Failure.NextCommand!.StartsWith("./harness doctor", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Three_scenarios_in_a_row_that_break_the_rig_stop_the_run()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var rig = _work.WriteRig("rig.yaml", "port: 0", $"port: {((System.Net.IPEndPoint)taken.LocalEndpoint).Port}");
        for (var i = 0; i < 5; i++)
        {
            _work.Write($"f/{i}.feature", WorkFolder.PassingHost);
        }

        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(s => s.Failure!.Seen.StartsWith("not run", StringComparison.Ordinal)),
            Is.EqualTo(new[] { false, false, false, true, true }));
    }

    private async Task<FailureDetail> BrokenAsync(string rig)
    {
        var ended = await JudgedAsync(WorkFolder.PassingBoard, rig, Verdict.RigError, 3);
        Assert.That(Report().Descendants("error"), Has.Exactly(1).Items, ended.ToString());
        return _work.Record("r").OfType<ScenarioFinished>().Single().Failure!;
    }

    private async Task<Ended> JudgedAsync(string feature, string rig, Verdict verdict, int exit)
    {
        _work.Write("judged.feature", feature);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "judged.feature", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(exit), ended.ToString());
        var events = _work.Record("r");
        Assert.That(events.OfType<ScenarioFinished>().Single().Verdict, Is.EqualTo(verdict), ended.ToString());
        Assert.That(events[^1], Is.TypeOf<RunFinished>().With.Property("ExitCode").EqualTo(exit).And.Property("Verdict").EqualTo(verdict));
        return ended;
    }

    private XDocument Report() => XDocument.Load(_work["r/junit.xml"]);

    // The leash is first searched beside the image.
    private static void WithLeash(string image) =>
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(image)!, "leash"), Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "leash"));

    private string TtyRig(string port) => _work.Write("tty rig.yaml", $"""
        rig: bench
        server: harness-broker
        group: p256
        profile: as-published
        key_bits: 128
        timeouts: {"{"} handshake: 30 s, reply: 1 s, boot: 2 s {"}"}
        broker: {"{"} kind: embedded, address: 127.0.0.1, port: 0 {"}"}
        devices:
          host: {"{"} kind: host {"}"}
          b1:
            kind: serial
            driver: tty
            port: "{port}"
            tick_unit: ticks
            provenance: hardware
        roles:
          host: host
          board: b1
        """);
}
