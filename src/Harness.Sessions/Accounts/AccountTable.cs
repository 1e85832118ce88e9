namespace Harness.Sessions.Accounts;

/// <summary>Names against numbers, read the same way for a name that is in it and for one that is not.</summary>
/// <remarks>
/// A name becomes HMAC-SHA-256 under a key of this table: 16 bytes to compare, 8 that choose a bucket, 8 that choose a decoy. Every look-up reads
/// all <see cref="Width"/> places of one bucket, of which a name that is known fills one, and picks the number by mask: no branch and no address
/// depends on whether it is there, nor on where. A bucket of a name that was not asked for lately is as cold for the one as for the other.
/// Immutable; whoever adds names makes a new one.
/// </remarks>
internal sealed class AccountTable
{
    /// <summary>Places of a bucket. With as many buckets as names one overflows once in about 10^6; then the buckets are doubled.</summary>
    private const int Width = 8;

    private readonly byte[] _key;
    private readonly Slot[] _slots;
    private readonly ulong _buckets;

    private AccountTable(byte[] key, Slot[] places, ulong buckets) => (_key, _slots, _buckets) = (key, places, buckets);

    /// <summary>Makes a table.</summary>
    /// <param name="key">The key, 32 bytes, the same for every table whose names are tagged already.</param>
    /// <param name="names">The tags of the names, each once, and their numbers, 0 or more.</param>
    public static AccountTable Of(byte[] key, IReadOnlyCollection<(Tag Tag, int Number)> names)
    {
        for (var buckets = Math.Max(16, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)names.Count)); ; buckets *= 2)
        {
            var places = new Slot[buckets * Width];
            if (names.All(name => TryPlace(places, (ulong)buckets, name.Tag, name.Number)))
            {
                return new AccountTable(key, places, (ulong)buckets);
            }
        }
    }

    /// <summary>Hash by which a name is found. Both words end in one byte 0, which neither can hold: MQTT forbids U+0000.</summary>
    public static Tag TagOf(byte[] key, string first, string second)
    {
        var length = Encoding.UTF8.GetByteCount(first) + 1 + Encoding.UTF8.GetByteCount(second) + 1;
        var bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var end = Encoding.UTF8.GetBytes(first, bytes);
        bytes[end] = 0;
        end += 1 + Encoding.UTF8.GetBytes(second, bytes[(end + 1)..]);
        bytes[end] = 0;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes, hash);
        return MemoryMarshal.Read<Tag>(hash);
    }

    /// <summary>Reads one bucket.</summary>
    /// <returns>The name's number and all ones; for a name that is not there 0 and 0; and the decoy's number, any 31 bits, the same at every try.</returns>
    public (int Number, int Known, int Decoy) Find(string first, string second)
    {
        var tag = TagOf(_key, first, second);
        var bucket = _slots.AsSpan((int)(tag.Bucket & (_buckets - 1)) * Width, Width);
        int number = 0, known = 0;
        foreach (ref readonly var place in bucket)
        {
            var difference = (place.Tag.High ^ tag.High) | (place.Tag.Low ^ tag.Low);
            var hit = (int)(((difference | (0 - difference)) >> 63) - 1) & place.Used; // all ones where nothing differs
            number |= place.Number & hit;
            known |= hit;
        }

        return (number, known, (int)(tag.Decoy & int.MaxValue));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryPlace(Slot[] places, ulong buckets, Tag tag, int number)
    {
        var bucket = places.AsSpan((int)(tag.Bucket & (buckets - 1)) * Width, Width);
        foreach (ref var place in bucket)
        {
            if (place.Used == 0)
            {
                place = new Slot(tag, number, ~0);
                return true;
            }
        }

        return false;
    }

    /// <summary>A name's HMAC in four words.</summary>
    internal readonly record struct Tag(ulong High, ulong Low, ulong Bucket, ulong Decoy);

    private readonly record struct Slot(Tag Tag, int Number, int Used);
}
