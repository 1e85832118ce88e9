namespace Harness.Brokers.Conformance.Clients;

/// <summary>A device that the harness started for one talk. Disposal ends it, whatever it does.</summary>
public interface IDeviceRun : IAsyncDisposable
{
    /// <summary>Completes once it ended, by itself or not; never fails.</summary>
    Task Ended { get; }

    /// <summary>Its last words where it printed any; else empty.</summary>
    string LastWords { get; }

    /// <summary>Asks it to leave as it does in its life: to send DISCONNECT.</summary>
    void AskToEnd();
}

/// <summary>The client that is judged, and the bounds of the judgement.</summary>
/// <param name="Listen">The address that it connects to; port 0 takes a free one.</param>
public sealed record ClientUnderTest(IPEndPoint Listen)
{
    /// <summary>Starts the device anew, told address and version; null where a person starts it, or where it comes back by itself.</summary>
    public Func<IPEndPoint, MqttVersion, IDeviceRun>? Start { get; init; }

    /// <summary>True where the start can be told the version to speak.</summary>
    public bool SpeaksBoth { get; init; }

    /// <summary>True where there is one device, which cannot be started several times at once.</summary>
    public bool IsOne { get; init; }

    /// <summary>Judges the login of a device whose CONNECT names a method, so that it goes on behind it; null lets every device in as it comes.</summary>
    public IEnhancedAuthenticator? Authenticator { get; init; }

    /// <summary>Told of the address once it listens, where a person starts the device.</summary>
    public Action<IPEndPoint>? Listening { get; init; }

    /// <summary>Longest wait for a connection of the device.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a device that is to come back by itself after a cut.</summary>
    public TimeSpan ReturnWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Time for which a device is watched that does as it likes.</summary>
    public TimeSpan ObserveFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for one answer of the device, or for its end.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time that a device has to subscribe before the server goes on.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest keep-alive of a device that is waited for.</summary>
    public TimeSpan KeepAliveUpTo { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Hard limit of one statement, without the wait for the device to come.</summary>
    public TimeSpan StatementWithin { get; init; } = TimeSpan.FromSeconds(45);
}
