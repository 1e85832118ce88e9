namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness power</c>, on a switch that says through a named pipe what it is told.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class PowerCommandTests : WorkFolderTests
{
    private StreamReader? _switch;

    [TearDown]
    public void TearDown() => _switch?.Dispose();

    [TestCase(Processes.Kill)]
    [TestCase(Processes.Terminate)]
    [TestCase(Processes.Interrupt)]
    public async Task A_program_that_ends_while_the_power_is_off_leaves_it_on(int signal)
    {
        var rig = await RigAsync();
        await using var program = HarnessProcess.Start(_work.Path, "power", "cycle", "board", "--for", "60000", "--rig", rig);
        Assert.That(await ToldAsync(), Is.EqualTo("off"));
        program.Signal(signal);
        Assert.That(await ToldAsync(), Is.EqualTo("on"));
        Assert.That((await program.EndAsync()).ExitCode, Is.Not.Zero);
    }

    [Test]
    public async Task A_cycle_switches_off_and_on_and_says_by_what()
    {
        var rig = await RigAsync();
        await using var program = HarnessProcess.Start(_work.Path, "power", "cycle", "board", "--for", "1", "--rig", rig);
        Assert.That((await ToldAsync(), await ToldAsync()), Is.EqualTo(("off", "on")));
        var ended = await program.EndAsync();
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((0, "f405: power off for 1 ms, and on by a command\n")), ended.ToString());
    }

    [Test]
    public async Task A_device_without_a_switch_is_told_with_the_file_to_edit()
    {
        var emulated = await HarnessProcess.RunAsync(_work.Path, "power", "off", "m4");
        Assert.That(emulated.ExitCode, Is.EqualTo(2), emulated.ToString());
        Assert.That(emulated.Stderr, Does.Contain("m4 is no real board").And.Contain("next: "));
        var none = await HarnessProcess.RunAsync(_work.Path, "power", "off", "b", "--rig", _work.Write("r.yaml", "rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: none}\n"));
        Assert.That(none.ExitCode, Is.EqualTo(3), none.ToString());
        Assert.That(none.Stderr, Does.Contain("power of b").And.Contain("power: by rts, dtr, gpio, uhubctl or command"));
    }

    private async Task<string> RigAsync()
    {
        Assert.That((await HarnessProcess.RunProgramAsync(_work.Path, "", "mkfifo", "switch")).ExitCode, Is.Zero);
        // For both directions, so that it opens without a writer, and open throughout: what comes between two readers of a pipe is lost.
        _switch = new StreamReader(new FileStream(_work["switch"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        return _work.Write("bench.yaml", """
            rig: bench
            server: s
            devices:
              f405: {kind: serial, driver: tty, port: none, power: {by: command, off: "echo off > switch", on: "echo on > switch"}}
            roles: {board: f405}
            """);
    }

    private Task<string?> ToldAsync() => Task.Run(() => _switch!.ReadLine()).WaitAsync(HarnessProcess.Limit);
}
