using System.Net.Security;
using System.Security.Authentication;

namespace Harness.Brokers.Audit;

/// <summary>The way of an audit's questions to a broker: its own address, or that of a tap or gate before it.</summary>
/// <param name="Address">The address that is connected to.</param>
public sealed record AuditPath(IPEndPoint Address)
{
    private static readonly TimeSpan StandsWithin = TimeSpan.FromSeconds(5);

    /// <summary>Takes note of each connection: the questions that it is made for, and this end's address; null for nobody.</summary>
    public Action<IReadOnlyList<string>, IPEndPoint>? Dialed { get; init; }

    /// <summary>The demands on the certificate that is shown there; null where it takes plain MQTT.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The way past a tap or gate, by which it is seen whether the broker is there; null where this is that way.</summary>
    public AuditPath? Direct { get; init; }

    /// <summary>Short names of the questions that are asked.</summary>
    internal IReadOnlyList<string> Questions { get; private init; } = [];

    /// <summary>A way of which nobody takes note.</summary>
    public static implicit operator AuditPath(IPEndPoint address) => new(address);

    /// <summary>The same way for other questions.</summary>
    internal AuditPath For(params string[] questions) => this with { Questions = questions };

    /// <summary>Tells whether the broker takes a connection, with TLS where it speaks that: a tap or gate before it always takes one.</summary>
    internal async Task<bool> StandsAsync(CancellationToken cancellationToken)
    {
        var direct = Direct ?? this;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StandsWithin);
        using var socket = new Socket(direct.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(direct.Address, limit.Token).ConfigureAwait(false);
            if (direct.Tls is { } options)
            {
                using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(options, limit.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (AuthenticationException)
        {
            return true; // an alert of TLS: it wants the client's certificate, say
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Tells of a connection.</summary>
    internal void Tell(Socket connected) => Dialed?.Invoke(Questions, (IPEndPoint)connected.LocalEndPoint!);
}
