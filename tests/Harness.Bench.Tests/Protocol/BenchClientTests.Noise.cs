namespace Harness.Bench.Tests.Protocol;

/// <content>Silence and garbage on the line.</content>
public partial class BenchClientTests
{
    [Test]
    public void Silence_is_said_with_tries_and_time_and_every_try_is_a_fault()
    {
        _board.Answer = _ => null;
        var e = Assert.ThrowsAsync<BoardSilentException>(async () => await _client.AskAsync("AUG.INIT", TestEnvironment.Timeout()))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Attempts, Is.EqualTo(3));
            Assert.That(e.Message, Does.Contain("m4").And.Contain("AUG.INIT").And.Contain("3 tries"));
        Assert.That(e.NextCommand, Is.Not.Empty);
            Assert.That(_faults.Select(f => f.Fault), Is.EqualTo(new[] { "no-reply", "no-reply", "no-reply" }));
        });
    }

    [Test]
    public void Nothing_but_garbage_is_said_as_such()
    {
        _board.Line.Arm(LineDirection.FromBoard, LineFault.Garbage, 20);
        var e = Assert.ThrowsAsync<BoardGarbageException>(async () => await _client.AskAsync("AUG.INIT", TestEnvironment.Timeout()))!;
        Assert.That(e.Lines, Is.EqualTo(3));
    }

    [Test]
    public Task Noise_that_never_ends_its_line_is_garbage_not_silence() => EndsInAsync<BoardGarbageException>("\0\0\0\0noise");

    // The LF of a reply's CRLF may come after the next request was sent.
    [Test]
    public Task Line_ends_alone_are_silence_not_garbage() => EndsInAsync<BoardSilentException>("\n\r\n");

    [Test]
    public async Task A_board_that_sends_garbage_without_end_is_reported_in_a_few_faults()
    {
        await _board.SayAsync(string.Concat(Enumerable.Repeat("babble\r\n", 500)));
        _board.Answer = _ => "OK found=1 t=1";
        var reply = await _client.AskAsync("SENSE", TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(reply.Values, Does.ContainKey("found"));
            Assert.That(_faults, Has.Count.InRange(11, 24), "ten and a sum, before the request and while it waits");
            Assert.That(_faults.Select(f => f.Detail), Has.Some.Contains("more lines skipped"));
        });
    }

    [Test]
    public async Task A_line_of_a_hundred_thousand_bytes_is_skipped_and_the_reply_behind_it_taken()
    {
        await _board.SayAsync(new string('A', 100_000) + "\r\n");
        _board.Answer = _ => "OK found=1 t=1";
        var reply = await _client.AskAsync("SENSE", TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(reply.Values, Does.ContainKey("found"));
            Assert.That(_faults, Has.Count.EqualTo(1));
            Assert.That(_faults[0].Detail, Has.Length.LessThan(200));
        });
    }

    private async Task EndsInAsync<T>(string said)
        where T : Exception
    {
        _board.Answer = _ => null;
        var ask = Assert.ThatAsync(async () => await _client.AskAsync("ID", TestEnvironment.Timeout()), Throws.TypeOf<T>());
        await _board.SayAsync(said);
        await ask;
    }
}
