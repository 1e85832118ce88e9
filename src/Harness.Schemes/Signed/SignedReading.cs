using Harness.Crypto.Ecdsa;

namespace Harness.Schemes.Signed;

/// <summary>A reading with its number and signature, the content that a scheme seals: u64 number ‖ plaintext ‖ signature (64 bytes).</summary>
/// <param name="Number">Rises from reading to reading.</param>
/// <param name="Plaintext">The reading.</param>
/// <param name="Signature">r and s, 32 bytes each.</param>
public sealed record SignedReading(ulong Number, ReadOnlyMemory<byte> Plaintext, ReadOnlyMemory<byte> Signature)
{
    private const int NumberSize = 8;

    /// <summary>Bytes that number and signature add to a reading: 72.</summary>
    public const int Overhead = NumberSize + EcdsaP256.SignatureSize;

    /// <summary>Gets the bytes that a signature covers: <c>hv1-reading</c> ‖ C ‖ topic ‖ u64 number ‖ plaintext, both texts with their length.</summary>
    /// <param name="client">C of the publisher.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="number">The number.</param>
    /// <param name="plaintext">The reading.</param>
    public static byte[] Covered(string client, string topic, ulong number, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> bytes = stackalloc byte[NumberSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return [.. "hv1-reading"u8, .. TextField.Encode(client, "a client"), .. TextField.Encode(topic, "a topic"), .. bytes, .. plaintext];
    }

    /// <summary>Gets the content for the scheme to seal.</summary>
    public byte[] Encode()
    {
        var content = new byte[NumberSize + Plaintext.Length + Signature.Length];
        BinaryPrimitives.WriteUInt64BigEndian(content, Number);
        Plaintext.Span.CopyTo(content.AsSpan(NumberSize));
        Signature.Span.CopyTo(content.AsSpan(NumberSize + Plaintext.Length));
        return content;
    }

    /// <summary>Takes apart what a scheme opened.</summary>
    /// <returns>Null where it is shorter than number and signature; nothing is verified.</returns>
    public static SignedReading? Decode(ReadOnlyMemory<byte> content) => content.Length < Overhead
        ? null
        : new(BinaryPrimitives.ReadUInt64BigEndian(content.Span), content[NumberSize..^EcdsaP256.SignatureSize], content[^EcdsaP256.SignatureSize..]);
}
