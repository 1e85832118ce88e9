using System.Collections.Frozen;

namespace Harness.Mqtt.Codec;

/// <summary>The reason codes that a packet may carry (table 2-6), and the return codes of 3.1.1.</summary>
internal static class ReasonCodes
{
    private static readonly FrozenSet<byte> ConnAck = Set(0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);
    private static readonly FrozenSet<byte> PubAck = Set(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static readonly FrozenSet<byte> PubRel = Set(0x00, 0x92);
    private static readonly FrozenSet<byte> SubAck = Set(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);
    private static readonly FrozenSet<byte> SubAck311 = Set(0x00, 0x01, 0x02, 0x80);
    private static readonly FrozenSet<byte> UnsubAck = Set(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);
    private static readonly FrozenSet<byte> Disconnect = Set(
        0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2);

    private static readonly FrozenSet<byte> Auth = Set(0x00, 0x18, 0x19);

    /// <summary>Reads a code as this packet's reason; a code that the packet cannot carry is a protocol error.</summary>
    public static ReasonCode Check(PacketType type, byte code, MqttVersion version = MqttVersion.V5)
        => ValidFor(type, version).Contains(code)
            ? (ReasonCode)code
            : throw PacketReader.ProtocolError($"{type} cannot carry reason 0x{code:X2}");

    /// <summary>Converts a CONNACK return code of 3.1.1 (table 3.1 there) to a reason.</summary>
    public static ReasonCode FromReturnCode(byte code) => code switch
    {
        0 => ReasonCode.Success,
        1 => ReasonCode.UnsupportedProtocolVersion,
        2 => ReasonCode.ClientIdentifierNotValid,
        3 => ReasonCode.ServerUnavailable,
        4 => ReasonCode.BadUserNameOrPassword,
        5 => ReasonCode.NotAuthorized,
        _ => throw PacketReader.ProtocolError($"CONNACK return code {code} is reserved"),
    };

    /// <summary>Gets the nearest return code of 3.1.1.</summary>
    public static byte ToReturnCode(ReasonCode reason) => reason switch
    {
        ReasonCode.Success => 0,
        ReasonCode.UnsupportedProtocolVersion => 1,
        ReasonCode.ClientIdentifierNotValid => 2,
        ReasonCode.BadUserNameOrPassword => 4,
        ReasonCode.NotAuthorized or ReasonCode.BadAuthenticationMethod or ReasonCode.Banned => 5,
        _ => 3,
    };

    /// <summary>True where a packet can carry this reason as a refusal.</summary>
    public static bool IsValidRefusal(PacketType type, ReasonCode reason)
        => reason >= ReasonCode.UnspecifiedError && ValidFor(type, MqttVersion.V5).Contains((byte)reason);

    /// <summary>Gets a reason that DISCONNECT can carry: the given one, or protocol error. A second CONNECT of an unknown version (0x84, which CONNACK alone can carry) is one.</summary>
    public static ReasonCode ForDisconnect(ReasonCode reason) => Disconnect.Contains((byte)reason) ? reason : ReasonCode.ProtocolError;

    private static FrozenSet<byte> ValidFor(PacketType type, MqttVersion version) => type switch
    {
        PacketType.ConnAck => ConnAck,
        PacketType.PubAck or PacketType.PubRec => PubAck,
        PacketType.PubRel or PacketType.PubComp => PubRel,
        PacketType.SubAck => version == MqttVersion.V311 ? SubAck311 : SubAck,
        PacketType.UnsubAck => UnsubAck,
        PacketType.Disconnect => Disconnect,
        _ => Auth,
    };

    private static FrozenSet<byte> Set(params byte[] codes) => codes.ToFrozenSet();
}
