namespace Harness.Sessions.Testbed;

/// <summary>The ways in which a login ends.</summary>
public enum LoginStatus
{
    /// <summary>The device holds a session key.</summary>
    Succeeded,

    /// <summary>The broker refused with a reason code.</summary>
    RefusedByBroker,

    /// <summary>The device refused with a code of its own.</summary>
    AbortedByDevice,

    /// <summary>A packet came that MQTT or the binding does not allow here.</summary>
    ProtocolError,

    /// <summary>The connection is gone.</summary>
    BrokerGone,

    /// <summary>Nothing came in time. This says nothing about a refusal.</summary>
    TimedOut,

    /// <summary>The rig broke.</summary>
    RigBroken,
}

/// <summary>The end of one login or re-authentication.</summary>
/// <param name="Status">The way in which it ended.</param>
/// <param name="Seen">Observation in words; never a key.</param>
public sealed record LoginResult(LoginStatus Status, string Seen)
{
    /// <summary>The broker's reason, where it gave one.</summary>
    public ReasonCode? Reason { get; init; }

    /// <summary>The device's code, where it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>Fingerprint of SK as the device reports it; null where it failed, and empty where the device cannot be asked.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The exception, with its own type; null where there was none.</summary>
    public Exception? Error { get; init; }

    /// <summary>True where it was a re-authentication on an open connection.</summary>
    public bool IsReauthentication { get; init; }

    /// <summary>Time from its begin to its end; zero where the testbed did not carry it.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>True where the broker sent success; null where nobody looked.</summary>
    public bool? BrokerAccepted { get; init; }

    /// <summary>Fingerprint of SK at the broker, where both ends accepted; else null.</summary>
    public string? BrokerFingerprint { get; init; }

    /// <summary>True where the device took the broker for the right one and holds a session key.</summary>
    public bool Succeeded => Status == LoginStatus.Succeeded;

    /// <summary>A login that succeeded.</summary>
    /// <param name="fingerprint">Fingerprint of SK as the device reports it, 16 hex digits.</param>
    public static LoginResult Success(string fingerprint) => new(LoginStatus.Succeeded, "succeeded") { Fingerprint = fingerprint };

    /// <summary>The end that an exception of a login stands for; null where it is no end of a login, as a stop by the user or a defect.</summary>
    public static LoginResult? FromException(Exception error) => error switch
    {
        SessionRefusedException e => new(LoginStatus.RefusedByBroker, $"refused with 0x{(byte)e.Reason:x2}") { Reason = e.Reason, Error = e },
        PartyRefusedException e => new(LoginStatus.AbortedByDevice, $"aborted with {e.Code}") { Code = e.Code, Error = e },
        SessionTimedOutException e => new(LoginStatus.TimedOut, "no answer in time") { Error = e },
        SessionDisconnectedException e => new(LoginStatus.BrokerGone, e.Seen) { Error = e },
        SessionAbortedException e => new(LoginStatus.ProtocolError, e.Seen) { Error = e },
        RigErrorException e => new(LoginStatus.RigBroken, e.Message) { Error = e },
        _ => null,
    };

    /// <summary>Runs a login and tells how it ended.</summary>
    /// <param name="login">Gives the fingerprint of SK as the device reports it.</param>
    public static async Task<LoginResult> ObserveAsync(Func<Task<string>> login)
    {
        ArgumentNullException.ThrowIfNull(login);
        try
        {
            return Success(await login().ConfigureAwait(false));
        }
        catch (Exception e) when (FromException(e) is not null)
        {
            return FromException(e)!;
        }
    }
}
