using Harness.Adversary.Claims.DataConfidentiality;
using Harness.Adversary.Claims.DataPrivacy;
using Harness.Adversary.Claims.Replay;
using Harness.Adversary.Claims.PositiveControls;

namespace Harness.Adversary.Claims.Findings;

/// <summary>Findings about traffic keys and payloads of MQTT-PRESENT.</summary>
internal static class PayloadFindings
{
    private static readonly Func<IPayloadSealing> Sealed = () => new CountedGcm(checksCounter: true);

    public static IReadOnlyList<Finding> All { get; } =
    [
        new PartnersKey(),
        new RogueUnrollsAll(),
        new AttackFinding(
            new CuriousBroker(), "finding-broker-computes-traffic-key",
            "agree on the key between publisher and subscriber with a secret the broker lacks; the broker only carries the messages", Sealed),
        new AttackFinding(
            new EqualBlocks(), "finding-ecb-shows-equal-blocks",
            "a nonce and a mode that uses it: PRESENT in EAX costs about twice the block calls from 16 bytes on", Sealed),
        new AttackFinding(
            new EqualMessages(), "finding-ecb-shows-equal-messages", "a nonce, never twice under one key", Sealed),
        new BlockSwap(),
        new FlippedBit(),
        new AttackFinding(
            new SessionReplay(), "finding-replay-accepted", "a rising counter in the nonce, and a receiver that takes none twice", Sealed),
        new AttackFinding(
            new KeyWrapReplay(), "finding-key-wrap-replay-accepted", "an epoch in the wrap, under its tag, that must rise"),
        new SilentDesynchronisation(),
        new ManySubscribers(),
        new TruncatedKeys(),
    ];
}
