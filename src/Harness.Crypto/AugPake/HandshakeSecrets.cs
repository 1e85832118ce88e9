namespace Harness.Crypto.AugPake;

/// <summary>Copies and clears the secrets of either side of a handshake.</summary>
internal static class HandshakeSecrets
{
    /// <summary>A copy on memory that the garbage collector does not move, so that clearing it leaves no other copy behind.</summary>
    public static byte[] Copy(ReadOnlySpan<byte> secret)
    {
        var copy = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(copy);
        return copy;
    }

    /// <summary>Copies and clears the source; both have the same length.</summary>
    public static void Move(byte[] from, byte[] to)
    {
        from.CopyTo(to, 0);
        CryptographicOperations.ZeroMemory(from);
    }

    /// <summary>Clears each array.</summary>
    public static void Clear(IEnumerable<byte[]> secrets)
    {
        foreach (var secret in secrets)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
