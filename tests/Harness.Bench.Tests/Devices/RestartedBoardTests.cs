namespace Harness.Bench.Tests.Devices;

[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class RestartedBoardTests(string rigFile)
{
    private readonly ListSink _sink = new();
    private RestartingLink _link = null!;
    private TestBench _bench = null!;
    private SerialParty _board = null!;

    [SetUp]
    public async Task SetUp()
    {
        var rig = RigFile.Load(TestEnvironment.Rig(rigFile));
        _bench = new TestBench(rig, new TestBenchOptions
        {
            Sink = _sink,
            OpenLink = (path, baud) => _link = new RestartingLink(rig.Find("board")!, TestEnvironment.Firmware("leash"), Harness.Hardware.Links.TtyLink.Open(path, baud)),
        });
        _board = await _bench.GetBoardAsync("board", TestEnvironment.Timeout());
    }

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    [Test]
    public async Task A_board_that_restarted_by_itself_is_a_rig_error_and_named_in_the_record()
    {
        await ProvisionAsync();
        await _link.RestartAsync(TestEnvironment.Timeout());
        var e = Assert.ThrowsAsync<BoardRestartedException>(async () => await _board.AugInitAsync(TestEnvironment.Timeout()))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Seen, Does.Contain("restarted by itself"));
            Assert.That(_bench.Device("board").State, Is.EqualTo(DeviceState.Broken));
            Assert.That(_sink.Events.OfType<FaultSeen>().Select(f => f.Fault), Does.Contain("restarted"));
        });
        await ProvisionAsync();
        Assert.That((await _board.AugInitAsync(TestEnvironment.Timeout())).Value, Is.Not.Empty, "the next use boots another");
    }

    [Test]
    public async Task A_board_that_restarted_before_it_was_set_up_has_forgotten_its_seed()
    {
        await _link.RestartAsync(TestEnvironment.Timeout());
        await ProvisionAsync(reuse: true);
        if (_board.Info.HasRng)
        {
            Assert.That((await _board.AugInitAsync(TestEnvironment.Timeout())).Value, Is.Not.Empty, "with randomness of its own it lost nothing");
            return;
        }

        await Assert.ThatAsync(
            async () => await _board.AugInitAsync(TestEnvironment.Timeout()),
            Throws.TypeOf<BoardRestartedException>());
    }

    [Test]
    public async Task A_refusal_by_a_board_that_did_not_restart_stays_a_refusal()
    {
        await ProvisionAsync();
        await Assert.ThatAsync(
            async () => await _board.SealAsync("lab/test", new byte[3], TestEnvironment.Timeout()),
            Throws.TypeOf<PartyRefusedException>().With.Property("Refusal").EqualTo(PartyRefusal.NoKey));
        await _board.AskAsync("RESET", [], TestEnvironment.Timeout());
        await Assert.ThatAsync(
            async () => await _board.AugInitAsync(TestEnvironment.Timeout()),
            Throws.TypeOf<PartyRefusedException>().With.Property("Refusal").EqualTo(PartyRefusal.State), "our own reset is no restart");
    }

    [Test]
    public async Task A_board_that_forgot_its_scheme_has_restarted_and_did_not_refuse()
    {
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256") with { Scheme = SchemeNames.MqttAuth }, TestEnvironment.Timeout());
        await _link.RestartAsync(TestEnvironment.Timeout());
        await Assert.ThatAsync(
            async () => await _board.SealAsync("lab/test", new byte[3], TestEnvironment.Timeout()),
            Throws.TypeOf<BoardRestartedException>());
    }

    [Test]
    public async Task A_board_that_restarted_within_a_login_of_scram_did_not_refuse()
    {
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw") with { Scheme = SchemeNames.Scram }, TestEnvironment.Timeout());
        await _board.Scram!.InitAsync(TestEnvironment.Timeout());
        await _link.RestartAsync(TestEnvironment.Timeout());
        await Assert.ThatAsync(async () => await _board.Scram!.StepAsync("r=a"u8.ToArray(), TestEnvironment.Timeout()), Throws.TypeOf<BoardRestartedException>());
    }

    [Test]
    public async Task A_board_that_forgot_its_tokens_has_restarted_and_did_not_refuse()
    {
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256") with { Scheme = SchemeNames.MqttAuth }, TestEnvironment.Timeout());
        await _link.RestartAsync(TestEnvironment.Timeout());
        await Assert.ThatAsync(
            async () => await _board.Tokens.GiveAsync("lab/test", TestEnvironment.Timeout()),
            Throws.TypeOf<BoardRestartedException>());
    }

    private async Task ProvisionAsync(bool reuse = false)
    {
        _board = reuse ? _board : await _bench.GetBoardAsync("board", TestEnvironment.Timeout());
        await _board.ProvisionAsync(_bench.IdentityOf("board", "pw", group: "p256"), TestEnvironment.Timeout());
    }
}
