namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness console</c>, driven interactively.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class ConsoleTests : TypedCommandTests
{
    [Test]
    public async Task Typed_verbs_get_their_number_and_checksum_and_replies_come_without()
    {
        var ended = await _typed.PipeAsync("ID\n\n  SELFTEST  \nSEED seed=00112233445566778899aabbccddeeff\n", "console", "board", "--rig", TypedCommand.Posix);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var lines = ended.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(3), ended.ToString());
        Assert.That(lines[0], Does.StartWith("OK proto=1 fw=harness").And.Contain("board=posix").And.Not.Contain("*"));
        Assert.That(lines[1], Does.Match(@"^OK tests=\d+ t=\d+$"));
        Assert.That(lines[2], Does.StartWith("OK"));
        Assert.That(ended.Stderr, Is.Empty);
    }

    [Test]
    public async Task A_refusal_by_the_board_is_shown_and_a_pipe_ends_with_1()
    {
        var ended = await _typed.PipeAsync("FOO\nAUG.INIT\nMEASURE list\n:raw 7 ID *0000\n", "console", "p1", "--rig", TypedCommand.Posix);
        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("ERR VERB").And.Contain("ERR STATE").And.Contain("'list' is no key=value").And.Contain("ERR CRC"));
    }

    [Test]
    public async Task A_signal_leaves_cleanly_and_the_emulator_ends()
    {
        using var process = _typed.Start("console", "board", "--rig", TypedCommand.Posix);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.StandardInput.WriteAsync("ID\n");
        await process.StandardInput.FlushAsync(limit.Token);
        Assert.That(await process.StandardOutput.ReadLineAsync(limit.Token), Does.StartWith("OK proto=1"));
        var boards = Children(process.Id).ToList();
        Assert.That(boards, Is.Not.Empty);

        Processes.Signal(process.Id, Processes.Interrupt);
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.Zero, await process.StandardError.ReadToEndAsync(limit.Token));
        Assert.That(boards.Where(id => Directory.Exists($"/proc/{id}")), Is.Empty);
    }

    [TestCase("host", 2, "has no line")]
    [TestCase("bord", 2, "no device or role 'bord'")]
    public async Task Only_a_board_has_a_console(string device, int exit, string words)
    {
        var ended = await _typed.RunAsync("console", device, "--rig", TypedCommand.Posix);
        Assert.That(ended.ExitCode, Is.EqualTo(exit), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(words).And.Contain("next: "));
    }

    // The leash and the board below it.
    private static IEnumerable<int> Children(int parent)
    {
        var all = Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)).Select(folder =>
        {
            try
            {
                var stat = File.ReadAllText(folder + "/stat");
                return (Id: int.Parse(Path.GetFileName(folder)), Parent: int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]));
            }
            catch (IOException)
            {
                return (Id: 0, Parent: 0); // the process ended meanwhile
            }
        }).ToList();
        List<int> Below(int id) => [.. all.Where(p => p.Parent == id && p.Id != 0).SelectMany(p => Below(p.Id).Append(p.Id))];
        return Below(parent);
    }
}
