using Harness.Schemes.MqttPresent;
using Harness.Sessions.Keys;

namespace Harness.Sessions.Tests.Keys;

[TestFixture(80)]
[TestFixture(128)]
public sealed class MqttPresentKeyServiceTests(int keyBits)
{
    private static readonly KeyPair Pair = new("pub", "sub", "plant/1");
    private static readonly byte[] Skp = [.. Enumerable.Repeat((byte)0x11, 32)];
    private static readonly byte[] Sks = [.. Enumerable.Repeat((byte)0x2F, 32)];

    private MqttPresentKeyService _service = null!;

    [SetUp]
    public void Start() => _service = new MqttPresentKeyService(new KeyServiceOptions([Pair], keyBits, [AugPakeProfile.AsPublished]));

    [TearDown]
    public void Stop() => _service.Dispose();

    [TestCase("pub", "sub")]
    [TestCase("sub", "pub")]
    public void Both_get_the_same_Ks_in_either_order(string first, string second)
    {
        Assert.That(LogIn(first), Is.Empty);
        var wraps = LogIn(second);
        Assert.That(wraps.Select(w => w.Client), Is.EqualTo(new[] { "sub", "pub" }), "who reads comes first");
        foreach (var wrap in wraps)
        {
            Assert.That(wrap.Message.Topic, Is.EqualTo("plant/1"));
            Assert.That(wrap.Message.Peer, Is.EqualTo(wrap.Client == "pub" ? "sub" : "pub"));
            Assert.That(MqttPresentCipher.TryUnwrap(keyBits, wrap.Client == "pub" ? Skp : Sks, wrap.Message.Wrap.Span, out var ks), Is.True);
            Assert.That(ks, Is.EqualTo(MqttPresentCipher.Combine(Skp, Sks)));
        }

        using var expected = new SessionKey(MqttPresentCipher.Combine(Skp, Sks));
        Assert.That(_service.Fingerprint(Pair), Is.EqualTo(expected.Fingerprint));
    }

    [Test]
    public void Each_new_handshake_yields_a_new_Ks_for_both()
    {
        LogIn("pub");
        LogIn("sub");
        var before = _service.Fingerprint(Pair);
        var wraps = _service.Established("sub", AugPakeProfile.AsPublished, new SessionKey(new byte[32]));
        Assert.That(wraps, Has.Count.EqualTo(2));
        Assert.That(_service.Fingerprint(Pair), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_handshake_of_another_profile_does_not_count_and_ends_the_one_before()
    {
        LogIn("pub");
        LogIn("sub");
        Assert.That(_service.Established("sub", AugPakeProfile.Rfc6628, new SessionKey(Sks)), Is.Empty);
        Assert.That(_service.Fingerprint(Pair), Is.Null);
    }

    [Test]
    public void A_client_in_no_pair_gets_no_wrap_and_its_key_is_wiped()
    {
        var key = new SessionKey(Skp);
        Assert.That(_service.Established("other", AugPakeProfile.AsPublished, key), Is.Empty);
        Assert.That(() => key.Bytes.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void The_current_wrap_can_be_asked_for_again()
    {
        Assert.That(_service.Current("pub"), Is.Empty);
        LogIn("pub");
        LogIn("sub");
        Assert.That(_service.Current("pub").Single().Client, Is.EqualTo("pub"));
        Assert.That(_service.Current("other"), Is.Empty);
    }

    [Test]
    public void Keys_are_wiped_when_replaced_and_at_the_end()
    {
        var (one, two) = (new SessionKey(Skp), new SessionKey(Sks));
        _service.Established("pub", AugPakeProfile.AsPublished, one);
        _service.Established("pub", AugPakeProfile.AsPublished, two);
        Assert.That(() => one.Bytes.Length, Throws.InstanceOf<ObjectDisposedException>());
        _service.Dispose();
        Assert.That(() => two.Bytes.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    private IReadOnlyList<WrapDelivery> LogIn(string client) =>
        _service.Established(client, AugPakeProfile.AsPublished, new SessionKey(client == "pub" ? Skp : Sks));
}
