namespace Harness.Bench.Tests.Devices;

/// <summary>
/// Every kind of fault of a serial line: either the scenario passes all the same, or it ends as a rig error that shows the bytes received. Never a
/// failed device.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class MisbehavingBoardTests
{
    private const string Password = "correct horse";
    private static readonly byte[] Banner = Encoding.Latin1.GetBytes("\0\0\xff\xfe\x1b[2J\x1b[31mBoot v1.2\x1b[0m\r\nrst:0x1 (POWERON)\r\n\xc3\x28 garbage\r\n");

    private static readonly Dictionary<string, LineHabit> Habits = new()
    {
        ["noise at the start"] = new() { FromBoard = Ahead(line => [.. Banner, .. line], once: true) },
        ["flood"] = new() { Beside = FloodAsync },
        ["flood alone"] = new() { Beside = FloodAsync, ToBoard = _ => null },
        ["mute"] = new() { ToBoard = _ => null },
        ["echo"] = new() { Echoes = true },
        ["a byte lost now and then"] = new() { ToBoard = Loses(every: 211) },
        ["every seventh byte lost"] = new() { ToBoard = Loses(every: 7) },
        ["CR lost"] = new() { ToBoard = bytes => [.. bytes.Where(b => b != (byte)'\r')] },
        ["coloured log lines"] = new() { FromBoard = Ahead(line => [.. "\x1b[0;32mI (1) main: handled\x1b[0m\r\n"u8, .. line]) },
        ["coloured replies"] = new() { FromBoard = Ahead(line => [.. "\x1b[0;32m"u8, .. Trimmed(line), .. "\x1b[0m\r\n"u8]) },
        ["NULs in front"] = new() { FromBoard = Ahead(line => [.. new byte[64], .. line]) },
        ["a line of NULs"] = new() { FromBoard = Ahead(line => [.. new byte[64], .. "\r\n"u8, .. line]) },
        ["lines of 8-bit noise"] = new() { FromBoard = Ahead(line => [.. Enumerable.Range(128, 100).Select(i => (byte)i), .. "\r\n"u8, .. line]) },
        ["LF alone"] = new() { FromBoard = Ahead(line => [.. Trimmed(line), (byte)'\n']) },
        ["CR alone"] = new() { FromBoard = Ahead(line => [.. Trimmed(line), (byte)'\r']) },
        ["a byte at a time"] = new() { FromBoard = Slowly(TimeSpan.FromMilliseconds(1)) },
        ["in two parts"] = new() { FromBoard = InTwo(TimeSpan.FromMilliseconds(100)) },
        ["half"] = new() { FromBoard = Ahead(line => line[..(line.Length / 2)]) },
        ["no line end"] = new() { FromBoard = Ahead(Trimmed) },
        ["a prompt behind"] = new() { FromBoard = Ahead(line => [.. line, .. "> "u8]) },
        ["a long line of junk"] = new() { FromBoard = Ahead(line => [.. Enumerable.Repeat((byte)'A', 300_000), .. "\r\n"u8, .. line]) },
    };

    [TestCase("noise at the start")]
    [TestCase("flood")]
    [TestCase("echo")]
    [TestCase("a byte lost now and then")]
    [TestCase("CR lost")]
    [TestCase("coloured log lines")]
    [TestCase("a line of NULs")]
    [TestCase("lines of 8-bit noise")]
    [TestCase("LF alone")]
    [TestCase("CR alone")]
    [TestCase("a byte at a time")]
    [TestCase("in two parts")]
    [TestCase("a long line of junk")]
    [Category("FieldCase")]
    public async Task The_work_completes_or_the_rig_is_broken(string habit)
    {
        await using var board = await MisbehavingBoard.StartAsync(Habits[habit]);
        await using var bench = new TestBench(board.Rig(), board.Options());
        await UseAsync(bench);
    }

    [TestCase("flood alone", "lines that are no reply to it", "INFO sensor task")]
    [TestCase("mute", "nothing in")]
    [TestCase("every seventh byte lost", "no reply to it", "ERR")]
    [TestCase("coloured replies", "no reply to it", @"\x1b[0;32m")]
    [TestCase("NULs in front", @"64 times \x00, then """)]
    [TestCase("half", "the beginning of a reply and then nothing", "OK proto=1")]
    [TestCase("no line end", "replies without a line end", "OK proto=1")]
    [TestCase("a prompt behind", "no reply to it", "\"> ")]
    [Category("FieldCase")]
    public async Task The_rig_is_broken_and_what_came_is_said(string habit, params string[] words)
    {
        await using var board = await MisbehavingBoard.StartAsync(Habits[habit]);
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 700 ms, boot: 2 s"), board.Options());
        var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
        Assert.That(words, Has.All.Matches<string>(word => e.Seen.Contains(word, StringComparison.Ordinal)), e.Message);
        Assert.That(e.NextCommand, Does.StartWith("picocom -b 115200"));
    }

    [TestCase("", "reply: of timeouts")]
    [TestCase(", reply: 400 ms", "reply: of b")]
    public async Task A_reply_that_still_arrives_at_the_time_out_says_so_and_names_reply(string more, string setting)
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(more, "reply: 400 ms, boot: 4 s"), board.Options());
        await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        board.Behave(new LineHabit { FromBoard = Slowly(TimeSpan.FromMilliseconds(60)) });
        var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
        Assert.Multiple(() =>
        {
            Assert.That(e, Is.TypeOf<BoardLateException>(), e.Message);
            Assert.That(e.Seen, Does.Contain("still arriving"));
            Assert.That(e.Expected, Does.Contain($"0.4 s ({setting})"));
            Assert.That(e.NextCommand, Does.Contain("/tmp/r.yaml").And.Contain($"raise {setting}"));
        });
    }

    [Test]
    public async Task A_board_that_begins_its_ID_too_slowly_names_boot()
    {
        await using var board = await MisbehavingBoard.StartAsync(new LineHabit { FromBoard = Slowly(TimeSpan.FromMilliseconds(60)) });
        await using var bench = new TestBench(board.Rig(timeouts: "boot: 1500 ms"), board.Options());
        var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
        Assert.That(e.Message, Does.Contain("still arriving").And.Contain("1.5 s (boot: of timeouts)"));
    }

    [Test]
    public async Task A_reply_that_stops_half_way_names_both_causes()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(timeouts: "reply: 1500 ms, boot: 4 s"), board.Options());
        await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        board.Behave(Habits["half"]);
        var e = Assert.CatchAsync<RigErrorException>(() => UseAsync(bench))!;
        Assert.That(e.Seen, Does.Contain("its end is lost").And.Contain("1.5 s are too short: reply: of timeouts"));
    }

    [Test]
    public async Task A_board_that_resets_itself_is_named_as_restarted()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(), board.Options());
        var party = (SerialParty)await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        await party.ProvisionAsync(bench.IdentityOf("b", Password), TestEnvironment.Timeout());
        await board.RestartAsync();
        await board.SayAsync("\0\0*** RESET watchdog ***\r\n"u8.ToArray());
        var e = Assert.CatchAsync<RigErrorException>(async () => await party.AugInitAsync(TestEnvironment.Timeout()))!;
        Assert.That(e, Is.TypeOf<BoardRestartedException>());
    }

    private static async Task UseAsync(TestBench bench)
    {
        var board = (SerialParty)await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        for (var i = 0; i < 3; i++)
        {
            await board.ProvisionAsync(bench.IdentityOf("b", Password), TestEnvironment.Timeout());
            Assert.That((await board.AugInitAsync(TestEnvironment.Timeout())).Value, Has.Length.EqualTo(65));
        }
    }

    private static byte[] Trimmed(byte[] line) => line.AsSpan().TrimEnd("\r\n"u8).ToArray();

    private static Func<byte[], byte[]> Loses(int every)
    {
        var n = 0;
        return bytes => [.. bytes.Where(_ => ++n % every != 0)];
    }

    private static Func<MisbehavingBoard, byte[], Task> Ahead(Func<byte[], byte[]> alter, bool once = false)
    {
        var done = false;
        return (board, line) =>
        {
            var said = done && once ? line : alter(line);
            done = true;
            return board.SayAsync(said);
        };
    }

    // The pause is the fault itself.
    private static Func<MisbehavingBoard, byte[], Task> Slowly(TimeSpan pause) => async (board, line) =>
    {
        foreach (var b in line)
        {
            await board.SayAsync([b]);
            await Task.Delay(pause);
        }
    };

    private static Func<MisbehavingBoard, byte[], Task> InTwo(TimeSpan pause) => async (board, line) =>
    {
        await board.SayAsync(line[..(line.Length / 2)]);
        await Task.Delay(pause);
        await board.SayAsync(line[(line.Length / 2)..]);
    };

    private static Task FloodAsync(MisbehavingBoard board, CancellationToken stop) => Task.Run(
        async () =>
        {
            try
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    await board.SayAsync(Encoding.ASCII.GetBytes($"[{i:d10}] INFO sensor task: heap 1234 free, queue 0\r\n"));
                }
            }
            catch (OperationCanceledException)
            {
                // Unplugged.
            }
        },
        CancellationToken.None);
}
