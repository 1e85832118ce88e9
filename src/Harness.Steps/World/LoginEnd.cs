using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;

namespace Harness.Steps.World;

/// <summary>How a login ended, in the words of the features.</summary>
public enum LoginKind
{
    /// <summary>Both ends hold a key.</summary>
    Succeeded,

    /// <summary>The broker refused with a reason code.</summary>
    RefusedByBroker,

    /// <summary>The device refused with a code of its own.</summary>
    AbortedByDevice,

    /// <summary>A packet that MQTT or the binding does not allow here.</summary>
    ProtocolError,

    /// <summary>The connection is gone.</summary>
    BrokerGone,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>The rig broke; a scenario must expect it, or it is the scenario's verdict.</summary>
    RigBroken,
}

/// <summary>One login and how it ended.</summary>
/// <param name="Kind">How.</param>
/// <param name="Seen">What was seen, in words.</param>
/// <param name="Reason">The broker's reason, where it gave one.</param>
/// <param name="Code">The device's code, where it gave one.</param>
/// <param name="Fingerprint">The device's fingerprint of SK, where it succeeded.</param>
/// <param name="Error">What was thrown, where it failed.</param>
public sealed record LoginEnd(
    LoginKind Kind, string Seen, ReasonCode? Reason = null, string? Code = null, string? Fingerprint = null, Exception? Error = null)
{
    /// <summary>Whether it was a re-authentication on an open connection.</summary>
    public bool IsReauthentication { get; init; }

    /// <summary>What an exception of a login means; null where it is no end of a login.</summary>
    public static LoginEnd? From(Exception error) => error switch
    {
        SessionRefusedException e => new(LoginKind.RefusedByBroker, $"refused with 0x{(byte)e.Reason:x2}", Reason: e.Reason, Error: e),
        PartyRefusedException e => new(LoginKind.AbortedByDevice, $"aborted with {e.Code}", Code: e.Code, Error: e),
        SessionTimedOutException e => new(LoginKind.TimedOut, "no answer in time", Error: e),
        SessionAbortedException { InnerException: MqttNotConnectedException } e => new(LoginKind.BrokerGone, e.Seen, Error: e),
        SessionAbortedException e => new(LoginKind.ProtocolError, e.Seen, Error: e),
        RigErrorException e => new(LoginKind.RigBroken, e.Message, Error: e),
        _ => null,
    };
}
