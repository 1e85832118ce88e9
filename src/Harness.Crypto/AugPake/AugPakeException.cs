namespace Harness.Crypto.AugPake;

/// <summary>The cause that ended a handshake.</summary>
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
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">The cause.</param>
    /// <param name="detail">The value or state that was seen; no secret.</param>
    public AugPakeException(AugPakeFailure failure, string detail)
        : base($"AugPAKE ended with {failure}: {detail}.") => Failure = failure;

    /// <summary>The cause.</summary>
    public AugPakeFailure Failure { get; }
}
