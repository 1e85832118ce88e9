namespace Harness.Bench.Tests.Protocol;

public partial class BenchClientTests
{
    private FakeBoard _board = null!;
    private BenchClient _client = null!;
    private List<BoardFault> _faults = null!;

    [SetUp]
    public void SetUp()
    {
        _board = new FakeBoard();
        _faults = [];
        _client = Client();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _client.DisposeAsync();
        await _board.DisposeAsync();
    }

    [Test]
    public async Task A_request_carries_number_words_and_checksum_and_the_reply_its_values()
    {
        _board.Answer = _ => "OK input=1 t=4294967295";
        var reply = await _client.AskAsync("SENSE", [("a", "01"), ("b", "")], TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(_board.Lines[0], Does.Match(@"^[1-9]\d{0,4} SENSE a=01 b= \*[0-9a-f]{4}$"));
            Assert.That(reply.Values["input"], Is.EqualTo("1"));
            Assert.That(reply.Ticks, Is.EqualTo(4294967295));
            Assert.That(_faults, Is.Empty);
        });
    }

    [Test]
    public async Task Numbers_count_up_and_65535_is_followed_by_1()
    {
        await StartAtAsync(65535);
        await _client.AskAsync("RESET", TestEnvironment.Timeout());
        await _client.AskAsync("RESET", TestEnvironment.Timeout());
        Assert.That(_board.Lines.Select(l => l.Split(' ')[0]), Is.EqualTo(new[] { "65535", "1" }));
    }

    [Test]
    public async Task Numbers_start_at_random()
    {
        var starts = new HashSet<string>();
        for (var i = 0; i < 8; i++)
        {
            await using var board = new FakeBoard();
            await using var client = new BenchClient(board.Line, new BenchClientOptions { Board = "b" });
            await client.AskAsync("RESET", TestEnvironment.Timeout());
            starts.Add(board.Lines[0].Split(' ')[0]);
        }

        // Eight equal draws out of 65535 would mean a fixed start.
        Assert.That(starts, Has.Count.GreaterThan(1));
    }

    [TestCase(LineDirection.ToBoard, LineFault.Drop, "no-reply")]
    [TestCase(LineDirection.ToBoard, LineFault.FlipByte, "damaged-request")]
    [TestCase(LineDirection.ToBoard, LineFault.CorruptCrc, "damaged-request")]
    [TestCase(LineDirection.FromBoard, LineFault.Drop, "no-reply")]
    [TestCase(LineDirection.FromBoard, LineFault.FlipByte, "garbage")]
    [TestCase(LineDirection.FromBoard, LineFault.CorruptCrc, "garbage")]
    [TestCase(LineDirection.FromBoard, LineFault.InsertGarbage, "garbage")]
    [TestCase(LineDirection.FromBoard, LineFault.Garbage, "garbage")]
    [TestCase(LineDirection.ToBoard, LineFault.Garbage, "damaged-request")]
    public async Task One_fault_on_the_line_is_survived_reported_and_nothing_runs_twice(LineDirection direction, LineFault fault, string word)
    {
        _board.Line.Arm(direction, fault);
        var reply = await _client.AskAsync("SEAL", [("data", "00")], TestEnvironment.Timeout());
        await _client.AskAsync("RESET", TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(reply.IsOk);
            Assert.That(_board.Ran, Is.EqualTo(new[] { "SEAL data=00", "RESET" }));
            Assert.That(_faults.Select(f => f.Fault), Does.Contain(word));
        });
    }

    [TestCase(LineDirection.ToBoard)]
    [TestCase(LineDirection.FromBoard)]
    public async Task A_doubled_line_runs_once_and_the_second_reply_is_skipped(LineDirection direction)
    {
        _board.Line.Arm(direction, LineFault.Double);
        await _client.AskAsync("AUG.INIT", TestEnvironment.Timeout());
        _board.Answer = _ => "OK second=1 t=1";
        var reply = await _client.AskAsync("RESET", TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(reply.Values, Does.ContainKey("second"));
            Assert.That(_board.Ran, Is.EqualTo(new[] { "AUG.INIT", "RESET" }));
            Assert.That(_faults.Select(f => f.Fault), Is.EqualTo(new[] { "stale" }));
        });
    }

    [Test]
    public async Task The_repeated_line_is_the_same_to_the_byte()
    {
        _board.Line.Arm(LineDirection.FromBoard, LineFault.Drop);
        await _client.AskAsync("AUG.INIT", TestEnvironment.Timeout());
        Assert.That(_board.Lines, Has.Count.EqualTo(2).And.All.EqualTo(_board.Lines[0]));
    }

    [Test]
    public void An_ERR_is_an_answer_with_code_and_words_and_is_not_asked_again()
    {
        _board.Answer = _ => "ERR BAD-ELEMENT Y outside the group";
        var e = Assert.ThrowsAsync<BoardErrorException>(async () => await _client.AskAsync("AUG.STEP", TestEnvironment.Timeout()))!;
        Assert.Multiple(() =>
        {
            Assert.That((e.Code, e.Description, e.Verb, e.Board), Is.EqualTo(("BAD-ELEMENT", "Y outside the group", "AUG.STEP", "m4")));
            Assert.That(_board.Ran, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_number_kept_from_an_earlier_program_is_replaced()
    {
        await StartAtAsync(77);
        _board.Remember("77 OTHER *0000");
        var reply = await _client.AskAsync("RESET", TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(reply.Seq, Is.EqualTo(78));
            Assert.That(_faults.Select(f => f.Fault), Is.EqualTo(new[] { "seq-taken" }));
        });
    }

    [Test]
    public async Task A_reply_to_another_number_is_never_taken()
    {
        _board.Answer = _ => null;
        var ask = _client.AskAsync("SENSE", TestEnvironment.Timeout()).AsTask();
        var request = await _board.FirstLineAsync();
        var seq = int.Parse(request.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        await _board.SayAsync(Reply($"{(seq % 65535) + 1} OK input=0 t=1"));
        await _board.SayAsync(Reply($"{seq} OK input=1 t=1"));
        Assert.That((await ask).Values["input"], Is.EqualTo("1"));
    }

    [Test]
    public async Task A_line_that_ends_while_a_reply_is_awaited_is_a_vanished_board()
    {
        _board.Answer = _ => null;
        var ask = _client.AskAsync("AUG.INIT", TestEnvironment.Timeout()).AsTask();
        await _board.FirstLineAsync();
        await _board.VanishAsync();
        await Assert.ThatAsync(() => ask, Throws.TypeOf<BoardVanishedException>());
    }

    [Test]
    public async Task A_vanished_board_stays_vanished()
    {
        await _board.VanishAsync();
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThatAsync(async () => await _client.AskAsync("ID", TestEnvironment.Timeout()), Throws.TypeOf<BoardVanishedException>());
        }
    }

    [Test]
    public async Task A_cancelled_request_throws_and_the_next_one_is_not_answered_with_the_old_reply()
    {
        _board.Answer = _ => null;
        using var impatient = new CancellationTokenSource();
        var ask = _client.AskAsync("AUG.INIT", impatient.Token).AsTask();
        var request = await _board.FirstLineAsync();
        await impatient.CancelAsync();
        await Assert.ThatAsync(() => ask, Throws.InstanceOf<OperationCanceledException>());
        await _board.SayAsync(Reply($"{request.Split(' ')[0]} OK X=04 t=9"));
        _board.Answer = _ => "OK input=0 t=1";
        Assert.That((await _client.AskAsync("SENSE", TestEnvironment.Timeout())).Values, Does.ContainKey("input"));
    }

    [Test]
    public async Task A_board_is_ready_when_ID_answers_and_says_what_it_can()
    {
        var info = await _client.WaitReadyAsync(TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(info.Board, Is.EqualTo("fake"));
            Assert.That(info.Groups, Is.EqualTo(new[] { "modp2048-q256", "p256" }));
            Assert.That(info.KeyBits, Is.EqualTo(new[] { 80, 128 }));
            Assert.That((info.Line, info.Payload, info.ClockHz, info.HasRng, info.IsTest), Is.EqualTo((2048, 512, 1000L, false, false)));
        });
    }

    [TestCase("proto=1", "proto=2", "bench protocol 1")]
    [TestCase("fw=harness", "fw=other", "fw=harness")]
    [TestCase("fw=harness ", "", "fw=harness")]
    [TestCase("line=2048", "line=much", "line=")]
    [TestCase("payload=512 ", "", "payload=")]
    public void Another_firmware_or_protocol_is_said_clearly(string has, string instead, string expected)
    {
        _board.Answer = _ => $"OK {FakeBoard.Id.Replace(has, instead)} t=1";
        var e = Assert.ThrowsAsync<BoardMismatchException>(async () => await _client.WaitReadyAsync(TestEnvironment.Timeout()))!;
        Assert.That(e.Message, Does.Contain(expected));
        Assert.That(e.NextCommand, Does.Contain("make -C rigs/firmware"));
    }

    [Test]
    public async Task A_raw_line_is_sent_as_it_is_and_its_answer_is_given_as_it_is()
    {
        var answer = await _client.SendRawAsync("nonsense\n"u8.ToArray(), TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.ASCII.GetString(answer!), Does.StartWith("0 ERR CRC"));
            Assert.That(_board.Lines, Is.EqualTo(new[] { "nonsense" }));
        });
    }

    [Test]
    public async Task A_raw_line_without_an_answer_gives_null()
    {
        Assert.That(await _client.SendRawAsync("\r\n"u8.ToArray(), TimeSpan.FromMilliseconds(100), TestEnvironment.Timeout()), Is.Null);
    }

    [Test]
    public async Task A_long_line_is_given_the_time_a_slow_line_needs_to_carry_it()
    {
        var time = new TimerLog();
        await using var client = new BenchClient(_board.Line, new BenchClientOptions { Board = "m4", Reply = TimeSpan.FromSeconds(4), Time = time });
        await client.SendRawAsync(new byte[20_000], TimeSpan.FromMilliseconds(1), TestEnvironment.Timeout());
        Assert.That(time.Waits[0], Is.EqualTo(TimeSpan.FromSeconds(24)));
    }

    /// <summary>The system's clock, which records the durations of its timers.</summary>
    private sealed class TimerLog : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private static string Reply(string text) => Encoding.ASCII.GetString(Crc16.Append(Encoding.ASCII.GetBytes(text))) + "\r\n";

    private async Task StartAtAsync(int first)
    {
        await _client.DisposeAsync();
        _client = Client(first);
    }

    private BenchClient Client(int? first = null) => new(_board.Line, new BenchClientOptions
    {
        Board = "m4",
        Reply = TimeSpan.FromSeconds(1),
        Boot = TimeSpan.FromSeconds(4),
        Grace = TimeSpan.FromMilliseconds(200),
        FirstSeq = first,
        OnFault = f =>
        {
            lock (_faults)
            {
                _faults.Add(f);
            }
        },
    });
}
