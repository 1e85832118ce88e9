using Harness.Adversary.Claims.Replay;

namespace Harness.Adversary.Claims.Findings;

/// <summary>A repeated key wrap is taken for a new one.</summary>
[Attack("finding-key-wrap-replay-accepted", Order = 14)]
internal sealed class KeyWrapReplayFinding() : AttackFinding(
    new KeyWrapReplay(), "an epoch in the wrap, under its tag, that must rise");
