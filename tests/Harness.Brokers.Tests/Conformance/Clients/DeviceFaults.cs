namespace Harness.Brokers.Tests.Conformance.Clients;

/// <summary>One thing that a scripted device does wrong, and the statements about it.</summary>
internal sealed record DeviceFault(string Name, DeviceManner Manner, params string[] Violated);

/// <summary>A device for every statement that violates it.</summary>
internal static partial class DeviceFaults
{
    private const PacketType Connect = PacketType.Connect;
    private const PacketType Subscribe = PacketType.Subscribe;
    private const PacketType Unsubscribe = PacketType.Unsubscribe;
    private static readonly DeviceManner Good = new();
    private static readonly DeviceManner Named = new() { User = "user", Password = "word"u8.ToArray() };
    private static readonly DeviceManner WithWill = new() { Will = new MqttWill("will/topic", "w"u8.ToArray(), QualityOfService.AtMostOnce, false) };
    private static readonly DeviceManner Resuming = new() { CleanStart = false };
    private static readonly DeviceManner Asking = new() { Method = "method" };
    private static readonly DeviceManner Aliasing = new() { UsesAliases = true, AliasMaximum = 5 };

    public static IReadOnlyList<DeviceFault> All { get; } = [.. Connects(), .. Filters(), .. Publishes(), .. Receives(), .. Tolerates(), .. Exceeds(), .. Resumes(), .. Leaves()];

    private static IEnumerable<DeviceFault> Connects()
    {
        yield return new("PINGREQ first", OnBytes(Good, Connect, b => [0xC0, 0, .. b]), "3.1.1 MQTT-3.1.0-1", "5.0 MQTT-3.1.0-1");
        yield return new("CONNECT twice", Good with { Bytes = Twice }, "3.1.1 MQTT-3.1.0-2", "5.0 MQTT-3.1.0-2");
        yield return new("another protocol", OnBytes(Good, Connect, b => At(b, 4, 'X')), "5.0 MQTT-3.1.2-1");
        yield return new("reserved flag", Flags(Good, 0x01), "3.1.1 MQTT-3.1.2-3", "5.0 MQTT-3.1.2-3");
        yield return new("a will that is not there", Flags(Good, 0x04), "3.1.1 MQTT-3.1.2-9", "5.0 MQTT-3.1.2-9");
        yield return new("QoS of no will", Flags(Good, 0x08), "3.1.1 MQTT-3.1.2-13", "5.0 MQTT-3.1.2-11");
        yield return new("will of QoS 3", Flags(WithWill, 0x18), "3.1.1 MQTT-3.1.2-14", "5.0 MQTT-3.1.2-12");
        yield return new("retain of no will", Flags(Good, 0x20), "3.1.1 MQTT-3.1.2-15", "5.0 MQTT-3.1.2-13");
        yield return new("a user name that is not announced", OnBytes(Good, Connect, b => Longer(b, 0, 1, (byte)'u')), "3.1.1 MQTT-3.1.2-18", "5.0 MQTT-3.1.2-16");
        yield return new("no user name", Flags(Good, 0x80), "3.1.1 MQTT-3.1.2-19", "5.0 MQTT-3.1.2-17");
        yield return new("a password that is not announced", Cleared(Named, 0x40), "3.1.1 MQTT-3.1.2-20", "5.0 MQTT-3.1.2-18");
        yield return new("no password", Flags(Named with { Password = null }, 0x40), "3.1.1 MQTT-3.1.2-21", "5.0 MQTT-3.1.2-19");
        yield return new("a password without a user", Cleared(Named, 0x80), "3.1.1 MQTT-3.1.2-22");
        yield return new("PINGREQ before CONNACK", OnBytes(Asking, Connect, b => [.. b, 0xC0, 0]), "5.0 MQTT-3.1.2-30");
        yield return new("no client identifier", OnBytes(Good, Connect, b => Cut(b, b[8] == 5 ? 11 : 10)), "3.1.1 MQTT-3.1.3-3", "5.0 MQTT-3.1.3-3");
        yield return new("a client identifier in no UTF-8", OnBytes(Good, Connect, b => Replaced(b, "vice", 0xFF)), "3.1.1 MQTT-3.1.3-4", "5.0 MQTT-3.1.3-4");
        yield return new("no client identifier and a session", Good with { ClientId = "", CleanStart = false }, "3.1.1 MQTT-3.1.3-7");
        yield return new("a will in no UTF-8", OnBytes(WithWill, Connect, b => Replaced(b, "ill/", 0xFF)), "3.1.1 MQTT-3.1.3-10", "5.0 MQTT-3.1.3-11");
        yield return new("a user name in no UTF-8", OnBytes(Named, Connect, b => Replaced(b, "ser", 0xFF)), "3.1.1 MQTT-3.1.3-11", "5.0 MQTT-3.1.3-12");
    }

    private static IEnumerable<DeviceFault> Filters()
    {
        var shared = Good with { Shares = true };
        yield return new("flags of SUBSCRIBE", OnBytes(Good, Subscribe, b => At(b, 0, 0x80)), "3.1.1 MQTT-3.8.1-1", "5.0 MQTT-3.8.1-1");
        yield return new("a filter in no UTF-8", OnBytes(Good, Subscribe, b => Replaced(b, "lab", 0xFF)), "3.1.1 MQTT-3.8.3-1", "5.0 MQTT-3.8.3-1");
        yield return new("no filter in SUBSCRIBE", OnBytes(Good, Subscribe, NoFilter), "3.1.1 MQTT-3.8.3-3", "5.0 MQTT-3.8.3-2");
        yield return new("reserved options", OnBytes(Good, Subscribe, b => At(b, b.Length - 1, 0x80)), "3.1.1 MQTT-3-8.3-4", "5.0 MQTT-3.8.3-5");
        yield return new("No Local and shared", OnPacket<SubscribePacket>(shared, p => p with { Subscriptions = [.. p.Subscriptions.Select(s => s with { NoLocal = true })] }), "5.0 MQTT-3.8.3-4");
        yield return new("no share name", OnBytes(shared, Subscribe, b => Replaced(b, "g/lab/x", (byte)'/')), "5.0 MQTT-4.8.2-1");
        yield return new("a wildcard for a share name", OnBytes(shared, Subscribe, b => Replaced(b, "g/lab/x", (byte)'+')), "5.0 MQTT-4.8.2-2");
        yield return new("# in the middle", OnBytes(Good, Subscribe, b => Replaced(b, "+/in", (byte)'#')), "3.1.1 MQTT-4.7.1-2", "5.0 MQTT-4.7.1-1");
        yield return new("+ in a level", OnBytes(Good, Subscribe, b => Replaced(b, "/in", (byte)'x')), "3.1.1 MQTT-4.7.1-3", "5.0 MQTT-4.7.1-2");
        yield return new("flags of UNSUBSCRIBE", OnBytes(Good, Unsubscribe, b => At(b, 0, 0xA0)), "3.1.1 MQTT-3.10.1-1", "5.0 MQTT-3.10.1-1");
        yield return new("UNSUBSCRIBE in no UTF-8", OnBytes(Good, Unsubscribe, b => Replaced(b, "lab", 0xFF)), "3.1.1 MQTT-3.10.3-1", "5.0 MQTT-3.10.3-1");
        yield return new("no filter in UNSUBSCRIBE", OnBytes(Good, Unsubscribe, NoFilter), "3.1.1 MQTT-3.10.3-2", "5.0 MQTT-3.10.3-2");
        yield return new("SUBSCRIBE without identifier", OnBytes(Good, Subscribe, b => At(b, 3, 0)), "3.1.1 MQTT-2.3.1-1", "5.0 MQTT-2.2.1-3");
    }

    private static Func<byte[], byte[]> Twice()
    {
        byte[] connect = [];
        return b =>
        {
            connect = b[0] == 0x10 ? b : connect;
            return b[0] == 0x82 ? [.. b, .. connect] : b;
        };
    }

    private static DeviceManner OnBytes(DeviceManner manner, PacketType type, Func<byte[], byte[]> alter) => manner with { Bytes = () => b => b[0] >> 4 == (int)type ? alter([.. b]) : b };

    private static DeviceManner OnPacket<T>(DeviceManner manner, Func<T, MqttPacket?> alter)
        where T : MqttPacket => manner with { Packet = () => p => p is T wanted ? alter(wanted) : p };

    private static DeviceManner Hears<T>(DeviceManner manner, Func<T, MqttPacket?> alter)
        where T : MqttPacket => manner with { Hears = () => p => p is T heard ? alter(heard) : p };

    /// <summary>Flags of CONNECT, set.</summary>
    private static DeviceManner Flags(DeviceManner manner, int flags) => OnBytes(manner, Connect, b => At(b, 9, b[9] | flags));

    /// <summary>Flags of CONNECT, cleared.</summary>
    private static DeviceManner Cleared(DeviceManner manner, int flags) => OnBytes(manner, Connect, b => At(b, 9, b[9] & ~flags));

    private static byte[] At(byte[] bytes, int index, int value)
    {
        bytes[index] = (byte)value;
        return bytes;
    }

    /// <summary>Replaces the first byte of a text.</summary>
    private static byte[] Replaced(byte[] bytes, string text, byte by)
    {
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        return at < 0 ? bytes : At(bytes, at, by);
    }

    /// <summary>Cuts the body of a packet of less than 128 bytes.</summary>
    private static byte[] Cut(byte[] bytes, int body) => [bytes[0], (byte)body, .. bytes[2..(2 + body)]];

    private static byte[] Longer(byte[] bytes, params byte[] more) => [bytes[0], (byte)(bytes[1] + more.Length), .. bytes[2..], .. more];

    /// <summary>SUBSCRIBE and UNSUBSCRIBE without their payload: the length of properties is 0, and a filter of 3.1.1 begins with a 0 too.</summary>
    private static byte[] NoFilter(byte[] bytes) => Cut(bytes, bytes[4] == 0 && bytes[5] == 0 ? 3 : 2);
}
