namespace Harness.Bench.Vectors;

/// <summary>Checks of AES-128-GCM and of the hop's seal on a board: the client seals to the broker and opens what comes from it, the server the other way.</summary>
internal sealed class BoardHopVectors(BoardAsker ask, BoardInfo info, BoardLimits limits)
{
    private static readonly string Name = BoardNames.Hex("vectors");

    public async ValueTask GcmAsync(AesGcmCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "cipher", "aes128", info.Ciphers) || !BoardLimits.Lists(check, "mode", "gcm", info.Modes) || !limits.IsTest(check)
            || !limits.Payload(check, c.Plaintext.Length) || !BoardLimits.Fits(check, "ad", c.Ad.Length)
            || !await ask.OkAsync(check, "key", "RESET", [], cancellationToken).ConfigureAwait(false)
            || await ask.TextAsync(check, "key", "KEY.PUT", "fp", [("kind", "raw"), ("bits", "128"), ("data", BoardNames.Hex(c.Key))], cancellationToken).ConfigureAwait(false)
                is not { } fingerprint)
        {
            return;
        }

        check.EqualFingerprint("key", "KEY.PUT kind=raw", Fingerprints.Of(c.Key), fingerprint);
        (string, string)[] header = [("mode", "gcm"), ("nonce", BoardNames.Hex(c.Nonce)), ("ad", BoardNames.Hex(c.Ad))];
        if (await ask.AskAsync(check, "ciphertext", "SEAL", [.. header, ("data", BoardNames.Hex(c.Plaintext))], cancellationToken).ConfigureAwait(false) is { } reply)
        {
            Equal(check, "ciphertext", "SEAL mode=gcm", c.Ciphertext, ask.Bytes(check, "ciphertext", "SEAL mode=gcm", "data", reply));
            Equal(check, "tag", "SEAL mode=gcm", c.Tag, ask.Bytes(check, "tag", "SEAL mode=gcm", "tag", reply));
        }

        Equal(check, "plaintext", "OPEN mode=gcm", c.Plaintext, await ask.BytesAsync(
            check, "tag", "OPEN", "data", [.. header, ("tag", BoardNames.Hex(c.Tag)), ("data", BoardNames.Hex(c.Ciphertext))], cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask SealAsync(HopSealCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "scheme", SchemeNames.AugMqtt, info.Schemes) || !limits.IsTest(check) || !limits.Payload(check, c.Plaintext.Length)
            || !BoardLimits.Fits(check, "topic", Encoding.UTF8.GetByteCount(c.Topic)))
        {
            return;
        }

        check.Equal("counter", "the nonce", c.Nonce, c.Payload.AsSpan(0, Math.Min(c.Payload.Length, c.Nonce.Length)));
        var topic = ("topic", BoardNames.Hex(c.Topic));
        var (sender, receiver) = c.Direction == HopDirection.ToBroker ? ("client", "server") : ("server", "client");
        if (await ProvisionAsync(receiver, c, check, cancellationToken).ConfigureAwait(false))
        {
            Equal(check, "plaintext", $"OPEN as {receiver}", c.Plaintext, await ask.BytesAsync(
                check, "payload", "OPEN", "data", [topic, ("data", BoardNames.Hex(c.Payload))], cancellationToken).ConfigureAwait(false));
        }

        if (c.Counter is 0 or > HopSealCase.MaximumSealed || !await ProvisionAsync(sender, c, check, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        for (var i = 1UL; i < c.Counter; i++)
        {
            await ask.OkAsync(check, "counter", "SEAL", [topic, ("data", "")], cancellationToken).ConfigureAwait(false);
        }

        Equal(check, "payload", $"SEAL as {sender}", c.Payload, await ask.BytesAsync(
            check, "payload", "SEAL", "data", [topic, ("data", BoardNames.Hex(c.Plaintext))], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Provisions one role for the scheme and sets SK.</summary>
    private async ValueTask<bool> ProvisionAsync(string role, HopSealCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "role", role, info.Roles) || AugPakeGroup.All.FirstOrDefault(g => info.Groups.Contains(g.Name)) is not { } group
            || !await ask.OkAsync(check, "sk", "RESET", [], cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // Any password or, for the server, any valid W (g^2) will do: SK is set directly, no handshake runs.
        var secret = role == "client" ? ("pw", BoardNames.Hex("password")) : ("W", BoardNames.Hex(group.PowerOfGenerator([2])));
        if (!await ask.OkAsync(
                check, "sk", "PROVISION",
                [("role", role), ("client", Name), ("server", Name), ("group", group.Name), ("profile", info.Profiles[0]), ("scheme", SchemeNames.AugMqtt), secret],
                cancellationToken).ConfigureAwait(false)
            || await ask.TextAsync(check, "sk", "KEY.PUT", "fp", [("kind", "sk"), ("data", BoardNames.Hex(c.Sk))], cancellationToken).ConfigureAwait(false)
                is not { } fingerprint)
        {
            return false;
        }

        check.EqualFingerprint("sk", "KEY.PUT kind=sk", Fingerprints.Of(c.Sk), fingerprint);
        return true;
    }

    // Null bytes: the check has recorded the reason already.
    private static void Equal(CaseCheck check, string field, string step, byte[] expected, byte[]? seen)
    {
        if (seen is not null)
        {
            check.Equal(field, step, expected, seen);
        }
    }
}
