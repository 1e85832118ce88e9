namespace Harness.Mqtt;

/// <summary>The base of the exceptions of this room for a cause on the wire. Wrong use of an API is an ArgumentException or InvalidOperationException.</summary>
public abstract class MqttException : Exception
{
    private protected MqttException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The peer's bytes violate the protocol: malformed (0x81), out of order (0x82), too large (0x95), or another reason of section 4.13.</summary>
public sealed class MqttProtocolException : MqttException
{
    /// <param name="reason">The reason for a DISCONNECT or CONNACK.</param>
    /// <param name="message">The expected and the received value or packet; never a payload.</param>
    /// <param name="inner">Cause.</param>
    public MqttProtocolException(ReasonCode reason, string message, Exception? inner = null)
        : base(FormattableString.Invariant($"{message} (0x{(byte)reason:X2} {reason})"), inner)
        => Reason = reason;

    /// <summary>The reason for a DISCONNECT or CONNACK.</summary>
    public ReasonCode Reason { get; }
}

/// <summary>The peer refused: CONNACK, or DISCONNECT during re-authentication, with a reason of 0x80 and above.</summary>
public sealed class MqttRefusedException : MqttException
{
    /// <param name="reason">The peer's reason.</param>
    /// <param name="message">The request that was refused.</param>
    public MqttRefusedException(ReasonCode reason, string message)
        : base(FormattableString.Invariant($"{message} (0x{(byte)reason:X2} {reason})"))
        => Reason = reason;

    /// <summary>The peer's reason.</summary>
    public ReasonCode Reason { get; }
}

/// <summary>There is no connection, or it ended while an answer was awaited.</summary>
public sealed class MqttNotConnectedException : MqttException
{
    /// <param name="message">The destination, and the next thing to do.</param>
    /// <param name="inner">Cause.</param>
    public MqttNotConnectedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Makes the error of whoever cannot listen.</summary>
    /// <param name="who">Subject of the message: <c>the broker</c>.</param>
    /// <param name="listen">The address and port.</param>
    /// <param name="cause">The answer of the system.</param>
    public static MqttNotConnectedException Listening(string who, IPEndPoint listen, SocketException cause)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(cause);
        var next = cause.SocketErrorCode switch
        {
            SocketError.AccessDenied => "expected a port that this user may take; next: one from 1024 on, or 0 for any",
            SocketError.AddressNotAvailable => "expected an address of this machine; next: ip -brief address",
            _ => $"expected a free port; next: ss -ltnp 'sport = :{listen.Port}', or port 0 for any",
        };
        return new MqttNotConnectedException($"{who} cannot listen on {listen} ({cause.Message}); {next}", cause);
    }
}

/// <summary>The peer is connected and silent: no answer within the time-out.</summary>
public sealed class MqttTimedOutException : MqttException
{
    /// <param name="message">The answer awaited and the time waited.</param>
    /// <param name="inner">Cause.</param>
    public MqttTimedOutException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
