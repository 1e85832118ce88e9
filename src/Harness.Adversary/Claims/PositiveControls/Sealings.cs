using Harness.Crypto.Aes;
using Harness.Crypto.Present;

namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>Payloads in the clear.</summary>
public sealed class ClearText : IPayloadSealing
{
    /// <inheritdoc/>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext) => plaintext.ToArray();

    /// <inheritdoc/>
    public byte[] Open(string topic, ReadOnlySpan<byte> payload) => payload.ToArray();
}

/// <summary>AES-128-GCM with every nonce the same: authenticated, yet equal messages have equal ciphertexts.</summary>
public sealed class OneNonce : IPayloadSealing
{
    /// <inheritdoc/>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext) =>
        AesGcm128.Seal(ControlKey.Bytes, new byte[AesGcm128.NonceSize], Encoding.UTF8.GetBytes(topic), plaintext);

    /// <inheritdoc/>
    public byte[]? Open(string topic, ReadOnlySpan<byte> payload) =>
        AesGcm128.TryOpen(ControlKey.Bytes, new byte[AesGcm128.NonceSize], Encoding.UTF8.GetBytes(topic), payload, out var plaintext) ? plaintext : null;
}

/// <summary>PRESENT-128 in ECB with PKCS#7: equal blocks show.</summary>
public sealed class EcbBlocks : IPayloadSealing
{
    /// <inheritdoc/>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext) => PresentModes.EncryptEcb(ControlKey.Bytes, plaintext);

    /// <inheritdoc/>
    public byte[]? Open(string topic, ReadOnlySpan<byte> payload) => PresentModes.TryDecryptEcb(ControlKey.Bytes, payload, out var plaintext) ? plaintext : null;
}

/// <summary>PRESENT-128 in CTR under a fresh nonce and no tag: a turned bit turns the same bit of the plaintext.</summary>
public sealed class CtrWithoutTag : IPayloadSealing
{
    /// <inheritdoc/>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext)
    {
        var nonce = RandomNumberGenerator.GetBytes(PresentModes.CounterSize);
        return [.. nonce, .. PresentModes.Ctr(ControlKey.Bytes, nonce, plaintext)];
    }

    /// <inheritdoc/>
    public byte[]? Open(string topic, ReadOnlySpan<byte> payload) => payload.Length < PresentModes.CounterSize
        ? null
        : PresentModes.Ctr(ControlKey.Bytes, payload[..PresentModes.CounterSize], payload[PresentModes.CounterSize..]);
}

/// <summary>AES-128-GCM with the topic as associated data under rising nonces; what is weak is chosen.</summary>
/// <param name="checksCounter">False takes a message again that was taken before.</param>
/// <remarks>With the counter checked it is no weak setting but the repair that a sealed channel would be.</remarks>
public sealed class CountedGcm(bool checksCounter) : IPayloadSealing
{
    private ulong _sent;
    private ulong _received;

    /// <inheritdoc/>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext)
    {
        var nonce = new byte[AesGcm128.NonceSize];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), ++_sent);
        return [.. nonce, .. AesGcm128.Seal(ControlKey.Bytes, nonce, Encoding.UTF8.GetBytes(topic), plaintext)];
    }

    /// <inheritdoc/>
    public byte[]? Open(string topic, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < AesGcm128.NonceSize || !AesGcm128.TryOpen(
            ControlKey.Bytes, payload[..AesGcm128.NonceSize], Encoding.UTF8.GetBytes(topic), payload[AesGcm128.NonceSize..], out var plaintext))
        {
            return null;
        }

        var counter = BinaryPrimitives.ReadUInt64BigEndian(payload[4..]);
        if (checksCounter && counter <= _received)
        {
            return null;
        }

        _received = Math.Max(_received, counter);
        return plaintext;
    }
}

/// <summary>The key of every control: a constant, for nothing it protects is anybody's.</summary>
internal static class ControlKey
{
    public static byte[] Bytes { get; } = SHA256.HashData("control"u8)[..AesGcm128.KeySize];
}
