namespace Harness.Sessions.Login;

/// <summary>Outcome of a login, as the broker alone knows it. On the wire the refusals are alike (features/REQUIREMENTS.md, AUG-3).</summary>
public enum LoginOutcome
{
    /// <summary>V_C verified and V_S is on its way.</summary>
    Accepted,

    /// <summary>X outside the group (0x82).</summary>
    UnacceptableElement,

    /// <summary>V_C of another length than 32 bytes (0x82).</summary>
    MalformedProof,

    /// <summary>V_C of the right length but wrong (0x87).</summary>
    WrongProof,

    /// <summary>No account for this client, group and profile (0x87).</summary>
    UnknownAccount,

    /// <summary>Locked out (0x87).</summary>
    LockedOut,

    /// <summary>The exchange ended before V_C was judged or before V_S could be sent.</summary>
    Abandoned,
}

/// <summary>One login at the broker. It holds no key, only the fingerprint.</summary>
/// <param name="Client">ClientId.</param>
/// <param name="Method">Authentication Method.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="IsReauthentication">True on a connection that was already authenticated.</param>
/// <param name="Fingerprint">Fingerprint of SK where it was accepted, 16 hex digits; null elsewhere.</param>
/// <param name="At">When it ended.</param>
public sealed record LoginRecord(
    string Client, string Method, LoginOutcome Outcome, bool IsReauthentication, string? Fingerprint, DateTimeOffset At) : IClientRecord;
