namespace Harness.Bench.Tests.Protocol;

/// <summary>Checks that measuring takes the line exclusively and gives it back intact.</summary>
public sealed class DirectLineTests
{
    private PseudoTerminal _terminal = null!;
    private FakeBoard _board = null!;
    private BenchClient _client = null!;

    [SetUp]
    public void Open()
    {
        _terminal = PseudoTerminal.Create();
        _board = new FakeBoard((TtyLink.Open(_terminal.Path), _terminal))
        {
            Answer = request => request.StartsWith("MEASURE", StringComparison.Ordinal) ? "OK n=1 min=7 max=7 sum=7 t=7" : "OK input=1 t=1",
        };
        _client = new BenchClient(_board.Line, new BenchClientOptions { Board = "fake", Reply = TimeSpan.FromSeconds(5), Boot = TimeSpan.FromSeconds(5) });
    }

    [TearDown]
    public async Task Close()
    {
        await _client.DisposeAsync();
        await _board.DisposeAsync();
        await _terminal.DisposeAsync();
    }

    [Test]
    public async Task The_direct_line_gives_numbers_and_the_retrying_path_works_before_and_after()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await _client.AskAsync("SENSE", TestEnvironment.Timeout())).Values["input"], Is.EqualTo("1"));
            using var direct = await _client.BeginDirectAsync(TestEnvironment.Timeout());
            for (var j = 0; j < 20; j++)
            {
                Assert.That(direct!.TryAsk("MEASURE op=empty n=1"u8, " sum="u8), Is.EqualTo(7));
            }
        }

        Assert.That((await _client.AskAsync("SENSE", TestEnvironment.Timeout())).Values["input"], Is.EqualTo("1"));
        Assert.That(_board.Ran.Count(request => request == "MEASURE op=empty n=1"), Is.EqualTo(60), "each once");
    }

    [Test]
    public async Task A_serial_echo_asks_on_the_calling_thread_and_ends_at_a_reply_that_is_none()
    {
        using var direct = await _client.BeginDirectAsync(TestEnvironment.Timeout());
        var micros = SerialEcho.Time(direct!, 7, TestEnvironment.Timeout());
        Assert.That(micros, Has.Length.EqualTo(7).And.All.GreaterThan(0));
        Assert.That(_board.Ran.Count(request => request == "SENSE"), Is.EqualTo(7 + SerialEcho.WarmUp), "each once");
        _board.Answer = _ => "ERR BUSY";
        Assert.That(SerialEcho.Time(direct!, 7, TestEnvironment.Timeout()), Is.Null);
    }

    [TestCase("ERR ARG op=")]
    [TestCase("OK n=1 t=7")]
    [TestCase("OK n=1 sum=many t=7")]
    public async Task A_reply_without_a_number_is_left_to_the_retrying_path(string answer)
    {
        _board.Answer = _ => answer;
        using (var direct = await _client.BeginDirectAsync(TestEnvironment.Timeout()))
        {
            Assert.That(direct!.TryAsk("MEASURE op=empty n=1"u8, " sum="u8), Is.Null);
        }

        _board.Answer = _ => "OK input=0 t=1";
        Assert.That((await _client.AskAsync("SENSE", TestEnvironment.Timeout())).Values["input"], Is.EqualTo("0"));
    }

    [Test]
    public async Task A_damaged_reply_is_no_number()
    {
        _board.Answer = _ => null;
        var said = _board.SayAsync("1 OK n=1 min=7 max=7 sum=7 t=7 *0000\r\n");
        using var direct = await _client.BeginDirectAsync(TestEnvironment.Timeout());
        await said;
        Assert.That(direct!.TryAsk("MEASURE op=empty n=1"u8, " sum="u8), Is.Null);
    }

    [Test]
    public async Task Another_request_waits_until_the_line_is_given_back()
    {
        Task<BoardReply> asked;
        using (var direct = await _client.BeginDirectAsync(TestEnvironment.Timeout()))
        {
            asked = _client.AskAsync("SENSE", TestEnvironment.Timeout()).AsTask();
            Assert.That(direct!.TryAsk("MEASURE op=empty n=1"u8, " sum="u8), Is.EqualTo(7));
            Assert.That(asked.IsCompleted, Is.False);
        }

        Assert.That((await asked).Values["input"], Is.EqualTo("1"));
    }

    [Test]
    public async Task A_line_with_an_armed_fault_has_no_direct_line()
    {
        _board.Line.Arm(LineDirection.FromBoard, LineFault.Drop);
        Assert.That(await _client.BeginDirectAsync(TestEnvironment.Timeout()), Is.Null);
        _board.Line.Clear();
        Assert.That((await _client.AskAsync("SENSE", TestEnvironment.Timeout())).IsOk, Is.True);
    }

    [Test]
    public async Task A_link_in_memory_has_no_direct_line()
    {
        await using var board = new FakeBoard();
        await using var client = new BenchClient(board.Line, new BenchClientOptions { Board = "fake", Reply = TimeSpan.FromSeconds(5), Boot = TimeSpan.FromSeconds(5) });
        Assert.That(await client.BeginDirectAsync(TestEnvironment.Timeout()), Is.Null);
        Assert.That((await client.AskAsync("SENSE", TestEnvironment.Timeout())).IsOk, Is.True);
    }
}
