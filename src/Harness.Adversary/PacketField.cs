namespace Harness.Adversary;

/// <summary>One field on the wire that an adversary can read and write: X, S, Y, V_C, V_S (RFC 6628 section 2.2) or a payload.</summary>
public sealed class PacketField
{
    private readonly PacketDirection _direction;
    private readonly Func<MqttPacket, byte[]?> _read;
    private readonly Func<MqttPacket, byte[], MqttPacket> _write;

    private PacketField(string name, PacketDirection direction, Func<MqttPacket, byte[]?> read, Func<MqttPacket, byte[], MqttPacket> write)
    {
        Name = name;
        _direction = direction;
        _read = read;
        _write = write;
        Selector = new PacketSelector(name, p => TryRead(p, out _));
    }

    /// <summary>X in CONNECT, or in AUTH 0x19.</summary>
    public static PacketField X { get; } = new("X", PacketDirection.ToBroker, ReadX, WithData);

    /// <summary>S in the broker's AUTH 0x18, as UTF-8.</summary>
    public static PacketField ServerName { get; } = new("S", PacketDirection.ToClient,
        p => Hello(p) is { } hello ? Encoding.UTF8.GetBytes(hello.Server) : null,
        (p, value) => WithData(p, (Hello(p)! with { Server = Encoding.UTF8.GetString(value) }).Encode()));

    /// <summary>Y in the broker's AUTH 0x18; S before it stays.</summary>
    public static PacketField Y { get; } = new("Y", PacketDirection.ToClient,
        p => Hello(p)?.Y.ToArray(),
        (p, value) => WithData(p, (Hello(p)! with { Y = value }).Encode()));

    /// <summary>All data in the broker's AUTH 0x18, whatever the method: SCRAM's first message of the server, a message 2 of esfahani-2019.</summary>
    public static PacketField Challenge { get; } = new("challenge", PacketDirection.ToClient,
        p => p is AuthPacket { Reason: ReasonCode.ContinueAuthentication } auth ? auth.AuthenticationData ?? [] : null, WithData);

    /// <summary>V_C in the client's AUTH 0x18.</summary>
    public static PacketField ClientProof { get; } = new("V_C", PacketDirection.ToBroker,
        p => p is AuthPacket { Reason: ReasonCode.ContinueAuthentication } auth ? auth.AuthenticationData ?? [] : null, WithData);

    /// <summary>V_S in CONNACK 0x00, or in AUTH 0x00.</summary>
    public static PacketField ServerProof { get; } = new("V_S", PacketDirection.ToClient, ReadServerProof, WithData);

    /// <summary>Name in a report.</summary>
    public string Name { get; }

    /// <summary>The packets that carry it.</summary>
    public PacketSelector Selector { get; }

    /// <summary>The payload of PUBLISH.</summary>
    /// <param name="direction">On the way to the broker, or from it.</param>
    /// <param name="topic">Only on this topic; null for any.</param>
    public static PacketField Payload(PacketDirection direction, string? topic = null) => new(
        topic is null ? "payload" : $"payload on {topic}", direction,
        p => p is PublishPacket publish && (topic is null || publish.Topic == topic) ? publish.Payload.ToArray() : null,
        (p, value) => (PublishPacket)p with { Payload = value });

    /// <summary>The payload of PUBLISH on some topics.</summary>
    /// <param name="direction">On the way to the broker, or from it.</param>
    /// <param name="isTopic">True for a topic that counts.</param>
    public static PacketField Payload(PacketDirection direction, Func<string, bool> isTopic) => new(
        "payload", direction, p => p is PublishPacket publish && isTopic(publish.Topic) ? publish.Payload.ToArray() : null, (p, value) => (PublishPacket)p with { Payload = value });

    /// <summary>The topic of PUBLISH, as UTF-8.</summary>
    /// <param name="direction">On the way to the broker, or from it.</param>
    public static PacketField Topic(PacketDirection direction) => new(
        "topic", direction, p => p is PublishPacket publish ? Encoding.UTF8.GetBytes(publish.Topic) : null,
        (p, value) => (PublishPacket)p with { Topic = Encoding.UTF8.GetString(value), TopicAlias = null });

    /// <summary>The password of CONNECT.</summary>
    public static PacketField Password { get; } = new("password", PacketDirection.ToBroker,
        p => p is ConnectPacket { Password: { } password } ? password : null, (p, value) => (ConnectPacket)p with { Password = value });

    /// <summary>The user name of CONNECT, as UTF-8.</summary>
    public static PacketField UserName { get; } = new("user", PacketDirection.ToBroker,
        p => p is ConnectPacket { UserName: { } user } ? Encoding.UTF8.GetBytes(user) : null, (p, value) => (ConnectPacket)p with { UserName = Encoding.UTF8.GetString(value) });

    /// <summary>The ClientId of CONNECT, as UTF-8.</summary>
    public static PacketField ClientId { get; } = new("client-id", PacketDirection.ToBroker,
        p => p is ConnectPacket connect ? Encoding.UTF8.GetBytes(connect.ClientId) : null, (p, value) => (ConnectPacket)p with { ClientId = Encoding.UTF8.GetString(value) });

    /// <summary>Reads the field.</summary>
    /// <returns>False where the packet does not carry it.</returns>
    public bool TryRead(ProxiedPacket packet, out byte[] value)
    {
        var read = packet.Direction == _direction && packet.Packet is { } decoded ? _read(decoded) : null;
        value = read ?? [];
        return read is not null;
    }

    /// <summary>The packet with another value of the field.</summary>
    /// <exception cref="InvalidOperationException">The packet does not carry the field.</exception>
    public MqttPacket Write(ProxiedPacket packet, byte[] value) => TryRead(packet, out _)
        ? _write(packet.Packet!, value)
        : throw new InvalidOperationException($"The packet does not carry {Name}.");

    private static byte[]? ReadX(MqttPacket packet) => packet switch
    {
        ConnectPacket { AuthenticationMethod: not null } connect => connect.AuthenticationData ?? [],
        AuthPacket { Reason: ReasonCode.ReAuthenticate } auth => auth.AuthenticationData ?? [],
        _ => null,
    };

    private static byte[]? ReadServerProof(MqttPacket packet) => packet switch
    {
        ConnAckPacket { Reason: ReasonCode.Success, AuthenticationMethod: not null } connack => connack.AuthenticationData ?? [],
        AuthPacket { Reason: ReasonCode.Success } auth => auth.AuthenticationData ?? [],
        _ => null,
    };

    private static ServerHello? Hello(MqttPacket packet) =>
        packet is AuthPacket { Reason: ReasonCode.ContinueAuthentication, AuthenticationData: { } data } &&
        ServerHello.TryDecode(data, out var hello) ? hello : null;

    private static MqttPacket WithData(MqttPacket packet, byte[] data) => packet switch
    {
        ConnectPacket connect => connect with { AuthenticationData = data },
        ConnAckPacket connack => connack with { AuthenticationData = data },
        AuthPacket auth => auth with { AuthenticationData = data },
        _ => throw new InvalidOperationException($"{packet.Type} carries no authentication data."),
    };
}

/// <summary>Packets that an attack is about.</summary>
/// <param name="Name">Name in a report.</param>
/// <param name="Matches">True where a packet is one of them.</param>
public sealed record PacketSelector(string Name, Func<ProxiedPacket, bool> Matches)
{
    /// <summary>Packets of one type on one way.</summary>
    public static PacketSelector Of(PacketDirection direction, PacketType type) =>
        new($"{type} {direction}", p => p.Direction == direction && p.Packet?.Type == type);
}
