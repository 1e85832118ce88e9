namespace Harness.Crypto;

/// <summary>Why a handshake ended.</summary>
public enum AugPakeFailure
{
    /// <summary>X or Y from the peer is no acceptable element of the group.</summary>
    BadElement,

    /// <summary>V_C or V_S from the peer is wrong: another password, or a changed message.</summary>
    BadAuthenticator,

    /// <summary>Y or K came out as the identity.</summary>
    IdentityElement,
}

/// <summary>A handshake ended because of what the peer sent. Carries no secret.</summary>
public sealed class AugPakeException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="detail">What was seen; no secret.</param>
    public AugPakeException(AugPakeFailure failure, string detail)
        : base($"AugPAKE ended with {failure}: {detail}.") => Failure = failure;

    /// <summary>Why.</summary>
    public AugPakeFailure Failure { get; }
}
