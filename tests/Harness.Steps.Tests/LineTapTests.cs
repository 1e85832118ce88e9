using System.Text;
using Harness.Adversary.Line;
using Harness.Hardware;

namespace Harness.Steps.Tests;

/// <summary>An adversary on a serial line, between two ends of a stream.</summary>
public sealed class LineTapTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private MemoryLink _board = null!;
    private LineTap _tap = null!;

    [SetUp]
    public void Open()
    {
        (var host, _board) = MemoryLink.CreatePair();
        _tap = new LineTap(host);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _tap.DisposeAsync();
        await _board.DisposeAsync();
    }

    [Test]
    public async Task Without_an_adversary_lines_pass_both_ways()
    {
        await WriteAsync(_tap, "1 ID\n");
        Assert.That(await ReadAsync(_board), Is.EqualTo("1 ID\n"));
        await WriteAsync(_board, "1 OK board=");
        await WriteAsync(_board, "x\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK board=x\n"));
    }

    [Test]
    public async Task A_dropped_reply_is_lost_and_the_next_one_comes()
    {
        _tap.Adversary = LineAttack.Drop(new LinePick(LineWay.FromBoard));
        await WriteAsync(_board, "1 OK\n2 OK\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("2 OK\n"));
    }

    [Test]
    public async Task An_injected_reply_comes_although_the_board_says_nothing()
    {
        _tap.Adversary = LineAttack.Inject(new LinePick(LineWay.ToBoard, "OPEN"), LineWay.FromBoard, "1 OK data=00\n"u8.ToArray());
        await WriteAsync(_tap, "1 OPEN data=11\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK data=00\n"));
        Assert.That(await ReadAsync(_board), Is.EqualTo("1 OPEN data=11\n"));
    }

    [Test]
    public async Task An_order_that_nobody_gave_reaches_the_board()
    {
        _tap.Adversary = LineAttack.Inject(new LinePick(LineWay.FromBoard, "OK"), LineWay.ToBoard, "9 RESET\n"u8.ToArray());
        await WriteAsync(_board, "1 OK\n");
        Assert.That(await ReadAsync(_board), Is.EqualTo("9 RESET\n"));
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK\n"));
    }

    [Test]
    public async Task A_delayed_line_comes_before_the_later_one()
    {
        _tap.Adversary = LineAttack.Delay(new LinePick(LineWay.FromBoard), TimeSpan.FromMilliseconds(1));
        await WriteAsync(_board, "1 OK\n2 OK\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK\n"));
        Assert.That(await ReadAsync(_tap), Is.EqualTo("2 OK\n"));
    }

    [Test]
    public async Task A_recorded_reply_is_replayed_and_an_altered_one_differs()
    {
        _tap.Adversary = LineAttack.Replay(new LinePick(LineWay.FromBoard, "OK"), at: 2);
        await WriteAsync(_board, "1 OK\n2 OK\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK\n"));
        Assert.That(await ReadAsync(_tap), Is.EqualTo("1 OK\n"));
        _tap.Adversary = LineAttack.Alter(new LinePick(LineWay.FromBoard), _ => "3 ERR\n"u8.ToArray());
        await WriteAsync(_board, "3 OK\n");
        Assert.That(await ReadAsync(_tap), Is.EqualTo("3 ERR\n"));
    }

    [Test]
    public async Task The_end_of_the_line_is_the_end_of_the_tap()
    {
        await _board.DisposeAsync();
        using var limit = new CancellationTokenSource(Limit);
        Assert.That(await _tap.ReadAsync(new byte[8], limit.Token), Is.Zero);
    }

    private static async Task WriteAsync(ILink link, string line) => await link.WriteAsync(Encoding.ASCII.GetBytes(line), default);

    private static async Task<string> ReadAsync(ILink link)
    {
        using var limit = new CancellationTokenSource(Limit);
        var text = new StringBuilder();
        var one = new byte[1];
        while (text.Length == 0 || text[^1] != '\n')
        {
            var read = await link.ReadAsync(one, limit.Token);
            Assert.That(read, Is.EqualTo(1), $"the line ended after '{text}'");
            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}
