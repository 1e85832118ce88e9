namespace Harness.Adversary.Claims.Findings;

/// <summary>Effect of a flipped bit of a wrap on its receiver.</summary>
public enum WrapFlip
{
    /// <summary>The wrap is refused: somebody notices.</summary>
    Refused,

    /// <summary>Taken; Ks is another one, and so is the part of it that encrypts: the partners talk past each other and nobody was told.</summary>
    Desynchronised,

    /// <summary>Taken; Ks is another one only in bytes that the cipher does not use: fingerprints differ, messages still open.</summary>
    Unused,
}

/// <summary>Turns every bit of a wrap, one at a time: PRESENT-ECB garbles one block and leaves the padding in the last one alone.</summary>
public static class WrapFlips
{
    /// <summary>Effects of each of the 320 bits.</summary>
    /// <param name="keyBits">PRESENT's key size, 80 or 128.</param>
    /// <param name="sessionKey">SK of who takes the wrap, 32 bytes.</param>
    /// <param name="wrap">The wrap, 40 bytes; it must open.</param>
    /// <returns>One outcome a bit; bit 0 is the lowest of the first byte.</returns>
    /// <exception cref="ArgumentException">The wrap does not open under SK.</exception>
    public static IReadOnlyList<WrapFlip> Outcomes(int keyBits, ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> wrap)
    {
        if (!MqttPresentCipher.TryUnwrap(keyBits, sessionKey, wrap, out var genuine))
        {
            throw new ArgumentException("The wrap does not open under this SK.", nameof(wrap));
        }

        var used = keyBits / 8;
        var outcomes = new WrapFlip[wrap.Length * 8];
        for (var bit = 0; bit < outcomes.Length; bit++)
        {
            var flipped = wrap.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (MqttPresentCipher.TryUnwrap(keyBits, sessionKey, flipped, out var taken))
            {
                outcomes[bit] = taken.AsSpan(0, used).SequenceEqual(genuine.AsSpan(0, used)) ? WrapFlip.Unused : WrapFlip.Desynchronised;
                CryptographicOperations.ZeroMemory(taken);
            }
        }

        CryptographicOperations.ZeroMemory(genuine);
        return outcomes;
    }
}
