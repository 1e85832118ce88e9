namespace Harness.Mqtt.Codec;

/// <summary>The property section of one packet (section 2.2.2), read strictly by <see cref="PropertyRule.Table"/>.</summary>
internal sealed class PropertyBag
{
    /// <summary>No properties: never written to.</summary>
    public static readonly PropertyBag None = new();

    private readonly Dictionary<PropertyId, object> _values = [];
    private readonly List<UserProperty> _user = [];
    private readonly List<uint> _subscriptionIdentifiers = [];

    public IReadOnlyList<UserProperty> User => _user.Count == 0 ? [] : _user;

    public IReadOnlyList<uint> SubscriptionIdentifiers => _subscriptionIdentifiers.Count == 0 ? [] : _subscriptionIdentifiers;

    public static PropertyBag Read(ref PacketReader packet, PropertyScope scope, MqttLimits limits)
    {
        var section = packet.Slice(packet.VarInt());
        if (section.AtEnd)
        {
            return None;
        }

        var bag = new PropertyBag();
        while (!section.AtEnd)
        {
            bag.ReadOne(ref section, scope, limits);
        }

        return bag;
    }

    public byte? Byte(PropertyId id) => _values.TryGetValue(id, out var v) ? (byte)v : null;

    public bool? Bit(PropertyId id) => Byte(id) is { } b ? b == 1 : null;

    public ushort? UInt16(PropertyId id) => _values.TryGetValue(id, out var v) ? (ushort)v : null;

    public uint? UInt32(PropertyId id) => _values.TryGetValue(id, out var v) ? (uint)v : null;

    public string? Text(PropertyId id) => _values.TryGetValue(id, out var v) ? (string)v : null;

    public byte[]? Binary(PropertyId id) => _values.TryGetValue(id, out var v) ? (byte[])v : null;

    /// <summary>Sets a property. Null leaves it out; true and false become 1 and 0.</summary>
    public PropertyBag Set(PropertyId id, object? value)
    {
        if (value is not null)
        {
            _values[id] = value is bool bit ? (byte)(bit ? 1 : 0) : value;
        }

        return this;
    }

    public PropertyBag SetUser(IReadOnlyList<UserProperty> properties)
    {
        _user.AddRange(properties);
        return this;
    }

    public PropertyBag SetSubscriptionIdentifiers(IReadOnlyList<uint> identifiers)
    {
        _subscriptionIdentifiers.AddRange(identifiers);
        return this;
    }

    public bool IsEmpty => _values.Count == 0 && _user.Count == 0 && _subscriptionIdentifiers.Count == 0;

    /// <summary>Writes length and properties, by ascending identifier.</summary>
    public void Write(PacketWriter packet)
    {
        var section = new PacketWriter();
        foreach (var rule in PropertyRule.Table)
        {
            WriteOne(section, rule);
        }

        packet.VarInt((uint)section.Written.Length);
        packet.Raw(section.Written);
    }

    private void ReadOne(ref PacketReader section, PropertyScope scope, MqttLimits limits)
    {
        var number = section.VarInt();
        var rule = PropertyRule.Find(number) ?? throw PacketReader.Malformed($"property 0x{number:X2} does not exist");
        if ((rule.Scope & scope) == 0)
        {
            throw PacketReader.ProtocolError($"{rule.Id} has no place in {scope}");
        }

        if (rule.Kind == PropertyKind.Pair)
        {
            if (_user.Count == limits.MaximumUserProperties)
            {
                throw new MqttProtocolException(ReasonCode.QuotaExceeded, $"more than {limits.MaximumUserProperties} user properties in one packet");
            }

            _user.Add(new UserProperty(section.Utf8(), section.Utf8()));
            return;
        }

        object value = rule.Kind switch
        {
            PropertyKind.Bit => section.Byte(),
            PropertyKind.UInt16 => section.UInt16(),
            PropertyKind.UInt32 => section.UInt32(),
            PropertyKind.VarInt => section.VarInt(),
            PropertyKind.Utf8 => section.Utf8(),
            _ => section.Binary(),
        };
        if (value is byte and > 1)
        {
            throw PacketReader.ProtocolError($"{rule.Id} is 0 or 1, not {value}");
        }

        if (rule.NonZero && value is (ushort)0 or (uint)0)
        {
            throw new MqttProtocolException(rule.ZeroReason, $"{rule.Id} must not be 0");
        }

        if (rule.Id == PropertyId.SubscriptionIdentifier)
        {
            // PUBLISH carries one for each matching subscription; SUBSCRIBE at most one (section 3.8.2.1.2).
            if (scope == PropertyScope.Subscribe && _subscriptionIdentifiers.Count > 0)
            {
                throw PacketReader.ProtocolError($"{rule.Id} appears twice");
            }

            _subscriptionIdentifiers.Add((uint)value);
        }
        else if (!_values.TryAdd(rule.Id, value))
        {
            throw PacketReader.ProtocolError($"{rule.Id} appears twice");
        }
    }

    private void WriteOne(PacketWriter section, PropertyRule rule)
    {
        switch (rule.Id)
        {
            case PropertyId.UserProperty:
                foreach (var property in _user)
                {
                    section.Byte((byte)rule.Id);
                    section.Utf8(property.Name);
                    section.Utf8(property.Value);
                }

                return;
            case PropertyId.SubscriptionIdentifier:
                foreach (var identifier in _subscriptionIdentifiers)
                {
                    section.Byte((byte)rule.Id);
                    section.VarInt(identifier);
                }

                return;
        }

        if (!_values.TryGetValue(rule.Id, out var value))
        {
            return;
        }

        section.Byte((byte)rule.Id);
        switch (value)
        {
            case byte b: section.Byte(b); break;
            case ushort s: section.UInt16(s); break;
            case uint i: section.UInt32(i); break;
            case string t: section.Utf8(t); break;
            case byte[] d: section.Binary(d); break;
            default: throw new InvalidOperationException($"PropertyBag.Write: {rule.Id} holds a {value.GetType().Name}.");
        }
    }
}
