using System.Diagnostics;

namespace Harness.Mqtt.Proxy;

/// <summary>A side of a connection through the proxy.</summary>
public enum ConnectionSide
{
    /// <summary>The client.</summary>
    Client,

    /// <summary>The broker.</summary>
    Broker,

    /// <summary>The proxy itself: it was disposed, its policy closed or failed, or its link cut the connection or gave it up.</summary>
    Proxy,
}

/// <summary>The end of a connection through the proxy.</summary>
/// <param name="Connection">Its number, from 1.</param>
/// <param name="By">The side that ended it first: by DISCONNECT, FIN or RST, or by not being there.</param>
public sealed record ConnectionEnd(int Connection, ConnectionSide By)
{
    /// <summary>The time at which that side ended it, as <see cref="Stopwatch.GetTimestamp"/> counts.</summary>
    public long At { get; init; } = Stopwatch.GetTimestamp();

    /// <summary>True where nothing was on the link's way to that side any more when it ended the connection.</summary>
    public bool HadHeardAll { get; init; } = true;
}
