namespace Harness.Brokers.Conformance.Clients;

/// <summary>One packet of the device as it came: flags, identifier, topic, filters, reason and properties, whatever is wrong with it.</summary>
internal sealed class Frame
{
    public Frame(byte first, byte[] body, int lengthBytes, TimeSpan at, MqttVersion version)
    {
        (First, Body, LengthBytes, At) = (first, body, lengthBytes, at);
        var fields = new Fields(body);
        switch (Type)
        {
            case PacketType.Publish:
                Topic = fields.Sized();
                PacketId = Qos > 0 ? fields.UInt16() : null;
                Properties = version == MqttVersion.V5 ? fields.Properties() : [];
                break;
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                PacketId = fields.UInt16();
                Reason = fields.Left > 0 ? fields.Byte() : (byte)0;
                Properties = fields.Left > 0 ? fields.Properties() : [];
                break;
            case PacketType.Subscribe or PacketType.Unsubscribe:
                PacketId = fields.UInt16();
                Properties = version == MqttVersion.V5 ? fields.Properties() : [];
                Filters = ReadFilters(ref fields, Type == PacketType.Subscribe);
                break;
            case PacketType.Disconnect or PacketType.Auth:
                Reason = fields.Left > 0 ? fields.Byte() : (byte)0;
                Properties = fields.Left > 0 ? fields.Properties() : [];
                break;
        }

        Broken = fields.Short;
    }

    public byte First { get; }

    public byte[] Body { get; }

    /// <summary>The number of bytes in which the length stood.</summary>
    public int LengthBytes { get; }

    /// <summary>Time since the connection began.</summary>
    public TimeSpan At { get; }

    public PacketType Type => (PacketType)(First >> 4);

    public int Flags => First & 0x0F;

    public int Qos => (First >> 1) & 3;

    public bool Dup => (First & 8) != 0;

    public bool Retain => (First & 1) != 0;

    /// <summary>Bytes of the whole packet.</summary>
    public int Size => 1 + LengthBytes + Body.Length;

    /// <summary>The topic name of PUBLISH, as bytes.</summary>
    public byte[] Topic { get; } = [];

    public ushort? PacketId { get; }

    /// <summary>The reason of acknowledgements, DISCONNECT and AUTH; 0 where it was left out.</summary>
    public byte Reason { get; }

    public IReadOnlyList<Property> Properties { get; } = [];

    /// <summary>The filters of SUBSCRIBE and UNSUBSCRIBE, with the byte of options of the former.</summary>
    public IReadOnlyList<(byte[] Filter, byte Options)> Filters { get; } = [];

    /// <summary>True where a field was cut short.</summary>
    public bool Broken { get; }

    /// <summary>The flags that the standard lists for the type; null for PUBLISH.</summary>
    public int? ListedFlags => Type switch
    {
        PacketType.Publish => null,
        PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => 2,
        _ => 0,
    };

    /// <summary>True where the length stands in as few bytes as it can.</summary>
    public bool ShortestLength => LengthBytes == (Body.Length < 0x80 ? 1 : Body.Length < 0x4000 ? 2 : Body.Length < 0x200000 ? 3 : 4);

    /// <summary>The number of a property; null where it is absent.</summary>
    public long? Number(PropertyId id) => Properties.FirstOrDefault(p => p.Id == id)?.Number;

    /// <summary>The data of AUTH; empty where there is none.</summary>
    public byte[] AuthenticationData => Properties.FirstOrDefault(p => p.Id == PropertyId.AuthenticationData)?.Value ?? [];

    public override string ToString() => Type switch
    {
        PacketType.Publish => $"PUBLISH QoS {Qos}{(Dup ? " DUP" : "")} \"{Strings.Of(Topic)}\"{(PacketId is { } id ? $" id {id}" : "")}",
        PacketType.Disconnect or PacketType.Auth => $"{Type.ToString().ToUpperInvariant()} 0x{Reason:x2}",
        _ => Type.ToString().ToUpperInvariant() + (PacketId is { } id ? $" id {id}" : ""),
    };

    private static List<(byte[] Filter, byte Options)> ReadFilters(ref Fields fields, bool options)
    {
        var filters = new List<(byte[] Filter, byte Options)>();
        while (fields.Left > 0 && !fields.Short)
        {
            var filter = fields.Sized();
            filters.Add((filter, options ? fields.Byte() : (byte)0));
        }

        return filters;
    }
}

/// <summary>CONNECT as it came: every field that is there, and what is missing or left over.</summary>
internal sealed class ConnectFrame
{
    public ConnectFrame(byte[] body)
    {
        var fields = new Fields(body);
        Protocol = fields.Sized();
        (Level, Flags, KeepAlive) = (fields.Byte(), fields.Byte(), fields.UInt16());
        Properties = Level == (byte)MqttVersion.V5 ? fields.Properties() : [];
        ClientId = Read(ref fields, true, "client identifier");
        if (HasWill && Level == (byte)MqttVersion.V5)
        {
            fields.Properties();
        }

        WillTopic = Read(ref fields, HasWill, "will topic");
        WillPayload = Read(ref fields, HasWill, "will payload");
        User = Read(ref fields, HasUser, "user name");
        Password = Read(ref fields, HasPassword, "password");
        LeftOver = fields.Left;
    }

    public byte[] Protocol { get; }

    public byte Level { get; }

    public byte Flags { get; }

    public ushort KeepAlive { get; }

    public IReadOnlyList<Property> Properties { get; }

    public byte[] ClientId { get; }

    public byte[] WillTopic { get; }

    public byte[] WillPayload { get; }

    public byte[] User { get; }

    public byte[] Password { get; }

    /// <summary>The first field that is announced and is not there; null where none is missing.</summary>
    public string? Missing { get; private set; }

    /// <summary>Bytes behind the last field that is announced.</summary>
    public int LeftOver { get; }

    public bool HasWill => (Flags & 0x04) != 0;

    public int WillQos => (Flags >> 3) & 3;

    public bool WillRetain => (Flags & 0x20) != 0;

    public bool HasUser => (Flags & 0x80) != 0;

    public bool HasPassword => (Flags & 0x40) != 0;

    public bool CleanStart => (Flags & 0x02) != 0;

    /// <summary>The version; null for another level than 4 and 5.</summary>
    public MqttVersion? Version => Level is (byte)MqttVersion.V311 or (byte)MqttVersion.V5 ? (MqttVersion)Level : null;

    /// <summary>True where the session outlives the connection.</summary>
    public bool KeepsSession => !CleanStart && (Level != (byte)MqttVersion.V5 || Number(PropertyId.SessionExpiryInterval) > 0);

    public long? Number(PropertyId id) => Properties.FirstOrDefault(p => p.Id == id)?.Number;

    public string? Method => Properties.FirstOrDefault(p => p.Id == PropertyId.AuthenticationMethod) is { } method ? Strings.Of(method.Value) : null;

    public byte[] AuthenticationData => Properties.FirstOrDefault(p => p.Id == PropertyId.AuthenticationData)?.Value ?? [];

    private byte[] Read(ref Fields fields, bool announced, string name)
    {
        if (!announced || Missing is not null)
        {
            return [];
        }

        var value = fields.Sized();
        Missing = fields.Short ? name : null;
        return value;
    }
}
