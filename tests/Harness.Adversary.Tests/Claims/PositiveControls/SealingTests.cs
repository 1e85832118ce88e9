using Harness.Adversary.Claims.PositiveControls;

namespace Harness.Adversary.Tests.Claims.PositiveControls;

/// <summary>Ways of sealing for controls: each opens what it sealed, and each is weak in the way it is meant to be and in no other that is named here.</summary>
public sealed class SealingTests
{
    private const string Topic = "plant/1";

    private static readonly byte[] Reading = "T=21.53 H=48.10 P=1013.25"u8.ToArray();

    private static readonly Dictionary<string, Func<IPayloadSealing>> All = new()
    {
        ["clear"] = () => new ClearText(),
        ["one nonce"] = () => new OneNonce(),
        ["ecb"] = () => new EcbBlocks(),
        ["ctr"] = () => new CtrWithoutTag(),
        ["uncounted"] = () => new CountedGcm(checksCounter: false),
        ["counted"] = () => new CountedGcm(checksCounter: true),
    };

    private static IEnumerable<string> Names => All.Keys;

    [TestCaseSource(nameof(Names))]
    public void Payloads_sealed_by_one_party_open_at_another(string name)
    {
        Assert.That(All[name]().Open(Topic, All[name]().Seal(Topic, Reading)), Is.EqualTo(Reading));
    }

    [TestCase("clear", ExpectedResult = true)]
    [TestCase("one nonce", ExpectedResult = true)]
    [TestCase("ecb", ExpectedResult = true)]
    [TestCase("ctr", ExpectedResult = false)]
    [TestCase("uncounted", ExpectedResult = false)]
    [TestCase("counted", ExpectedResult = false)]
    public bool Equal_messages_look_equal(string name)
    {
        var party = All[name]();
        return party.Seal(Topic, Reading).AsSpan().SequenceEqual(party.Seal(Topic, Reading));
    }

    [TestCase("clear", ExpectedResult = true)]
    [TestCase("one nonce", ExpectedResult = true)]
    [TestCase("ecb", ExpectedResult = true)]
    [TestCase("ctr", ExpectedResult = true)]
    [TestCase("uncounted", ExpectedResult = true)]
    [TestCase("counted", ExpectedResult = false)]
    public bool A_message_is_taken_twice(string name)
    {
        var (sealer, opener) = (All[name](), All[name]());
        var payload = sealer.Seal(Topic, Reading);
        opener.Open(Topic, payload);
        return opener.Open(Topic, payload) is not null;
    }

    [TestCase("clear", ExpectedResult = true)]
    [TestCase("one nonce", ExpectedResult = false)]
    [TestCase("ecb", ExpectedResult = true)]
    [TestCase("ctr", ExpectedResult = true)]
    [TestCase("uncounted", ExpectedResult = false)]
    [TestCase("counted", ExpectedResult = false)]
    public bool A_flipped_bit_is_taken(string name)
    {
        var payload = All[name]().Seal(Topic, Reading);
        payload[payload.Length / 3] ^= 1;
        return All[name]().Open(Topic, payload) is not null;
    }
}
