namespace Harness.Sessions;

/// <summary>A session that did not do what was asked. Which of the four it was is the type: a timeout is never a refusal, and neither a pass.</summary>
public abstract class SessionException(string device, string operation, string words, Exception? inner)
    : Exception($"{device}: {operation}: {words}", inner)
{
    /// <summary>The device's name in the rig.</summary>
    public string Device { get; } = device;

    /// <summary>The request, for example <c>login</c> or <c>wait for the traffic key</c>.</summary>
    public string Operation { get; } = operation;
}

/// <summary>Nothing came in time. This says nothing about whether it was refused.</summary>
public sealed class SessionTimedOutException(string device, string operation, TimeSpan limit, Exception? inner = null)
    : SessionException(device, operation, $"nothing within {limit.TotalSeconds:0.###} s", inner)
{
    /// <summary>Duration of the wait.</summary>
    public TimeSpan Limit { get; } = limit;
}

/// <summary>The broker refused, with a reason.</summary>
public sealed class SessionRefusedException(string device, string operation, ReasonCode reason, Exception? inner = null)
    : SessionException(device, operation, $"the broker refused with 0x{(byte)reason:X2} {reason}", inner)
{
    /// <summary>The reason the broker gave.</summary>
    public ReasonCode Reason { get; } = reason;
}

/// <summary>A message that is none of the binding, or that MQTT does not allow here; where the connection ended, it is a <see cref="SessionDisconnectedException"/>.</summary>
/// <remarks>The observation may hold names that the peer chose (a method, a topic): they are escaped here, on their way to every log and record.</remarks>
public class SessionAbortedException(string device, string operation, string seen, Exception? inner = null)
    : SessionException(device, operation, ForeignText.Escape(seen, ForeignText.MessageLength), inner)
{
    /// <summary>The observation, escaped.</summary>
    public string Seen { get; } = ForeignText.Escape(seen, ForeignText.MessageLength);
}

/// <summary>The connection ended, or never came about.</summary>
public sealed class SessionDisconnectedException(string device, string operation, string seen, Exception? inner = null)
    : SessionAbortedException(device, operation, seen, inner);
