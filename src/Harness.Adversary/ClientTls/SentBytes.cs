namespace Harness.Adversary.ClientTls;

/// <summary>A field of what a client sent: its name, its place and its length; never what it holds.</summary>
/// <param name="Name">The field as the standard names it.</param>
/// <param name="First">Position of its first byte in what was sent, from 1; 0 where it is not told.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SentField(string Name, int First, int Length)
{
    /// <inheritdoc/>
    public override string ToString() => Length == 0 ? $"{Name} empty"
        : First == 0 ? $"{Name} {Length} bytes"
        : Length == 1 ? $"{Name} 1 byte (byte {First})" : $"{Name} {Length} bytes (bytes {First} to {First + Length - 1})";
}

/// <summary>The application data that a client sent, by fields and lengths. Passwords, names and payloads are not kept.</summary>
/// <param name="Total">Number of bytes.</param>
/// <param name="Kind">The packet that they are.</param>
/// <param name="Fields">Its fields; none where it is no whole CONNECT.</param>
public sealed record SentBytes(int Total, string Kind, IReadOnlyList<SentField> Fields)
{
    private static readonly MqttLimits Limits = new() { MaximumPacketSize = MostBytes };

    /// <summary>Number of bytes that are looked at.</summary>
    public const int MostBytes = 65536;

    /// <summary>True where a password is among them.</summary>
    public bool HasPassword => Fields.Any(f => f.Name == "password");

    /// <summary>Reads what was sent.</summary>
    /// <param name="bytes">The first bytes, <see cref="MostBytes"/> or less.</param>
    public static SentBytes Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != (byte)PacketType.Connect << 4)
        {
            return new SentBytes(bytes.Length, "no CONNECT", []);
        }

        try
        {
            return MqttCodec.TryDecode(bytes, MqttVersion.V5, Limits, out var packet, out var length) && packet is ConnectPacket connect
                ? new SentBytes(bytes.Length, $"CONNECT of MQTT {(connect.Version == MqttVersion.V5 ? "5.0" : "3.1.1")}", OfConnect(connect, bytes[..length]))
                : new SentBytes(bytes.Length, "the beginning of a CONNECT", []);
        }
        catch (MqttProtocolException)
        {
            return new SentBytes(bytes.Length, "a CONNECT that does not decode", []);
        }
    }

    /// <summary>True where nothing more needs to come for all to be told.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> bytes) => bytes.Length >= MostBytes || Read(bytes) is { Kind: not "the beginning of a CONNECT" };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Total} {(Total == 1 ? "byte" : "bytes")} of application data, {Kind}{(Fields.Count == 0 ? "" : $": {string.Join(", ", Fields)}")}";

    private static List<SentField> OfConnect(ConnectPacket connect, ReadOnlySpan<byte> packet)
    {
        var fields = new List<SentField> { new("ClientId", ClientIdAt(packet, connect.Version) + 1, Encoding.UTF8.GetByteCount(connect.ClientId)) };
        if (connect.Will is { } will)
        {
            fields.Add(new SentField("will topic", 0, Encoding.UTF8.GetByteCount(will.Topic)));
            fields.Add(new SentField("will payload", 0, will.Payload.Length));
        }

        // The password is the last field, the user name the one before.
        var passwordAt = packet.Length - (connect.Password?.Length ?? 0);
        if (connect.UserName is { } user)
        {
            var length = Encoding.UTF8.GetByteCount(user);
            fields.Add(new SentField("user name", passwordAt - (connect.Password is null ? 0 : 2) - length + 1, length));
        }

        if (connect.Password is { } password)
        {
            fields.Add(new SentField("password", passwordAt + 1, password.Length));
        }

        if (connect.AuthenticationData is { } data)
        {
            fields.Add(new SentField("Authentication Data", 0, data.Length));
        }

        return fields;
    }

    // Fixed header, protocol name, level, flags, keep-alive, properties, length.
    private static int ClientIdAt(ReadOnlySpan<byte> packet, MqttVersion version)
    {
        var at = AfterNumber(packet, 1, out _);
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(packet[at..]) + 4;
        if (version == MqttVersion.V5)
        {
            at = AfterNumber(packet, at, out var properties) + properties;
        }

        return at + 2;
    }

    private static int AfterNumber(ReadOnlySpan<byte> packet, int at, out int value)
    {
        value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var digit = packet[at++];
            value |= (digit & 0x7f) << shift;
            if (digit < 0x80)
            {
                return at;
            }
        }
    }
}
