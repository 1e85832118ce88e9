using Harness.Adversary.Claims.DataConfidentiality;

namespace Harness.Adversary.Claims.Findings;

/// <summary>Equal blocks of plaintext show on the wire.</summary>
[Attack("finding-ecb-shows-equal-blocks", Order = 9)]
internal sealed class EqualBlocksFinding() : AttackFinding(
    new EqualBlocks(), "a nonce and a mode that uses it: PRESENT in EAX costs about twice the block calls from 16 bytes on", () => new CountedGcm(checksCounter: true));
