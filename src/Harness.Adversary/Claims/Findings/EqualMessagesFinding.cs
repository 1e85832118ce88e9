using Harness.Adversary.Claims.DataConfidentiality;

namespace Harness.Adversary.Claims.Findings;

/// <summary>Equal messages show on the wire.</summary>
[Attack("finding-ecb-shows-equal-messages", Order = 10)]
internal sealed class EqualMessagesFinding() : AttackFinding(
    new EqualMessages(), "a nonce, never twice under one key", () => new CountedGcm(checksCounter: true));
