namespace Harness.Sessions.Login;

/// <summary>Outcome of a login, as the broker alone knows it. On the wire the refusals are alike (features/REQUIREMENTS.md, AUG-3).</summary>
public enum LoginOutcome
{
    /// <summary>The client's proof verified and the broker's is on its way.</summary>
    Accepted,

    /// <summary>X outside the group (0x82).</summary>
    UnacceptableElement,

    /// <summary>V_C of another length than 32 bytes, or no message of SCRAM's exchange (0x82).</summary>
    MalformedProof,

    /// <summary>V_C of the right length but wrong (0x87).</summary>
    WrongProof,

    /// <summary>No account for this client, group and profile (0x87).</summary>
    UnknownAccount,

    /// <summary>Locked out (0x87).</summary>
    LockedOut,

    /// <summary>Channel binding demanded, which the broker has none of (0x8C).</summary>
    ChannelBinding,

    /// <summary>A user's name other than the ClientId (0x85).</summary>
    OtherName,

    /// <summary>The exchange ended before V_C was judged or before V_S could be sent.</summary>
    Abandoned,
}

/// <summary>One login at the broker. It holds no key, only the fingerprint.</summary>
/// <param name="Client">ClientId.</param>
/// <param name="Method">Authentication Method.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="IsReauthentication">True on a connection that was already authenticated.</param>
/// <param name="Fingerprint">Fingerprint of SK (scram: of ServerSignature) where it was accepted, 16 hex digits; null elsewhere.</param>
/// <param name="At">When it ended.</param>
public sealed record LoginRecord(
    string Client, string Method, LoginOutcome Outcome, bool IsReauthentication, string? Fingerprint, DateTimeOffset At) : IClientRecord;
