using Harness.Schemes.Tests;

namespace Harness.Bench.Tests.Parties;

/// <summary>Runs the contract tests of every party on a board, and tests of what only boards do.</summary>
[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class BoardPartyTests(string rig) : PartyContract
{
    private TestBench _bench = null!;
    private SerialParty _board = null!;

    [OneTimeSetUp]
    public async Task Boot()
    {
        _bench = new TestBench(RigFile.Load(TestEnvironment.Rig(rig)), new TestBenchOptions());
        _board = await _bench.GetBoardAsync("board", TestEnvironment.Timeout());
    }

    [OneTimeTearDown]
    public async Task PowerOff() => await _bench.DisposeAsync();

    // A board that one test broke is booted anew for the next, so that one fault gives one failure.
    protected override IParty Create() => _board = _bench.GetBoardAsync("board", TestEnvironment.Timeout()).AsTask().GetAwaiter().GetResult();

    [Test]
    public async Task Its_ticks_are_those_of_its_own_clock()
    {
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256"), TestEnvironment.Timeout());
        Assert.That((await _board.AugInitAsync(TestEnvironment.Timeout())).Ticks, Is.GreaterThan(1000));
    }

    [Test]
    public async Task It_passes_its_self_test() =>
        Assert.That(int.Parse((await _board.AskAsync("SELFTEST", [], TestEnvironment.Timeout())).Values["tests"]), Is.GreaterThan(0));

    [Test]
    public async Task It_counts_what_it_computes()
    {
        await _board.ResetAsync(TestEnvironment.Timeout());
        var before = await _board.CountsAsync(TestEnvironment.Timeout());
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256"), TestEnvironment.Timeout());
        await _board.AugInitAsync(TestEnvironment.Timeout());
        var after = await _board.CountsAsync(TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That((before.Hashes, before.Exponentiations), Is.EqualTo((0L, 0L)));
            Assert.That((after.Hashes, after.Exponentiations), Is.EqualTo((2L, 1L)), "w' and r, and X");
        });
    }

    [Test]
    public async Task It_measures_in_portions_that_add_up()
    {
        Assert.That(await _board.OperationsAsync(TestEnvironment.Timeout()), Does.Contain("present128-block"));
        var measured = await _board.MeasureAsync("present128-block", 50, TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(measured.N, Is.EqualTo(50));
            Assert.That(measured.Minimum, Is.GreaterThan(0).And.LessThanOrEqualTo(measured.Maximum));
            Assert.That(measured.Sum, Is.InRange(50 * measured.Minimum, 50 * measured.Maximum));
        });
    }

    [Test]
    public async Task Its_input_reads_low_where_nothing_is_connected() =>
        Assert.That(await _board.SenseAsync(TestEnvironment.Timeout()), Is.False);

    [Test]
    public async Task A_ten_kilobyte_payload_is_too_long_and_the_board_lives_on()
    {
        await Assert.ThatAsync(
            async () => await _board.SealAsync("lab/test", new byte[10_000], TestEnvironment.Timeout()),
            Throws.TypeOf<PartyRefusedException>().With.Property("Refusal").EqualTo(PartyRefusal.TooLong));
        Assert.That((await _board.CountsAsync(TestEnvironment.Timeout())).Ciphers, Is.Zero);
    }

    [TestCase("12 ID *0000\n", "CRC")]
    [TestCase("nonsense\n", "0 ERR ")]
    [TestCase("\u00ff\u0000\u0080 noise\n", "0 ERR ")]
    [TestCase("7 ID\n", "CRC")]
    public async Task A_malformed_line_gets_an_error_never_silence(string line, string expected)
    {
        var reply = await _board.SendRawAsync(System.Text.Encoding.Latin1.GetBytes(line), TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        Assert.That(reply, Does.Contain(" ERR ").And.Contain(expected));
    }

    [Test]
    public async Task A_ten_kilobyte_line_gets_LENGTH()
    {
        var line = new byte[10_001];
        line.AsSpan().Fill((byte)'7');
        line[^1] = (byte)'\n';
        Assert.That(await _board.SendRawAsync(line, TestEnvironment.TimeLimit, TestEnvironment.Timeout()), Does.Contain("ERR LENGTH"));
    }

    [Test]
    public async Task The_same_line_twice_runs_once_and_the_same_number_with_another_line_is_refused()
    {
        await _board.ResetAsync(TestEnvironment.Timeout());
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256"), TestEnvironment.Timeout());
        var line = _board.NextLine("AUG.INIT");
        var first = await _board.SendRawAsync(line, TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        var second = await _board.SendRawAsync(line, TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        Assert.That(second, Is.EqualTo(first).And.Contain(" OK X="));
        var seq = System.Text.Encoding.ASCII.GetString(line).Split(' ')[0];
        var other = Crc16.Append(System.Text.Encoding.ASCII.GetBytes($"{seq} RESET"));
        Assert.That(await _board.SendRawAsync((byte[])[.. other, (byte)'\n'], TestEnvironment.TimeLimit, TestEnvironment.Timeout()), Does.Contain($"{seq} ERR SEQ"));
    }

    [Test]
    public async Task A_question_it_does_not_know_is_a_rig_error_with_its_words()
    {
        await Assert.ThatAsync(
            async () => await _board.AskAsync("FLY", [], TestEnvironment.Timeout()),
            Throws.TypeOf<BoardErrorException>().With.Message.Contains("ERR VERB"));
        Assert.That(_bench.Device("board").State, Is.EqualTo(DeviceState.Active));
    }

    [TestCase(LineDirection.ToBoard, LineFault.FlipByte)]
    [TestCase(LineDirection.FromBoard, LineFault.FlipByte)]
    [TestCase(LineDirection.ToBoard, LineFault.CorruptCrc)]
    [TestCase(LineDirection.FromBoard, LineFault.CorruptCrc)]
    [TestCase(LineDirection.ToBoard, LineFault.InsertGarbage)]
    [TestCase(LineDirection.FromBoard, LineFault.InsertGarbage)]
    [TestCase(LineDirection.ToBoard, LineFault.Double)]
    [TestCase(LineDirection.FromBoard, LineFault.Double)]
    public async Task A_fault_on_the_wire_is_survived_and_nothing_runs_twice(LineDirection direction, LineFault fault)
    {
        await _board.ResetAsync(TestEnvironment.Timeout());
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256"), TestEnvironment.Timeout());
        _bench.Device("board").Line.Arm(direction, fault);
        await _board.AugInitAsync(TestEnvironment.Timeout());
        Assert.That((await _board.CountsAsync(TestEnvironment.Timeout())).Exponentiations, Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("a name of more than sixty-four bytes, which no party of any kind takes")]
    public async Task Names_have_1_to_64_bytes(string name) => await Assert.ThatAsync(
        async () => await _board.ProvisionAsync(new PartyIdentity(name, "s", "pw", "p256", "rfc6628"), TestEnvironment.Timeout()),
        Throws.InstanceOf<ArgumentException>());
}
