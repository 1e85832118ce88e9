using Harness.Adversary.Claims.Findings;
using Harness.Schemes.MqttPresent;

namespace Harness.Adversary.Tests.Claims.Findings;

/// <summary>Session keys that follow from traffic keys, without a broker.</summary>
public sealed class KeyUnrollingTests
{
    private static readonly Dictionary<string, byte[]> Keys = "rogue sub other far lone".Split(' ').Select((name, i) => (name, Key: Bytes(i + 1)))
        .ToDictionary(k => k.name, k => k.Key);

    [Test]
    public void Traffic_key_and_own_key_give_the_partners()
    {
        var traffic = MqttPresentCipher.Combine(Keys["rogue"], Keys["sub"]);
        Assert.That(KeyUnrolling.Partner(traffic, Keys["rogue"]), Is.EqualTo(Keys["sub"]));
        Assert.That(KeyUnrolling.Partner(traffic, Keys["sub"]), Is.EqualTo(Keys["rogue"]));
    }

    [TestCase(80)]
    [TestCase(128)]
    public void A_rogue_unrolls_every_session_that_is_connected_to_it(int keyBits)
    {
        // rogue - sub - other - far, and one pair apart from them.
        var wraps = Wraps(keyBits, ("far", "other"), ("other", "sub"), ("rogue", "sub"), ("lone", "nobody"));
        var found = KeyUnrolling.All(keyBits, Only("rogue"), wraps);
        Assert.That(found.Keys, Is.EquivalentTo(new[] { "rogue", "sub", "other", "far" }));
        foreach (var (client, key) in found)
        {
            Assert.That(key, Is.EqualTo(Keys[client]), client);
        }
    }

    [Test]
    public void Without_a_pair_of_its_own_a_rogue_learns_nothing()
    {
        Assert.That(KeyUnrolling.All(128, Only("rogue"), Wraps(128, ("far", "other"))).Keys, Is.EqualTo(new[] { "rogue" }));
    }

    [Test]
    public void A_wrap_under_another_key_is_passed_over()
    {
        var seen = new SeenWrap("rogue", new WrapMessage("t", "sub", new byte[MqttPresentCipher.WrapLength]));
        Assert.That(KeyUnrolling.All(128, Only("rogue"), [seen]).Keys, Is.EqualTo(new[] { "rogue" }));
    }

    [TestCase(80)]
    [TestCase(128)]
    public void A_turned_bit_is_refused_in_the_last_block_alone(int keyBits)
    {
        var wrap = MqttPresentCipher.Wrap(keyBits, Keys["sub"], MqttPresentCipher.Combine(Keys["rogue"], Keys["sub"]));
        var outcomes = WrapFlips.Outcomes(keyBits, Keys["sub"], wrap);
        Assert.That(outcomes, Has.Count.EqualTo(320));
        Assert.That(outcomes.Take(256), Has.None.EqualTo(WrapFlip.Refused));
        Assert.That(outcomes.Skip(256), Has.All.EqualTo(WrapFlip.Refused));
        Assert.That(outcomes.Take(64), Has.All.EqualTo(WrapFlip.Desynchronised));
        Assert.That(outcomes.Skip(128).Take(128), Has.All.EqualTo(WrapFlip.Unused), "16 of Ks's 32 bytes encrypt at most");
    }

    [Test]
    public void A_wrap_that_does_not_open_has_no_outcomes()
    {
        Assert.That(() => WrapFlips.Outcomes(128, Keys["sub"], new byte[MqttPresentCipher.WrapLength]), Throws.ArgumentException);
    }

    private static Dictionary<string, byte[]> Only(string client) => new() { [client] = Keys[client] };

    private static SeenWrap[] Wraps(int keyBits, params (string Publisher, string Subscriber)[] pairs) => [.. pairs.SelectMany(pair =>
    {
        byte[] KeyOf(string client) => Keys.GetValueOrDefault(client) ?? Bytes(99);
        var traffic = MqttPresentCipher.Combine(KeyOf(pair.Publisher), KeyOf(pair.Subscriber));
        SeenWrap To(string receiver, string peer) =>
            new(receiver, new WrapMessage("t/" + pair.Publisher, peer, MqttPresentCipher.Wrap(keyBits, KeyOf(receiver), traffic)));
        return new[] { To(pair.Publisher, pair.Subscriber), To(pair.Subscriber, pair.Publisher) };
    })];

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[32];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
