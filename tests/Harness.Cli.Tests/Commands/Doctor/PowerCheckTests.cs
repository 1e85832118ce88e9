using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Tests.Commands.Doctor;

/// <summary>The check of a board's power switch, on firmware as a process that the switch ends and starts, and of a trigger on another line.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PowerCheckTests : WorkFolderTests
{
    [Test]
    public async Task A_switch_that_restarts_the_board_works()
    {
        var found = await CheckAsync("sh board.sh off", "sh board.sh on");
        Assert.That((found.Health, found.Component), Is.EqualTo((Health.Ok, "power of b")), found.Seen);
        Assert.That(found.Seen, Is.EqualTo("cut for 300 ms by a command, and the board restarted"));
    }

    [Test]
    public async Task A_switch_that_is_wired_to_nothing_is_broken()
    {
        var found = await CheckAsync("true", "true");
        Assert.That(found.Health, Is.EqualTo(Health.Broken), found.Seen);
        Assert.That(found.Seen, Does.EndWith("and the board ran on"));
        Assert.That(found.Fix, Does.Contain("cut: of the rig"));
    }

    [Test]
    public async Task A_board_that_does_not_come_back_is_broken()
    {
        var found = await CheckAsync("sh board.sh off", "true");
        Assert.That(found.Health, Is.EqualTo(Health.Broken), found.Seen);
    }

    [Test]
    public async Task A_switch_that_fails_is_broken_with_its_command()
    {
        var found = await CheckAsync("exit 7", "true");
        Assert.That(found.Health, Is.EqualTo(Health.Broken), found.Seen);
        Assert.That((found.Seen, found.Fix), Is.EqualTo(("expected the command of its switch to work, saw status 7", "/bin/sh -c 'exit 7'")));
    }

    [Test]
    public async Task The_program_behind_a_board_s_terminal_does_not_hold_its_line()
    {
        await using var board = HarnessProcess.StartProgram(_work.Path, Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        var port = (await board.WaitForAsync("/dev/pts/")).Trim();
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: {port}}}\n", "bench.yaml");
        Assert.That(DeviceChecks.Line(rig.Devices["b"], _work.Path).Select(f => f.Health), Has.None.EqualTo(Health.Broken));
    }

    [Test]
    public void Without_being_asked_the_switch_is_named_and_not_tried()
    {
        var rig = RigFile.Load(Rig("touch tried", "touch tried"));
        var found = BoardChecks.PowerSwitch(rig.Devices["b"], rig.Path)!;
        Assert.That(found.Health, Is.EqualTo(Health.Ok));
        Assert.That(found.Seen, Does.StartWith("by a command; not tried (./harness doctor --power --rig "));
        Assert.That(File.Exists(_work["tried"]), Is.False);
        Assert.That(BoardChecks.PowerSwitch(rig.Devices["h"], rig.Path), Is.Null);
    }

    [Test]
    public void A_trigger_on_another_line_is_named_and_one_that_is_nowhere_is_told_as_that()
    {
        var other = BoardChecks.NotThere("trigger of b", "PB0", "trigger (/dev/gpiochip0 line 4)", [("/dev/gpiochip0", 17)]);
        Assert.That(other.Seen, Is.EqualTo("PB0 was raised and lowered, and trigger (/dev/gpiochip0 line 4) saw nothing; /dev/gpiochip0 line 17 followed it"));
        Assert.That(other.Fix, Is.EqualTo("name /dev/gpiochip0 line 17 under gpio: of the rig, or move the wire"));
        var none = BoardChecks.NotThere("trigger of b", "PB0", "trigger (/dev/gpiochip0 line 4)", []);
        Assert.That((none.Health, none.Seen), Is.EqualTo((Health.Broken, "PB0 was raised and lowered, and neither trigger (/dev/gpiochip0 line 4) nor any other free input saw it")));
    }

    // A board whose supply is this script: its serial adapter, a link, stays where it is.
    private async Task<Finding> CheckAsync(string off, string on)
    {
        _work.Write("board.sh", $$"""
            [ -p hold ] || mkfifo hold # the firmware ends with its input
            case $1 in
            on) {{ShellWord.Quote(Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"))}} <>hold >line 2>/dev/null & echo $! >pid
                until [ -s line ]; do sleep 0.05; done
                ln -sfn "$(head -n 1 line)" tty ;;
            off) kill -9 "$(cat pid)"; : >line ;;
            esac
            """);
        Assert.That(await ShellAsync("on"), Is.Zero);
        try
        {
            await using var bench = new TestBench(RigFile.Load(Rig(off, on)), new TestBenchOptions());
            await bench.GetPartyAsync("b", default);
            return (await BoardChecks.PowerAsync(bench, bench.Device("b").Entry, default))!;
        }
        finally
        {
            await ShellAsync("off");
        }
    }

    // Not by a runner that ends what a program leaves behind: the board stays.
    private async Task<int> ShellAsync(string action)
    {
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["board.sh", action]) { WorkingDirectory = _work.Path })!;
        await shell.WaitForExitAsync();
        return shell.ExitCode;
    }

    private string Rig(string off, string on) => _work.Write("bench.yaml", $$$"""
        rig: bench
        server: s
        timeouts: {boot: 3 s, reply: 2 s}
        devices:
          h: {kind: host}
          b: {kind: serial, driver: tty, port: {{{_work["tty"]}}}, power: {by: command, off: "{{{off}}}", on: "{{{on}}}"}}
        roles: {host: h, board: b}
        """);
}
