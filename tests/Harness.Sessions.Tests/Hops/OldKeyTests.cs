namespace Harness.Sessions.Tests.Hops;

/// <summary>After a re-authentication both ends read under the key before for 10 s, and seal under the new one at once.</summary>
public sealed class OldKeyTests
{
    private static readonly TimeSpan AlmostTen = TimeSpan.FromSeconds(9.999);

    private readonly FakeTimeProvider _time = new();
    private Bench _bench = null!;
    private HostParty _party = null!;
    private DeviceSession _session = null!;

    [SetUp]
    public async Task Start()
    {
        _bench = await Bench.StartAsync(scheme: SchemeNames.AugMqtt, time: _time);
        _party = _bench.Party("pub");
        _session = await _bench.LogInAsync("pub", party: _party);
        await _session.SubscribeAsync(Bench.Topic, default);
    }

    [TearDown]
    public async Task Stop()
    {
        if (_bench is not null)
        {
            await _bench.DisposeAsync();
        }

        _party?.Dispose();
    }

    [Test]
    public async Task The_broker_opens_what_was_sealed_under_the_old_key_within_10_s_and_not_after()
    {
        var first = await SealAsync(1);
        var second = await SealAsync(2);
        await _session.ReauthenticateAsync(default);
        _time.Advance(AlmostTen);
        await _session.PublishAsync(Bench.Topic, first, default);
        Assert.That(await ReadAsync(), Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.ThrowsAsync<SessionRefusedException>(() => _session.PublishAsync(Bench.Topic, second, default));
        Assert.That(_bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.BadTag));
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 3 }, default);
        Assert.That(await ReadAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_replay_under_the_old_key_is_still_a_replay()
    {
        var first = await _session.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);
        await _session.ReauthenticateAsync(default);
        Assert.ThrowsAsync<SessionRefusedException>(() => _session.PublishAsync(Bench.Topic, first, default));
        Assert.That(_bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.Replay));
    }

    [Test]
    public async Task The_device_opens_what_was_on_its_way_within_10_s()
    {
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);
        await _session.ReauthenticateAsync(default);
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        _time.Advance(AlmostTen);
        Assert.That(await ReadAsync(), Is.EqualTo(1));
        Assert.That(await ReadAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task The_device_does_not_open_it_after_10_s()
    {
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);
        await _session.ReauthenticateAsync(default);
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        _time.Advance(TimeSpan.FromSeconds(10));
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => ReadAsync());
        Assert.That(refused!.Refusal, Is.EqualTo(PartyRefusal.BadTag));
        Assert.That(await ReadAsync(), Is.EqualTo(2));
        Assert.That(_session.ForgettingFailure, Is.Null);
    }

    [Test]
    public async Task A_second_re_authentication_gives_its_old_key_10_s_of_its_own()
    {
        await _session.ReauthenticateAsync(default);
        var between = await SealAsync(1);
        _time.Advance(TimeSpan.FromSeconds(8));
        await _session.ReauthenticateAsync(default);
        _time.Advance(TimeSpan.FromSeconds(8));
        await _session.PublishAsync(Bench.Topic, between, default);
        Assert.That(await ReadAsync(), Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        Assert.That(await ReadAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Sealing_uses_the_new_key_at_once_at_both_ends()
    {
        // A second party that knows only the new key is not to be had; that the old key is not used is seen where it was forgotten.
        await _session.ReauthenticateAsync(default);
        await _party.ForgetOldKeyAsync(default);
        await _session.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);
        Assert.That(await ReadAsync(), Is.EqualTo(1), "sealed by the broker under the new key");
        var sealedBefore = await SealAsync(2);
        _time.Advance(TimeSpan.FromSeconds(10));
        await _session.PublishAsync(Bench.Topic, sealedBefore, default);
        Assert.That(await ReadAsync(), Is.EqualTo(2), "sealed by the device under the new key");
    }

    private async Task<byte[]> SealAsync(byte value) => (await _party.SealAsync(Bench.Topic, new[] { value }, default)).Value;

    /// <summary>The harness's own clock stands still here, so the limit is the real one's.</summary>
    private async Task<int> ReadAsync() => (await _session.ReceiveAndOpenAsync(Bench.Limit).WaitAsync(Bench.Limit)).Plaintext.Span[0];
}
