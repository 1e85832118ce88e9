using Harness.Crypto.Ecdsa;

namespace Harness.Schemes.Signed;

/// <summary>The signer of a <see cref="HostParty"/>: the same refusals as a board's <c>SIGN</c>. Its calls run under its party's lock.</summary>
internal sealed class HostSigner(HostParty party, PartyWork work, Lock gate, Func<string> nameOf) : IPayloadSigner
{
    private byte[] _key = [];

    public ValueTask UseKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _ = EcdsaP256.PublicKey(key.Span);
        }
        catch (ArgumentException)
        {
            throw party.Refuse(PartyRefusal.BadElement, "no key of P-256");
        }

        lock (gate)
        {
            Forget();
            _key = key.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<Timed<byte[]>> SignAsync(string topic, ulong number, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        party.CheckTopic(topic);
        if (plaintext.Length > party.Capabilities.MaximumPayload)
        {
            throw party.Refuse(PartyRefusal.TooLong, $"{plaintext.Length} bytes, at most {party.Capabilities.MaximumPayload}");
        }

        lock (gate)
        {
            return nameOf() is { Length: > 0 } name && _key.Length > 0
                ? new(work.Time(() => EcdsaP256.Sign(_key, SignedReading.Covered(name, topic, number, plaintext.Span))))
                : throw party.Refuse(PartyRefusal.State, "provisioning and a key come first");
        }
    }

    public ValueTask CheckAsync(string client, ReadOnlyMemory<byte> publicKey, string topic, SignedReading reading, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!AugPakeGroup.P256.IsAcceptable(publicKey.Span))
        {
            throw party.Refuse(PartyRefusal.BadElement, "no key of P-256");
        }

        lock (gate)
        {
            var covered = SignedReading.Covered(client, topic, reading.Number, reading.Plaintext.Span);
            return work.Time(() => EcdsaP256.Verify(publicKey.Span, covered, reading.Signature.Span)).Value
                ? ValueTask.CompletedTask
                : throw party.Refuse(PartyRefusal.BadSignature, "not signed with that key");
        }
    }

    /// <summary>Wipes the key.</summary>
    public void Forget()
    {
        CryptographicOperations.ZeroMemory(_key);
        _key = [];
    }
}
