using Harness.Schemes.Signed;

namespace Harness.Sessions;

/// <summary>The signatures that one device makes, or demands, over all its sessions (src/Harness.Schemes/Signed/SIGNED.md). Its numbers rise across logins.</summary>
/// <param name="publisher">C of the device that signs.</param>
/// <param name="publicKey">Its public key, 65 bytes, at a device that reads; null at the one that signs.</param>
public sealed class SignedPayloads(string publisher, byte[]? publicKey)
{
    private readonly Lock _gate = new();
    private ulong _last;

    /// <summary>True at the device that signs.</summary>
    public bool Signs => publicKey is null;

    /// <summary>The content that was signed last, as whoever opens it has it; empty before the first.</summary>
    public ReadOnlyMemory<byte> LastContent { get; private set; }

    /// <summary>Signs a reading and gives the content for the scheme to seal. Its number is the time in ms since 1970, or one above the last.</summary>
    /// <exception cref="PartyRefusedException">The party refused; UNSUPPORTED where it cannot sign.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> SignAsync(IParty party, string topic, ReadOnlyMemory<byte> plaintext, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(party);
        ulong number;
        lock (_gate)
        {
            _last = number = Math.Max(_last + 1, (ulong)now.ToUnixTimeMilliseconds());
        }

        var signature = await Signer(party).SignAsync(topic, number, plaintext, cancellationToken).ConfigureAwait(false);
        return LastContent = new SignedReading(number, plaintext, signature.Value).Encode();
    }

    /// <summary>Checks what the scheme opened and takes its number, which must be above the last one taken.</summary>
    /// <returns>The reading.</returns>
    /// <exception cref="PartyRefusedException">BAD-SIGNATURE; REPLAY for a number that is not above the last; UNSUPPORTED where the party cannot check.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> CheckAsync(IParty party, string topic, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(party);
        var reading = SignedReading.Decode(content) ?? throw new PartyRefusedException(party.Name, PartyRefusal.BadSignature, $"{content.Length} bytes hold no signature");
        await Signer(party).CheckAsync(publisher, publicKey, topic, reading, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (reading.Number <= _last)
            {
                throw new PartyRefusedException(party.Name, PartyRefusal.Replay, "the number is not above the last one taken");
            }

            _last = reading.Number;
        }

        return reading.Plaintext;
    }

    private static IPayloadSigner Signer(IParty party) => party.Signer
        ?? throw new PartyRefusedException(party.Name, PartyRefusal.Unsupported, "it has no signatures: its ID lists none");
}
