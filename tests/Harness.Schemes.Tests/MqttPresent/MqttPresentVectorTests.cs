using System.Text.Json;

namespace Harness.Schemes.Tests.MqttPresent;

/// <summary>Section mqtt_present of tests/vectors/vectors.json: answers of an independent implementation.</summary>
[TestFixtureSource(nameof(Cases))]
public sealed class MqttPresentVectorTests(string name)
{
    private static readonly JsonElement[] All =
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "vectors.json")))
            .RootElement.GetProperty("mqtt_present").EnumerateArray()];

    private readonly JsonElement _case = All[int.Parse(name[(name.LastIndexOf('-') + 1)..])];

    public static IEnumerable<string> Cases => All.Select((_, i) => $"mqtt_present-{i}");

    private int KeyBits => 8 * _case.GetProperty("key_bytes").GetInt32();

    [Test]
    public void Ks_is_the_exclusive_or_of_both_session_keys() =>
        Assert.That(MqttPresentCipher.Combine(Bytes("skp"), Bytes("sks")), Is.EqualTo(Bytes("ks")));

    [TestCase("skp", "wrapped_for_publisher")]
    [TestCase("sks", "wrapped_for_subscriber")]
    public void A_wrap_is_as_computed_elsewhere_and_opens(string sessionKey, string wrap)
    {
        Assert.That(MqttPresentCipher.Wrap(KeyBits, Bytes(sessionKey), Bytes("ks")), Is.EqualTo(Bytes(wrap)));
        Assert.That(MqttPresentCipher.TryUnwrap(KeyBits, Bytes(sessionKey), Bytes(wrap), out var ks), Is.True);
        Assert.That(ks, Is.EqualTo(Bytes("ks")));
    }

    [Test]
    public void A_payload_is_as_computed_elsewhere_and_opens()
    {
        Assert.That(MqttPresentCipher.Seal(KeyBits, Bytes("ks"), Bytes("payload")), Is.EqualTo(Bytes("published")));
        Assert.That(MqttPresentCipher.TryOpen(KeyBits, Bytes("ks"), Bytes("published"), out var plaintext), Is.True);
        Assert.That(plaintext, Is.EqualTo(Bytes("payload")));
    }

    [Test]
    public void The_other_partners_key_does_not_open_a_wrap()
    {
        var opens = MqttPresentCipher.TryUnwrap(KeyBits, Bytes("skp"), Bytes("wrapped_for_subscriber"), out var ks);
        Assert.That(opens && ks.AsSpan().SequenceEqual(Bytes("ks")), Is.False);
    }

    private byte[] Bytes(string key) => Convert.FromHexString(_case.GetProperty(key).GetString()!);
}
