namespace Harness.Schemes.Tests.AugMqtt;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HopEndTests : IDisposable
{
    private static readonly byte[] First = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] Second = [.. Enumerable.Repeat((byte)2, 32)];
    private static readonly byte[] Third = [.. Enumerable.Repeat((byte)3, 32)];

    private readonly HopEnd _end = new(HopDirection.FromBroker);

    public void Dispose() => _end.Dispose();

    [Test]
    public void Without_a_key_nothing_is_sealed_or_opened()
    {
        Assert.That((_end.HasKey, _end.HasOldKey), Is.EqualTo((false, false)));
        Assert.That(() => _end.Seal("t", "x"u8), Throws.InvalidOperationException);
        Assert.That(() => _end.Open("t", new byte[40], out _), Throws.InvalidOperationException);
    }

    [Test]
    public void It_reads_under_the_key_before_until_told_to_forget_it()
    {
        _end.Replace(First, keepOld: true);
        using var old = new HopChannel(First, HopDirection.ToBroker);
        _end.Replace(Second, keepOld: true);
        var (one, two) = (old.Seal("t", "1"u8), old.Seal("t", "2"u8));
        Assert.That(_end.Open("t", one, out _), Is.EqualTo(HopResult.Opened));
        Assert.That(_end.Open("t", one, out _), Is.EqualTo(HopResult.Replay));
        _end.ForgetOld();
        Assert.That(_end.Open("t", two, out _), Is.EqualTo(HopResult.BadTag));
    }

    [Test]
    public void It_seals_under_the_newest_key_alone_and_its_counters_begin_anew()
    {
        _end.Replace(First, keepOld: true);
        _end.Seal("t", "x"u8);
        _end.Replace(Second, keepOld: true);
        using var reader = new HopChannel(Second, HopDirection.ToBroker);
        var payload = _end.Seal("t", "x"u8);
        Assert.That(payload[11], Is.EqualTo(1));
        Assert.That(reader.Open("t", payload, out _), Is.EqualTo(HopResult.Opened));
    }

    [Test]
    public void Only_one_key_before_is_kept_and_none_of_another_connection()
    {
        using var first = new HopChannel(First, HopDirection.ToBroker);
        using var second = new HopChannel(Second, HopDirection.ToBroker);
        _end.Replace(First, keepOld: true);
        _end.Replace(Second, keepOld: true);
        _end.Replace(Third, keepOld: true);
        Assert.That(_end.Open("t", first.Seal("t", "x"u8), out _), Is.EqualTo(HopResult.BadTag));
        Assert.That(_end.Open("t", second.Seal("t", "x"u8), out _), Is.EqualTo(HopResult.Opened));
        _end.Replace(First, keepOld: false);
        Assert.That(_end.HasOldKey, Is.False);
        Assert.That(_end.Open("t", second.Seal("t", "x"u8), out _), Is.EqualTo(HopResult.BadTag));
    }
}
