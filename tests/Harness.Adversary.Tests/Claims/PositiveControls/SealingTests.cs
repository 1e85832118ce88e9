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

    [TestCaseSource(nameof(Names))]
    public void Equal_messages_look_equal_without_counter_or_nonce(string name)
    {
        var party = All[name]();
        Assert.That(party.Seal(Topic, Reading).AsSpan().SequenceEqual(party.Seal(Topic, Reading)), Is.EqualTo(name is "clear" or "one nonce" or "ecb"));
    }

    [TestCaseSource(nameof(Names))]
    public void A_message_is_taken_twice_unless_it_is_counted(string name)
    {
        var (sealer, opener) = (All[name](), All[name]());
        var payload = sealer.Seal(Topic, Reading);
        opener.Open(Topic, payload);
        Assert.That(opener.Open(Topic, payload) is not null, Is.EqualTo(name is not "counted"));
    }

    [TestCaseSource(nameof(Names))]
    public void A_flipped_bit_is_taken_without_a_tag(string name)
    {
        var payload = All[name]().Seal(Topic, Reading);
        payload[payload.Length / 3] ^= 1;
        Assert.That(All[name]().Open(Topic, payload) is not null, Is.EqualTo(name is "clear" or "ecb" or "ctr"));
    }
}
