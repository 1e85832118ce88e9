using System.Net.Sockets;
using Harness.Crypto.Tls;

namespace Harness.Adversary.ClientTls;

/// <summary>The broker's end of one connection: it presents, and notes what the client does about it.</summary>
/// <param name="presentation">The presentation.</param>
/// <param name="certificate">Its certificate.</param>
/// <param name="broker">The broker that controls are carried on to; anybody else is read and never answered.</param>
/// <param name="tell">Takes the end of the connection, or its login.</param>
internal sealed class PresentedBroker(TlsPresentation presentation, PresentedCertificate certificate, IPEndPoint broker, Action<TlsArrival> tell)
{
    private const byte Handshake = 22; // content type of a TLS record
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(1);

    /// <summary>Serves a connection until it ends or is stopped.</summary>
    public async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        using var connection = new NetworkStream(socket, ownsSocket: true);
        using var cut = stop.Register(socket.Dispose); // BouncyCastle blocks, and knows no token
        socket.NoDelay = true;
        var server = new FaultyTlsServer(certificate, presentation.Protocol);
        try
        {
            var first = new byte[1];
            if (await socket.ReceiveAsync(first, SocketFlags.Peek, stop).ConfigureAwait(false) == 0)
            {
                tell(new TlsArrival(TlsArrivalKind.Empty, "closed without a byte"));
            }
            else if (first[0] != Handshake)
            {
                var sent = await ReadAsync(connection, stop).ConfigureAwait(false);
                tell(new TlsArrival(TlsArrivalKind.InClear, $"no TLS: it sent in clear {sent}", sent));
            }
            else
            {
                using var inside = await OwnThread.RunAsync(() => server.Accept(connection)).ConfigureAwait(false);
                await (presentation.IsControl ? CarryAsync(inside, server, stop) : TakeAsync(inside, server, stop)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (stop.IsCancellationRequested)
        {
            tell(new TlsArrival(TlsArrivalKind.Silent, server.IsComplete ? $"{server.Agreed}: the handshake was completed, and nothing followed" : $"it went silent in the handshake ({e.GetType().Name})", OffersTls13: server.OffersTls13));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            tell(OfEnd(server));
        }
        catch (Exception e)
        {
            // BouncyCastle does not say all that it throws at malformed messages: nothing of it is the client's verdict.
            tell(new TlsArrival(TlsArrivalKind.Unclear, $"the handshake broke ({e.GetType().Name})", OffersTls13: server.OffersTls13));
        }
    }

    private static TlsArrival OfEnd(FaultyTlsServer server)
    {
        var offers = server.Offered.Count == 0 ? "nothing that is known" : string.Join(", ", server.Offered);
        var (kind, evidence) = server switch
        {
            { IsNotOffered: true } => (TlsArrivalKind.NotOffered, $"not offered: its hello has {offers}"),
            { OwnAlert: { } own } => (TlsArrivalKind.Unclear, $"the handshake ended with this side's alert {own} (its hello has {offers})"),
            { IsShown: false } => (TlsArrivalKind.Unclear, $"it left before the certificate was shown{(server.Alert is { } early ? $", with the alert {early}" : "")}"),
            { IsComplete: true, Alert: { } late } => (TlsArrivalKind.Refused, $"{server.Agreed}: refused after the handshake with the alert {late}, without a byte"),
            { IsComplete: true } => (TlsArrivalKind.Refused, $"{server.Agreed}: left after the handshake without a byte"),
            { Alert: { } alert } => (TlsArrivalKind.Refused, $"{server.Agreed}: refused with the alert {alert}"),
            _ => (TlsArrivalKind.Refused, $"{server.Agreed}: closed the connection once the certificate was shown, without an alert"),
        };
        return new TlsArrival(kind, evidence, OffersTls13: server.OffersTls13);
    }

    private async Task TakeAsync(Stream inside, FaultyTlsServer server, CancellationToken stop)
    {
        var sent = await ReadAsync(inside, stop).ConfigureAwait(false);
        var told = server.IsStapled && presentation.IsForTheTold ? "it asked for the certificate's status, was told that it is revoked, and " : presentation.IsForTheTold ? "it did not ask for the certificate's status; " : "";
        tell(sent.Total == 0 ? OfEnd(server) : new TlsArrival(TlsArrivalKind.Sent, $"{server.Agreed}: {told}it sent {sent}", sent, server.OffersTls13) { IsTold = server.IsStapled });
    }

    private async Task CarryAsync(Stream inside, FaultyTlsServer server, CancellationToken stop)
    {
        using var onward = new TcpClient { NoDelay = true };
        await onward.ConnectAsync(broker, stop).ConfigureAwait(false);
        using var far = onward.GetStream();
        var (there, seen) = (new List<byte>(), new List<byte>());
        var isTold = false;
        var back = Task.Run(
            async () =>
            {
                var buffer = new byte[16384];
                int count;
                while ((count = await far.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
                {
                    await inside.WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
                    seen.AddRange(buffer.AsSpan(0, isTold ? 0 : count));
                    if (!isTold && Answer(seen, there) is { } answer)
                    {
                        isTold = true;
                        tell(new TlsArrival(
                            answer == ReasonCode.Success ? TlsArrivalKind.LoggedIn : TlsArrivalKind.Unclear,
                            answer == ReasonCode.Success ? $"{server.Agreed}: it logged in" : $"{server.Agreed}: the broker refused it with {answer}", OffersTls13: server.OffersTls13));
                    }
                }
            },
            CancellationToken.None);
        try
        {
            var buffer = new byte[16384];
            int count;
            while ((count = await inside.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
            {
                lock (there)
                {
                    there.AddRange(buffer.AsSpan(0, there.Count < SentBytes.MostBytes ? count : 0));
                }

                await far.WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
            }
        }
        finally
        {
            onward.Client.Shutdown(SocketShutdown.Send);
            await back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!isTold)
            {
                isTold = true;
                tell(there.Count == 0 ? OfEnd(server) : new TlsArrival(TlsArrivalKind.Unclear, $"{server.Agreed}: it sent {SentBytes.Read(there.ToArray())}, and the broker did not let it in", OffersTls13: server.OffersTls13));
            }
        }
    }

    // The broker's answer to the login; null before it.
    private static ReasonCode? Answer(List<byte> fromBroker, List<byte> fromClient)
    {
        var version = MqttVersion.V5;
        lock (fromClient)
        {
            if (MqttCodec.TryDecode(fromClient.ToArray(), MqttVersion.V5, new MqttLimits { MaximumPacketSize = SentBytes.MostBytes }, out var first, out _) && first is ConnectPacket connect)
            {
                version = connect.Version;
            }
        }

        ReadOnlySpan<byte> rest = fromBroker.ToArray();
        while (MqttCodec.TryDecode(rest, version, new MqttLimits { MaximumPacketSize = SentBytes.MostBytes }, out var packet, out var length))
        {
            if (packet is ConnAckPacket answer)
            {
                return answer.Reason;
            }

            rest = rest[length..];
        }

        return null;
    }

    // What comes until a whole CONNECT is there, or nothing more.
    private static async Task<SentBytes> ReadAsync(Stream stream, CancellationToken stop)
    {
        var (all, buffer) = (new List<byte>(), new byte[4096]);
        do
        {
            var reading = stream.ReadAsync(buffer, stop).AsTask();
            if (all.Count > 0 && await Task.WhenAny(reading, Task.Delay(RestWithin, stop)).ConfigureAwait(false) != reading)
            {
                break;
            }

            int count;
            try
            {
                count = await reading.ConfigureAwait(false);
            }
            catch (Exception e) when (all.Count > 0 && e is IOException or SocketException or ObjectDisposedException)
            {
                break;
            }

            if (count == 0)
            {
                break;
            }

            all.AddRange(buffer.AsSpan(0, count));
        }
        while (!SentBytes.IsWhole(all.ToArray()));

        return SentBytes.Read(all.ToArray().AsSpan(0, Math.Min(all.Count, SentBytes.MostBytes)));
    }
}
