using System.Security.Cryptography;

namespace Harness.Crypto;

/// <summary>How both sides of a handshake keep and clear what is secret.</summary>
internal static class HandshakeSecrets
{
    /// <summary>A copy that the collector does not move, so that clearing it leaves no other behind.</summary>
    public static byte[] Copy(ReadOnlySpan<byte> secret)
    {
        var copy = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(copy);
        return copy;
    }

    /// <summary>Copies and clears where it came from; both have the same length.</summary>
    public static void Move(byte[] from, byte[] to)
    {
        from.CopyTo(to, 0);
        CryptographicOperations.ZeroMemory(from);
    }

    /// <summary>Clears each.</summary>
    public static void Clear(IEnumerable<byte[]> secrets)
    {
        foreach (var secret in secrets)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
