namespace Harness.Mqtt;

/// <summary>The way in which a broker waits for what its connections bring.</summary>
public enum SocketWaiting
{
    /// <summary>The runtime waits, and hands what comes to its pool of threads.</summary>
    Runtime,

    /// <summary>A thread of the broker's own waits and handles what comes (Linux; elsewhere the runtime waits). For a process that serves and does nothing else: what hooks do runs there too, but for logins.</summary>
    Sleeping,

    /// <summary>The same thread, which does not sleep between packets that come more often than once a millisecond, on a machine with several processors: they are handled some 20 µs earlier, and one
    /// processor is taken for as long as they come.</summary>
    Busy,
}
