namespace Harness.Schemes.Signed;

/// <summary>A party that signs readings with the device's own key, whatever scheme seals them (src/Harness.Schemes/Signed/SIGNED.md). The key never leaves it.</summary>
public interface IPayloadSigner
{
    /// <summary>Hands over the device's own key, which is kept until the party is reset.</summary>
    /// <param name="key">32 bytes, a private key of P-256; not kept by the caller's memory.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">BAD-ELEMENT: no such key.</exception>
    ValueTask UseKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Signs a reading in the name that the party was provisioned with.</summary>
    /// <param name="topic">The topic, 1 to 64 bytes of UTF-8.</param>
    /// <param name="number">A number above that of every reading before.</param>
    /// <param name="plaintext">The reading, at most <see cref="PartyCapabilities.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>64 bytes, r and s.</returns>
    /// <exception cref="PartyRefusedException">STATE without provisioning or key; TOO-LONG.</exception>
    ValueTask<Timed<byte[]>> SignAsync(string topic, ulong number, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken);

    /// <summary>Checks the signature of another device's reading.</summary>
    /// <param name="client">The name of the device that must have signed it.</param>
    /// <param name="publicKey">Its public key, 65 bytes.</param>
    /// <param name="reading">The reading with its signature.</param>
    /// <param name="topic">The topic it came on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">BAD-SIGNATURE; BAD-ELEMENT for a public key that is none.</exception>
    ValueTask CheckAsync(string client, ReadOnlyMemory<byte> publicKey, string topic, SignedReading reading, CancellationToken cancellationToken);
}
