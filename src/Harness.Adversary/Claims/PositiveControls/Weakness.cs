namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>Checks that a toy AugPAKE leaves out, so that the attack on just that check must win.</summary>
[Flags]
internal enum Weakness
{
    /// <summary>Nothing: plain AugPAKE.</summary>
    None = 0,

    /// <summary>V_C and V_S are hashes over W instead of X, Y and K: the same in every session.</summary>
    StaticProofs = 1,

    /// <summary>The broker sends V_S with Y, before it saw V_C.</summary>
    EarlyServerProof = 2,

    /// <summary>W is left out of Y and z: Diffie-Hellman without authentication.</summary>
    NoPassword = 4,

    /// <summary>V_S is the same hash as V_C.</summary>
    SameProofs = 8,

    /// <summary>Proofs are taken without being compared.</summary>
    UncheckedProofs = 16,

    /// <summary>The device was never seeded: x is always 1.</summary>
    KnownX = 32,
}
