using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Schemes.Esfahani;

/// <summary>A router of Esfahani et al. 2019, which holds PSK and no list of sensors. Safe for use by many threads.</summary>
/// <param name="psk">PSK, 32 bytes; copied.</param>
public sealed class EsfahaniRouter(ReadOnlySpan<byte> psk)
{
    private readonly byte[] _psk = psk.Length == Size ? psk.ToArray() : throw new ArgumentException($"PSK has {Size} bytes, not {psk.Length}", nameof(psk));

    /// <summary>PSK, for who broke in here or computed it.</summary>
    public byte[] HandOut() => [.. _psk];

    /// <summary>Takes message 1.</summary>
    /// <returns>The login under way, with message 2; null where the message is refused.</returns>
    public EsfahaniLoginAtRouter? Take(ReadOnlySpan<byte> first)
    {
        if (first.Length != FirstLength)
        {
            return null;
        }

        var (m1, aid, m2, f3) = (Value(first, 0), Value(first, 1), Value(first, 2), Value(first, 3));
        var f1 = Xor(f3, _psk);
        var r1 = Xor(m1, H(H(f1)));
        var identity = Xor(aid, H(r1));
        if (!CryptographicOperations.FixedTimeEquals(m2, H(r1, m1, aid)) || Client(identity) is not { } client)
        {
            return null;
        }

        var r2 = RandomNumberGenerator.GetBytes(Size);
        var hid = H(identity);
        var (answer, aidJ) = (Xor(f1, hid), Xor(r2, hid));
        return new EsfahaniLoginAtRouter(client, [.. answer, .. aidJ, .. H(answer, aidJ, r2)], H(r1, r2), r2);
    }
}

/// <summary>A login at a router after message 1.</summary>
public sealed class EsfahaniLoginAtRouter : IDisposable
{
    private readonly byte[] _key;
    private readonly byte[] _expected;

    internal EsfahaniLoginAtRouter(string client, byte[] second, byte[] key, byte[] r2) => (Client, Second, _key, _expected) = (client, second, key, Xor(key, H(r2)));

    /// <summary>The sensor's name, read from AID_i.</summary>
    public string Client { get; }

    /// <summary>Message 2.</summary>
    public byte[] Second { get; }

    /// <summary>Takes message 3.</summary>
    /// <returns>SK, 32 bytes, for the caller to wipe; null where the message is refused.</returns>
    public byte[]? Finish(ReadOnlySpan<byte> third) => CryptographicOperations.FixedTimeEquals(third, _expected) ? [.. _key] : null;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
