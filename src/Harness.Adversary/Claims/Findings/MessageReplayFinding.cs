using Harness.Adversary.Claims.Replay;

namespace Harness.Adversary.Claims.Findings;

/// <summary>A repeated message is taken for a new one.</summary>
[Attack("finding-replay-accepted", Order = 13)]
internal sealed class MessageReplayFinding() : AttackFinding(
    new SessionReplay(), "a rising counter in the nonce, and a receiver that takes none twice", () => new CountedGcm(checksCounter: true));
