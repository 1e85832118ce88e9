using System.Net.Security;
using System.Security.Authentication;

namespace Harness.Brokers.Conformance;

/// <summary>The talk with a broker by which one statement is decided: its connections, and names that no other statement uses.</summary>
internal sealed class Conversation(BrokerUnderTest broker, MqttVersion version, string number, CancellationToken stop) : IDisposable
{
    private readonly List<Peer> _peers = [];
    private readonly string _mark = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 4));
    private int _names;

    public BrokerUnderTest Broker { get; } = broker;

    public MqttVersion Version { get; } = version;

    /// <summary>The number of the statement that is decided.</summary>
    public string Number { get; } = number;

    public bool Five => Version == MqttVersion.V5;

    public CancellationToken Stop { get; } = stop;

    /// <summary>Told of each socket that is connected; null for nobody.</summary>
    public Action<Socket>? Dialed { get; init; }

    /// <summary>Notes what the broker is made to keep; null where nobody removes it.</summary>
    public Residue? Residue { get; init; }

    public MqttLimits Limits { get; } = new() { MaximumPacketSize = 1 << 20, MaximumUserProperties = 1024 };

    /// <summary>A topic of this statement alone.</summary>
    public string Topic(string end = "t") => $"{Broker.Prefix}/{_mark}/{end}";

    /// <summary>A client name of this statement alone, of letters and digits.</summary>
    public string Name() => $"c{_mark}n{++_names}";

    /// <summary>Opens a connection, with TLS where the broker speaks it, and sends nothing.</summary>
    /// <exception cref="NothingSeenException">There is none, or TLS did not come about.</exception>
    public async Task<Peer> DialAsync()
    {
        var socket = new Socket(Broker.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? tls = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(Broker.AnswerWithin);
            await socket.ConnectAsync(Broker.Address, limit.Token).ConfigureAwait(false);
            Dialed?.Invoke(socket);
            if (Broker.Tls is { } options)
            {
                tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(options, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException || (e is OperationCanceledException && !Stop.IsCancellationRequested))
        {
            tls?.Dispose();
            socket.Dispose();
            throw new NoConnectionException($"no connection to {Broker.Address} ({e.Message})");
        }

        var peer = new Peer(socket, tls, this);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="NothingSeenException">The broker refused.</exception>
    public async Task<Peer> OpenAsync(ConnectPacket? connect = null)
    {
        var peer = await DialAsync().ConfigureAwait(false);
        await peer.SendAsync(With(connect ?? new ConnectPacket())).ConfigureAwait(false);
        peer.Answer = await peer.NextAsync().ConfigureAwait(false) switch
        {
            ConnAckPacket { Reason: ReasonCode.Success } accepted => accepted,
            var other => throw new NothingSeenException($"the broker did not let the client in: {Peer.Words(other)}"),
        };
        return peer;
    }

    /// <summary>Opens a subscriber of a filter.</summary>
    public async Task<Peer> SubscriberAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce)
    {
        var peer = await OpenAsync().ConfigureAwait(false);
        await peer.SubscribeAsync(filter, qos).ConfigureAwait(false);
        return peer;
    }

    /// <summary>Waits at a subscriber of <see cref="Topic"/> for a message that must not come, and publishes one that must: a subscription by which nothing comes at all shows nothing.</summary>
    /// <returns>The message that came all the same; else null.</returns>
    /// <exception cref="NothingSeenException">The other message did not come either.</exception>
    public async Task<PublishPacket?> NothingButMarkAsync(Peer subscriber, TimeSpan? within = null)
    {
        if (await subscriber.QuietAsync(within ?? Broker.Silence).ConfigureAwait(false) is { } early)
        {
            return early;
        }

        var publisher = await OpenAsync().ConfigureAwait(false);
        await publisher.PublishAsync(new PublishPacket { Topic = Topic(), Payload = Encoding.ASCII.GetBytes(_mark) }).ConfigureAwait(false);
        var next = await subscriber.QuietAsync().ConfigureAwait(false) ?? throw new NothingSeenException("no message came, and neither did one that had to");
        return next.Payload.Span.SequenceEqual(Encoding.ASCII.GetBytes(_mark)) ? null : next;
    }

    /// <summary>A CONNECT with a name and the operator's user.</summary>
    public ConnectPacket With(ConnectPacket connect) => connect with
    {
        ClientId = connect.ClientId.Length == 0 ? Name() : connect.ClientId,
        UserName = connect.UserName ?? Broker.User,
        Password = connect.Password ?? Broker.Password,
    };

    /// <summary>A CONNECT whose session outlives the connection.</summary>
    public ConnectPacket Kept(bool cleanStart = false, string? name = null) => new()
    {
        ClientId = name ?? Name(), CleanStart = cleanStart, SessionExpiryInterval = Five ? 60 : null,
    };

    /// <summary>Ends a session at the broker: its client comes once more, for a clean one.</summary>
    public async Task ForgetAsync(string client)
    {
        var peer = await OpenAsync(new ConnectPacket { ClientId = client }).ConfigureAwait(false);
        await peer.LeaveAsync().ConfigureAwait(false);
    }

    public void Dispose() => _peers.ForEach(p => p.Dispose());
}
