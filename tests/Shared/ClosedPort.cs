using System.Net;
using System.Net.Sockets;

namespace Harness.Tests;

/// <summary>A port of this machine at which nobody listens while it is held: one that was given back may be another test's in a moment.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _held.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // and no Listen

    public IPEndPoint Endpoint => (IPEndPoint)_held.LocalEndPoint!;

    public void Dispose() => _held.Dispose();
}
