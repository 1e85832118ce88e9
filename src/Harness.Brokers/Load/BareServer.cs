using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Mqtt.Transport;
using Harness.Sessions.Login;

namespace Harness.Brokers.Load;

/// <summary>A server in the place of a broker that answers the packets of a login with fixed bytes: it shows what connection and packets alone cost on .NET's sockets. Where it also computes what a
/// broker must, and throws the results away, it is the least that a login can cost.</summary>
public sealed class BareServer : IAsyncDisposable
{
    private const AugPakeProfile Profile = AugPakeProfile.Rfc6628;
    private static readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly List<Answers> _answers = [];
    private readonly bool _computes;
    private readonly ConnectionListener _listener;

    private BareServer(int port, string server, bool computes)
    {
        _computes = computes;
        foreach (var group in AugPakeGroup.All)
        {
            // Any element will do: nobody judges the proof that it leads to.
            var (method, y) = (AugPakeMethod.Of(Profile, group), group.PowerOfGenerator([2]));
            _answers.Add(new Answers(
                group, Encoding.UTF8.GetBytes(method), y,
                MqttCodec.Encode(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = method, AuthenticationData = new ServerHello(server, y).Encode() }, MqttVersion.V5),
                MqttCodec.Encode(new ConnAckPacket { AuthenticationMethod = method, AuthenticationData = new byte[32] }, MqttVersion.V5)));
        }

        _listener = ConnectionListener.Bind(new IPEndPoint(IPAddress.Loopback, port), "bare server", client => () => _ = ServeAsync(client), _ => { });
        _listener.Start();
    }

    /// <summary>The address that it listens on.</summary>
    public IPEndPoint Endpoint => _listener.Endpoint;

    /// <summary>Begins to listen on loopback.</summary>
    /// <param name="port">Port; 0 for a free one.</param>
    /// <param name="server">S in its answers.</param>
    /// <param name="computes">True where it also makes the exponentiations and hashes of each login.</param>
    /// <exception cref="MqttNotConnectedException">The port is taken.</exception>
    public static BareServer Start(int port, string server, bool computes) => new(port, server, computes);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    // Each packet of a login is one write of its client, and on loopback one read.
    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                var buffer = new byte[1024];
                var read = await client.ReceiveAsync(buffer).ConfigureAwait(false);
                if (AnswersTo(buffer.AsSpan(0, read)) is { } answers)
                {
                    using var computing = _computes ? Begin(answers) : null;
                    await client.SendAsync(answers.Hello).ConfigureAwait(false);
                    read = await client.ReceiveAsync(buffer).ConfigureAwait(false);
                    computing?.TryVerify(buffer.AsSpan(0, 32));
                    await client.SendAsync(answers.Accepted).ConfigureAwait(false);
                }
                else
                {
                    var version = buffer.AsSpan(0, read).IndexOf("MQTT"u8) is >= 0 and var at && buffer[at + 4] == (byte)MqttVersion.V5 ? MqttVersion.V5 : MqttVersion.V311;
                    await client.SendAsync(MqttCodec.Encode(new ConnAckPacket(), version)).ConfigureAwait(false);
                }

                while (read > 0)
                {
                    read = await client.ReceiveAsync(buffer).ConfigureAwait(false);
                }
            }
            catch (SocketException)
            {
                // The client left.
            }
        }
    }

    // What no broker can do without: the three exponentiations of the protocol with the hashes around them, and the one of W for a name without an account, which every login makes so that its time tells nothing.
    private static AugPakeServer Begin(Answers answers)
    {
        _ = answers.Group.PowerOfGenerator(_seed);
        var server = new AugPakeServer(answers.Group, Profile, "client", "server", answers.Element);
        _ = server.Respond(answers.Element);
        return server;
    }

    private Answers? AnswersTo(ReadOnlySpan<byte> connect)
    {
        foreach (var answers in _answers)
        {
            if (connect.IndexOf(answers.Method) >= 0)
            {
                return answers;
            }
        }

        return null;
    }

    private sealed record Answers(AugPakeGroup Group, byte[] Method, byte[] Element, byte[] Hello, byte[] Accepted);
}
