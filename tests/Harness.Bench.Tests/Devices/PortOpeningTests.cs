namespace Harness.Bench.Tests.Devices;

/// <summary>Ports that appear, disappear, move and are held.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PortOpeningTests
{
    [Test]
    public async Task A_board_that_comes_back_at_another_node_is_waited_for_and_found()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        var (told, first) = (new List<string>(), board.Node);
        var back = Task.CompletedTask;
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 1 s, boot: 25 s"), board.Options(what =>
        {
            told.Add(what);
            back = told.Count == 1 ? Task.Run(board.PlugInAsync) : back;
        }));
        await UseAsync(bench);
        await board.UnplugAsync();
        bench.BeginScenario("next", null);
        await UseAsync(bench);
        await back;
        Assert.Multiple(() =>
        {
            Assert.That(told[0], Does.Contain("waiting up to 25 s for b").And.Contain("no such device").And.Contain(board.Port));
            Assert.That(board.Node, Is.Not.EqualTo(first));
            Assert.That(bench.Device("b").Broken, Is.Null, "no scenario was lost");
        });
    }

    [Test]
    public async Task A_board_that_is_away_longer_is_a_broken_rig_and_is_asked_again()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 1 s, boot: 200 ms"), board.Options());
        await board.UnplugAsync();
        for (var i = 0; i < 5; i++)
        {
            bench.BeginScenario($"{i}", null);
            var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
            Assert.That(e.Seen, Does.Contain("no such device").And.Match(@"Waited 0\.\d s for it"));
            bench.EndScenario();
            Assert.That(bench.Judged(rigBroke: true), Is.True);
        }

        await board.PlugInAsync();
        bench.BeginScenario("back", null);
        await using var patient = new TestBench(board.Rig(), board.Options());
        await UseAsync(patient);
        await patient.DisposeAsync();
        await UseAsync(bench);
    }

    [Test]
    public async Task A_name_that_leads_elsewhere_is_followed_although_the_old_line_still_stands()
    {
        await using var old = await MisbehavingBoard.StartAsync();
        await using var other = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(old.Rig(), old.Options());
        await UseAsync(bench);
        File.Delete(old.Port);
        File.CreateSymbolicLink(old.Port, other.Node);
        bench.BeginScenario("next", null);
        await UseAsync(bench);
        Assert.That(other.Said, Is.Positive);
    }

    [Test]
    public async Task A_board_that_enumerates_twice_while_it_boots_comes_up()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        board.Behave(new LineHabit
        {
            FromBoard = (_, _) =>
            {
                again.TrySetResult(); // the boot loader shows no other sign of life
                return Task.CompletedTask;
            },
        });
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 1 s, boot: 25 s"), board.Options());
        var up = UseAsync(bench);
        await again.Task.WaitAsync(TestEnvironment.TimeLimit);
        board.Behave(new LineHabit());
        await board.UnplugAsync();
        await board.PlugInAsync();
        await up;
    }

    [Test]
    public async Task A_port_that_another_run_holds_is_waited_for_and_the_holder_told()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        var held = DeviceLock.Take("theirs", board.Port, board.Locks);
        var told = new List<string>();
        await using var bench = new TestBench(board.Rig(), board.Options(what =>
        {
            told.Add(what);
            held.Dispose();
        }));
        await UseAsync(bench);
        Assert.That(told, Has.Count.EqualTo(1).And.All.Contains($"held by pid {Environment.ProcessId}"));
    }

    [Test]
    public async Task A_wait_that_is_asked_for_outlasts_the_boot_time()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        var rig = board.Rig(timeouts: "reply: 1 s, boot: 300 ms");
        var holder = TtyLink.Open(board.Port);
        await using var hasty = new TestBench(rig, board.Options());
        var refused = Assert.CatchAsync<RigErrorException>(async () => await hasty.ReserveAsync(TestEnvironment.Timeout()))!;
        Assert.That(refused.Seen + refused.NextCommand, Does.Contain($"process ({Environment.ProcessId})").And.Contain("--wait 10m"));
        await using var bench = new TestBench(rig, board.Options() with { Wait = TestEnvironment.TimeLimit });
        var began = Stopwatch.StartNew();
        var reserving = bench.ReserveAsync(TestEnvironment.Timeout()).AsTask();
        await TestEnvironment.EventuallyAsync(() => began.Elapsed > 2 * rig.Timeouts.Boot, "time passes");
        Assert.That(reserving.IsCompleted, Is.False);
        await holder.DisposeAsync();
        await reserving;
        Assert.That(bench.Device("b").State, Is.EqualTo(DeviceState.Bound));
        Assert.That(() => DeviceLock.Take("theirs", board.Port, board.Locks), Throws.TypeOf<DeviceHeldException>());
    }

    [Test]
    public async Task A_wait_that_is_asked_for_is_no_longer_than_it_says()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        using var held = DeviceLock.Take("theirs", board.Port, board.Locks);
        var told = new List<string>();
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 1 s, boot: 60 s"), board.Options(told.Add) with { Wait = TimeSpan.FromMilliseconds(300) });
        var refused = Assert.CatchAsync<RigErrorException>(async () => await bench.ReserveAsync(TestEnvironment.Timeout()))!;
        Assert.That(refused.Seen, Does.Contain($"held by pid {Environment.ProcessId}").And.Match(@"waited 0\.\d s for it"));
        Assert.That(told, Has.Count.EqualTo(1).And.All.Contains("waiting up to 0.3 s for b"));
    }

    [Test]
    public async Task A_reserved_board_is_the_one_that_is_used_and_a_missing_one_is_left_alone()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(), board.Options());
        await bench.ReserveAsync(TestEnvironment.Timeout());
        var line = bench.Device("b").Line;
        await UseAsync(bench);
        Assert.That(bench.Device("b").Line, Is.SameAs(line));
        await board.UnplugAsync();
        await using var empty = new TestBench(board.Rig(), board.Options());
        await empty.ReserveAsync(TestEnvironment.Timeout());
        Assert.That(empty.Device("b").State, Is.EqualTo(DeviceState.Idle));
    }

    [Test]
    public async Task Another_reader_of_the_port_is_named_where_the_board_stays_silent()
    {
        await using var board = await MisbehavingBoard.StartAsync(new LineHabit { ToBoard = _ => null });
        using var cat = Process.Start(new ProcessStartInfo("cat", [board.Port]) { RedirectStandardOutput = true })!;
        try
        {
            await TestEnvironment.EventuallyAsync(() => DeviceHolders.Others(board.Port).Count == 1, "cat reads the port");
            await using var bench = new TestBench(board.Rig(timeouts: "boot: 500 ms"), board.Options());
            var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
            Assert.That(e.Seen, Does.Contain($"also open in cat (process {cat.Id})"));
            Assert.That(e.NextCommand, Is.EqualTo($"ps -fp {cat.Id}"));
        }
        finally
        {
            cat.Kill();
            await cat.WaitForExitAsync();
        }
    }

    private static async Task UseAsync(TestBench bench) =>
        await ((SerialParty)await bench.GetPartyAsync("b", TestEnvironment.Timeout())).ResetAsync(TestEnvironment.Timeout());
}
