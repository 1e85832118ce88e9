using Harness.Crypto.Ascon;
using Harness.Crypto.Ecdsa;

namespace Harness.Bench.Vectors;

/// <summary>The scheme hardened in this process, for known answers.</summary>
internal static class HostHardenedVectors
{
    public static void Run(HardenedCase vector, CaseCheck check)
    {
        switch (vector)
        {
            case PseudonymCase c:
                Same(check, "pseudonym", "PN_j", c.Pseudonym, HardenedKeys.Pseudonym(c.Secret, c.Attempt));
                break;
            case BoundRunCase c:
                Run(c, check);
                break;
            case SignatureCase c:
                check.Equal("public", "the public key", c.Public, EcdsaP256.PublicKey(c.Private));
                check.Equal("signature", "the message signed", c.Signature, EcdsaP256.Sign(c.Private, c.Message));
                check.Holds("signature", "the signature", EcdsaP256.Verify(c.Public, c.Message, c.Signature), "accepted", "refused");
                break;
            case SealedCase c:
                Sealed(c, check);
                break;
            case EpochCase c:
                Epoch(c, check);
                break;
            default:
                throw new ArgumentException($"{vector.Id} is no case of a known section", nameof(vector));
        }
    }

    private static void Run(BoundRunCase c, CaseCheck check)
    {
        var (run, pair) = (c.Run, c.Secret is null ? HardenedPublisher.RunField : null);
        var pseudonym = c.Secret is { } secret ? HardenedKeys.Pseudonym(secret, c.Attempt) : null;
        check.Equal("W", "W from the password", run.W, Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Framed, run.Client, run.Server, run.Password, pair));
        using var client = new AugPakeClient(AugPakeGroup.P256, AugPakeProfile.Framed, run.Client, run.Server, run.Password, pair, pseudonym);
        using var server = new AugPakeServer(AugPakeGroup.P256, AugPakeProfile.Framed, run.Client, run.Server, run.W, pair, pseudonym);
        check.Equal("X", "the client's X", run.X, client.StartWithKnownScalar(run.SmallX));
        check.Equal("Y", "the server's Y", run.Y, server.RespondWithKnownScalar(run.X, run.SmallY));
        check.Equal("Vc", "the client's V_C", run.Vc, client.Respond(run.Y));
        check.Holds("Vc", "the server takes V_C", server.TryVerify(run.Vc), "accepted", "refused");
        check.Equal("Vs", "the server's V_S", run.Vs, server.Authenticator);
        using var key = client.Finish(run.Vs);
        check.Equal("SK", "the client's SK", run.Sk, key.Bytes);
    }

    private static void Sealed(SealedCase c, CaseCheck check)
    {
        byte[]? opened;
        if (c.Section == VectorFile.Ascon)
        {
            check.Equal("sealed", "Ascon sealed", c.Sealed, AsconAead128.Seal(c.Key, c.Nonce, c.Ad, c.Plaintext));
            opened = AsconAead128.TryOpen(c.Key, c.Nonce, c.Ad, c.Sealed, out var ascon) ? ascon : null;
        }
        else
        {
            using var eax = new PresentEax(c.Key);
            check.Equal("sealed", "EAX sealed", c.Sealed, eax.Seal(c.Nonce, c.Ad, c.Plaintext));
            opened = eax.TryOpen(c.Nonce, c.Ad, c.Sealed, out var plaintext) ? plaintext : null;
        }

        check.Holds("sealed", "opened", opened.AsSpan().SequenceEqual(c.Plaintext) && opened is not null, "the plaintext", opened is null ? "refused" : "other bytes");
    }

    private static void Epoch(EpochCase c, CaseCheck check)
    {
        const string client = "pub1"; // the name of every case of the section
        Same(check, "pair_topic", "the pair topic", c.PairTopic, HardenedKeys.PairTopic(c.Sk, client));
        Same(check, "wire_topic", "the topic on the wire", c.WireTopic, HardenedKeys.WireTopic(c.Keys.TopicKey, c.Keys.Sender, c.Topic));
        using (var broker = new PairChannel(c.Cipher, c.Sk, client, isBroker: true))
        using (var device = new PairChannel(c.Cipher, c.Sk, client, isBroker: false))
        {
            foreach (var m in c.PairMessages.OrderBy(m => m.Count))
            {
                var (from, to) = m.Direction == 0 ? (device, broker) : (broker, device);
                check.Equal("wire", $"pair message {m.Count}, direction {m.Direction}", m.Wire, from.Seal(m.Peer, m.Body));
                check.Holds(
                    "body", $"pair message {m.Count}, direction {m.Direction}", to.Open(m.Wire, out var peer, out var body) == HardenedResult.Opened && peer == m.Peer && body.AsSpan().SequenceEqual(m.Body),
                    "opened", "refused, or other bytes");
            }
        }

        foreach (var m in c.Messages)
        {
            using var keys = new EpochKeys(c.Keys.Epoch, c.Keys.TopicKey, c.Keys.Sender, m.Counter);
            using var sealer = new MessageSealer(c.Cipher, keys, client, c.Topic);
            using var opener = new MessageOpener(c.Cipher, keys, client, c.Topic);
            check.Equal("wire", $"message {m.Counter}", m.Wire, sealer.Seal(m.Content).Payload);
            check.Holds(
                "plaintext", $"message {m.Counter}", opener.Open(m.Wire, out var content) == HardenedResult.Opened && content.AsSpan().SequenceEqual(m.Content), "opened", "refused, or other bytes");
        }
    }

    private static void Same(CaseCheck check, string field, string step, string expected, string seen) => check.Holds(field, step, expected == seen, expected, seen);
}
