namespace Harness.Bench.Vectors;

/// <summary>The harness's own cryptography as a device for known answers: both roles of AugPAKE, PRESENT and its modes, MQTT-PRESENT's keys.</summary>
public sealed class HostVectorDevice(string name) : VectorDevice(name)
{
    /// <inheritdoc/>
    public override string Description => "in this process";

    /// <inheritdoc/>
    public override string? NextCommand => null;

    private protected override ValueTask AugPakeAsync(AugPakeCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (Group(c.Group, check) is not { } group)
        {
            return default;
        }

        if (AugPakeProfiles.All.All(p => p.Name() != c.Profile))
        {
            check.CannotRun($"profile {c.Profile}: {Name} has {string.Join(", ", AugPakeProfiles.All.Select(p => p.Name()))}");
            return default;
        }

        var profile = AugPakeProfiles.Parse(c.Profile);
        AugPakeRoles.Client(c, group, profile, check);
        AugPakeRoles.Server(c, group, profile, check);
        return default;
    }

    private protected override ValueTask RejectAsync(RejectCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (Group(c.Group, check) is not { } group)
        {
            return default;
        }

        check.Holds("element", "the check of elements", !group.IsAcceptable(c.Element), $"refused ({c.Reason})", "accepted");
        using var client = new AugPakeClient(group, AugPakeProfile.Rfc6628, "client", "server", "password");
        client.Start();
        Refused(c, check, "the client takes it as Y", () => client.Respond(c.Element));
        var w = Verifier.ComputeW(group, AugPakeProfile.Rfc6628, "client", "server", "password");
        using var server = new AugPakeServer(group, AugPakeProfile.Rfc6628, "client", "server", w);
        Refused(c, check, "the server takes it as X", () => server.Respond(c.Element));
        return default;
    }

    private protected override ValueTask PresentAsync(PresentCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        using var engine = new PresentEngine();
        var block = new byte[PresentEngine.BlockSize];
        engine.Init(true, c.Key);
        engine.ProcessBlock(c.Plaintext, block);
        check.Equal("ciphertext", "one block encrypted", c.Ciphertext, block);
        engine.Init(false, c.Key);
        engine.ProcessBlock(c.Ciphertext, block);
        check.Equal("plaintext", "one block decrypted", c.Plaintext, block);
        return default;
    }

    private protected override ValueTask ModesAsync(ModesCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        check.Equal("ecb_pkcs7", "ECB sealed", c.EcbPkcs7, PresentModes.EncryptEcb(c.Key, c.Plaintext));
        Opened(check, "ecb_pkcs7", "ECB opened", c.Plaintext, PresentModes.TryDecryptEcb(c.Key, c.EcbPkcs7, out var ecb) ? ecb : null);
        check.Equal("ctr_iv_nonce", "CTR sealed", c.CtrIvNonce, PresentModes.Ctr(c.Key, c.Nonce, c.Plaintext));
        check.Equal("plaintext", "CTR opened", c.Plaintext, PresentModes.Ctr(c.Key, c.Nonce, c.CtrIvNonce));
        check.Equal("cmac", "CMAC of the plaintext", c.Cmac, PresentModes.Cmac(c.Key, c.Plaintext));
        var (ciphertext, tag) = PresentModes.EaxSeal(c.Key, c.Nonce, c.Ad, c.Plaintext);
        check.Equal("eax_ciphertext", "EAX sealed", c.EaxCiphertext, ciphertext);
        check.Equal("eax_tag", "EAX's tag", c.EaxTag, tag);
        Opened(check, "eax_tag", "EAX opened", c.Plaintext, PresentModes.TryEaxOpen(c.Key, c.Nonce, c.Ad, c.EaxCiphertext, c.EaxTag, out var eax) ? eax : null);
        return default;
    }

    private protected override ValueTask MqttPresentAsync(MqttPresentCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        check.Equal("ks", "SKp xor SKs", c.TrafficKey, MqttPresentCipher.Combine(c.PublisherKey, c.SubscriberKey));
        Wrap("wrapped_for_publisher", c.PublisherKey, c.WrappedForPublisher);
        Wrap("wrapped_for_subscriber", c.SubscriberKey, c.WrappedForSubscriber);
        check.Equal("published", "the payload sealed under Ks", c.Published, MqttPresentCipher.Seal(c.KeyBits, c.TrafficKey, c.Payload));
        Opened(check, "published", "the payload opened under Ks", c.Payload, MqttPresentCipher.TryOpen(c.KeyBits, c.TrafficKey, c.Published, out var payload) ? payload : null);
        return default;

        void Wrap(string field, byte[] sessionKey, byte[] wrap)
        {
            check.Equal(field, "Ks wrapped", wrap, MqttPresentCipher.Wrap(c.KeyBits, sessionKey, c.TrafficKey));
            Opened(check, field, "the wrap opened", c.TrafficKey, MqttPresentCipher.TryUnwrap(c.KeyBits, sessionKey, wrap, out var ks) ? ks : null);
        }
    }

    private protected override ValueTask AesGcmAsync(AesGcmCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        var sealedBytes = AesGcm128.Seal(c.Key, c.Nonce, c.Ad, c.Plaintext);
        check.Equal("ciphertext", "GCM sealed", c.Ciphertext, sealedBytes.AsSpan(0, c.Plaintext.Length));
        check.Equal("tag", "GCM's tag", c.Tag, sealedBytes.AsSpan(c.Plaintext.Length));
        Opened(check, "tag", "GCM opened", c.Plaintext, AesGcm128.TryOpen(c.Key, c.Nonce, c.Ad, [.. c.Ciphertext, .. c.Tag], out var opened) ? opened : null);
        return default;
    }

    private protected override ValueTask HopSealAsync(HopSealCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        check.Equal("counter", "the nonce", c.Nonce, c.Payload.AsSpan(0, Math.Min(c.Payload.Length, c.Nonce.Length)));
        var other = c.Direction == HopDirection.ToBroker ? HopDirection.FromBroker : HopDirection.ToBroker;
        using var receiver = new HopChannel(c.Sk, other);
        Opened(check, "payload", "the payload opened", c.Plaintext, receiver.Open(c.Topic, c.Payload, out var plaintext) == HopResult.Opened ? plaintext : null);
        if (c.Counter is 0 or > HopSealCase.MaximumSealed)
        {
            return default;
        }

        using var sender = new HopChannel(c.Sk, c.Direction);
        for (var i = 1UL; i < c.Counter; i++)
        {
            sender.Seal(c.Topic, []);
        }

        check.Equal("payload", "the plaintext sealed", c.Payload, sender.Seal(c.Topic, c.Plaintext));
        return default;
    }

    private protected override ValueTask EsfahaniAsync(EsfahaniCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        var sensor = new Harness.Schemes.Esfahani.EsfahaniSensor(Name) { Draw = () => c.R1 };
        return c.RunAsync(sensor, async () => (await sensor.FirstAsync(cancellationToken).ConfigureAwait(false)).Value, check, cancellationToken);
    }

    private protected override ValueTask ScramAsync(ScramCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        HostScramVectors.Run(c, check);
        return default;
    }

    private protected override ValueTask HardenedAsync(HardenedCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        HostHardenedVectors.Run(c, check);
        return default;
    }

    private AugPakeGroup? Group(string name, CaseCheck check)
    {
        var group = AugPakeGroup.All.FirstOrDefault(g => g.Name == name);
        if (group is null)
        {
            check.CannotRun($"group {name}: {Name} has {string.Join(", ", AugPakeGroup.All.Select(g => g.Name))}");
        }

        return group;
    }

    private static void Opened(CaseCheck check, string field, string step, byte[] expected, byte[]? opened)
    {
        if (opened is null)
        {
            check.Differ(field, step, "accepted", "refused");
        }
        else
        {
            check.Equal(field == "published" ? "payload" : field.StartsWith("wrapped", StringComparison.Ordinal) ? "ks" : "plaintext", step, expected, opened);
        }
    }

    private static void Refused(RejectCase c, CaseCheck check, string step, Func<byte[]> handshake)
    {
        try
        {
            handshake();
            check.Differ("element", step, $"BAD-ELEMENT ({c.Reason})", "accepted");
        }
        catch (AugPakeException e)
        {
            check.Holds("element", step, e.Failure == AugPakeFailure.BadElement, $"BAD-ELEMENT ({c.Reason})", e.Failure.ToString());
        }
    }
}
