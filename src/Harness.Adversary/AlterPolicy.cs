namespace Harness.Adversary;

/// <summary>Alters a field on the way: a flipped bit, a given value, or any function of it.</summary>
/// <param name="target">The field.</param>
/// <param name="alter">Its new value from the old one. Counted as triggered only where the two differ.</param>
/// <param name="nth">The packet altered, from 1; 0 for every one.</param>
public sealed class AlterPolicy(PacketField target, Func<byte[], byte[]> alter, int nth = 1) : NthPacketPolicy(target.Selector, nth)
{
    /// <summary>Flips one bit.</summary>
    /// <param name="target">The field.</param>
    /// <param name="bit">Bit 0 is the lowest bit of the first byte; counted modulo the field's length. An empty field stays.</param>
    /// <param name="nth">The packet altered, from 1; 0 for every one.</param>
    public static AlterPolicy FlipBit(PacketField target, int bit, int nth = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bit);
        return new AlterPolicy(target, value => Flip(value, bit), nth);
    }

    /// <summary>Puts a given value in the field's place.</summary>
    /// <param name="target">The field.</param>
    /// <param name="value">The value, of any length.</param>
    /// <param name="nth">The packet altered, from 1; 0 for every one.</param>
    public static AlterPolicy Replace(PacketField target, ReadOnlyMemory<byte> value, int nth = 1)
    {
        var copy = value.ToArray();
        return new AlterPolicy(target, _ => copy, nth);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        if (!target.TryRead(packet, out var before))
        {
            return [ProxyAction.Forward(packet)];
        }

        var after = alter((byte[])before.Clone());
        if (after.AsSpan().SequenceEqual(before))
        {
            return [ProxyAction.Forward(packet)];
        }

        Hit();
        return [ProxyAction.Send(packet.Direction, target.Write(packet, after), packet.Version)];
    }

    private static byte[] Flip(byte[] value, int bit)
    {
        if (value.Length > 0)
        {
            value[bit / 8 % value.Length] ^= (byte)(1 << (bit % 8));
        }

        return value;
    }
}
