namespace Harness.Bench.Vectors;

/// <summary>
/// A board as a device for known answers, through the bench protocol: the AugPAKE roles that it lists, PRESENT and its modes, MQTT-PRESENT's keys,
/// AES-128-GCM and the hop.
/// </summary>
/// <remarks>It is only asked for what its ID lists; w, W, r and K never leave it, and of keys it gives fingerprints only.</remarks>
public sealed class BoardVectorDevice : VectorDevice
{
    private readonly SerialParty _board;
    private readonly BoardAsker _ask;
    private readonly BoardInfo _info;
    private readonly BoardLimits _limits;
    private readonly BoardAugPakeVectors _augPake;
    private readonly BoardHopVectors _hop;
    private readonly BoardHardenedVectors _hardened;
    private readonly BoardScramVectors _scram;

    /// <summary>Creates the device from a board that is up.</summary>
    /// <param name="board">The board; the caller keeps it.</param>
    /// <param name="nextCommand">The command that puts test firmware on the board.</param>
    public BoardVectorDevice(SerialParty board, string nextCommand)
        : base(board.Name)
    {
        (_board, _info) = (board, board.Info);
        _ask = new BoardAsker(board);
        _limits = new BoardLimits(_info);
        _augPake = new BoardAugPakeVectors(_ask, _info, _limits);
        _hop = new BoardHopVectors(_ask, _info, _limits);
        _hardened = new BoardHardenedVectors(_ask, _info, _limits);
        _scram = new BoardScramVectors(_ask, _info, _limits);
        NextCommand = _info.IsTest ? null : nextCommand;
    }

    /// <inheritdoc/>
    public override string Description => $"{_info.Board}, build {_info.Build}, test={(_info.IsTest ? 1 : 0)}";

    /// <inheritdoc/>
    public override string? NextCommand { get; }

    /// <inheritdoc/>
    public override string Note =>
        _info.Roles.Contains("server")
        ? "augpake: the board is the client (X, Vc, SK by its fingerprint; it takes Y and Vs) and the server (Y, Vs, SK by its fingerprint; it takes W, X and Vc); w, r and K are computed in this process"
        : "augpake: the board is the client (X, Vc, SK by its fingerprint; it takes Y and Vs); the server's w, W, r, K, Y and Vs are computed in this process";

    private protected override ValueTask AugPakeAsync(AugPakeCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _augPake.HandshakeAsync(c, check, cancellationToken);

    private protected override ValueTask RejectAsync(RejectCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _augPake.RejectAsync(c, check, cancellationToken);

    private protected override async ValueTask PresentAsync(PresentCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!await RawKeyAsync(check, c.Key, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await SealAsync(check, "ciphertext", c.Ciphertext, "block", c.Plaintext, [], cancellationToken).ConfigureAwait(false);
        await OpenAsync(check, "ciphertext", c.Plaintext, "block", c.Ciphertext, [], cancellationToken).ConfigureAwait(false);
    }

    private protected override async ValueTask ModesAsync(ModesCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!_limits.Payload(check, c.Plaintext.Length) || !await RawKeyAsync(check, c.Key, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (BoardLimits.Lists(check, "mode", "ecb", _info.Modes))
        {
            await SealAsync(check, "ecb_pkcs7", c.EcbPkcs7, "ecb", c.Plaintext, [], cancellationToken).ConfigureAwait(false);
            await OpenAsync(check, "ecb_pkcs7", c.Plaintext, "ecb", c.EcbPkcs7, [], cancellationToken).ConfigureAwait(false);
        }

        if (BoardLimits.Lists(check, "mode", "ctr", _info.Modes))
        {
            await SealAsync(check, "ctr_iv_nonce", c.CtrIvNonce, "ctr", c.Plaintext, [("nonce", BoardNames.Hex(c.Nonce))], cancellationToken).ConfigureAwait(false);
            await OpenAsync(check, "ctr_iv_nonce", c.Plaintext, "ctr", c.CtrIvNonce, [("nonce", BoardNames.Hex(c.Nonce))], cancellationToken).ConfigureAwait(false);
        }

        if (BoardLimits.Lists(check, "mode", "cmac", _info.Modes))
        {
            await SealAsync(check, "cmac", c.Cmac, "cmac", c.Plaintext, [], cancellationToken).ConfigureAwait(false);
        }

        if (BoardLimits.Lists(check, "mode", "eax", _info.Modes) && BoardLimits.Fits(check, "ad", c.Ad.Length))
        {
            (string, string)[] header = [("nonce", BoardNames.Hex(c.Nonce)), ("ad", BoardNames.Hex(c.Ad))];
            var reply = await SealAsync(check, "eax_ciphertext", c.EaxCiphertext, "eax", c.Plaintext, header, cancellationToken).ConfigureAwait(false);
            if (reply is not null && _ask.Bytes(check, "eax_tag", "SEAL mode=eax", "tag", reply) is { } tag)
            {
                check.Equal("eax_tag", "SEAL mode=eax", c.EaxTag, tag);
            }

            await OpenAsync(check, "eax_tag", c.Plaintext, "eax", c.EaxCiphertext, [.. header, ("tag", BoardNames.Hex(c.EaxTag))], cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override async ValueTask MqttPresentAsync(MqttPresentCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "scheme", "mqtt-present", _info.Schemes) || !BoardLimits.Lists(check, "cipher", $"present{c.KeyBits}", _info.Ciphers)
            || !_limits.IsTest(check) || !_limits.Payload(check, c.Payload.Length))
        {
            return;
        }

        check.Equal("ks", "SKp xor SKs (in this process)", c.TrafficKey, MqttPresentCipher.Combine(c.PublisherKey, c.SubscriberKey));
        await PartnerAsync("skp", c.PublisherKey, "wrapped_for_publisher", c.WrappedForPublisher).ConfigureAwait(false);
        await PartnerAsync("sks", c.SubscriberKey, "wrapped_for_subscriber", c.WrappedForSubscriber).ConfigureAwait(false);

        async ValueTask PartnerAsync(string keyField, byte[] sessionKey, string wrapField, byte[] wrap)
        {
            await _ask.OkAsync(check, keyField, "RESET", [], cancellationToken).ConfigureAwait(false);
            if (await _ask.TextAsync(check, keyField, "KEY.PUT", "fp", [("kind", "sk"), ("data", BoardNames.Hex(sessionKey))], cancellationToken).ConfigureAwait(false) is not { } sk)
            {
                return;
            }

            check.EqualFingerprint(keyField, "KEY.PUT kind=sk", Fingerprints.Of(sessionKey), sk);
            if (await _ask.TextAsync(
                    check, wrapField, "KEY.PUT", "fp", [("kind", "wrap"), ("bits", BoardNames.Number(c.KeyBits)), ("data", BoardNames.Hex(wrap))], cancellationToken).ConfigureAwait(false) is not { } ks)
            {
                return;
            }

            check.EqualFingerprint(wrapField, "KEY.PUT kind=wrap, fingerprint of ks", Fingerprints.Of(c.TrafficKey), ks);
            if (await _ask.BytesAsync(check, "published", "SEAL", "data", [("data", BoardNames.Hex(c.Payload))], cancellationToken).ConfigureAwait(false) is { } published)
            {
                check.Equal("published", "SEAL", c.Published, published);
            }

            if (await _ask.BytesAsync(check, "published", "OPEN", "data", [("data", BoardNames.Hex(c.Published))], cancellationToken).ConfigureAwait(false) is { } payload)
            {
                check.Equal("payload", "OPEN", c.Payload, payload);
            }
        }
    }

    private protected override ValueTask AesGcmAsync(AesGcmCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _hop.GcmAsync(c, check, cancellationToken);

    private protected override ValueTask HopSealAsync(HopSealCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _hop.SealAsync(c, check, cancellationToken);

    private protected override ValueTask ScramAsync(ScramCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _scram.RunAsync(c, check, cancellationToken);

    private protected override async ValueTask EsfahaniAsync(EsfahaniCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (BoardLimits.Lists(check, "scheme", SchemeNames.Esfahani2019, _info.Schemes) && _limits.IsTest(check))
        {
            await c.RunAsync(
                _board.Esfahani!, () => _ask.BytesAsync(check, "first", "ESFAHANI", "data", [("op", "first"), ("x", BoardNames.Hex(c.R1))], cancellationToken), check, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private protected override ValueTask HardenedAsync(HardenedCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _hardened.RunAsync(c, check, cancellationToken);

    private async ValueTask<bool> RawKeyAsync(CaseCheck check, byte[] key, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "cipher", $"present{key.Length * 8}", _info.Ciphers) || !_limits.IsTest(check)
            || !await _ask.OkAsync(check, "key", "RESET", [], cancellationToken).ConfigureAwait(false)
            || await _ask.TextAsync(
                check, "key", "KEY.PUT", "fp", [("kind", "raw"), ("bits", BoardNames.Number(key.Length * 8)), ("data", BoardNames.Hex(key))], cancellationToken).ConfigureAwait(false) is not { } fingerprint)
        {
            return false;
        }

        check.EqualFingerprint("key", "KEY.PUT kind=raw", Fingerprints.Of(key), fingerprint);
        return true;
    }

    private async ValueTask<BoardReply?> SealAsync(
        CaseCheck check, string field, byte[] expected, string mode, byte[] data, (string Key, string Value)[] header, CancellationToken cancellationToken)
    {
        var reply = await _ask.AskAsync(check, field, "SEAL", [("mode", mode), .. header, ("data", BoardNames.Hex(data))], cancellationToken).ConfigureAwait(false);
        if (reply is not null && _ask.Bytes(check, field, $"SEAL mode={mode}", "data", reply) is { } sealedBytes)
        {
            check.Equal(field, $"SEAL mode={mode}", expected, sealedBytes);
        }

        return reply;
    }

    private async ValueTask OpenAsync(
        CaseCheck check, string field, byte[] expected, string mode, byte[] data, (string Key, string Value)[] header, CancellationToken cancellationToken)
    {
        var reply = await _ask.AskAsync(check, field, "OPEN", [("mode", mode), .. header, ("data", BoardNames.Hex(data))], cancellationToken).ConfigureAwait(false);
        if (reply is not null && _ask.Bytes(check, field, $"OPEN mode={mode}", "data", reply) is { } opened)
        {
            check.Equal("plaintext", $"OPEN mode={mode}", expected, opened);
        }
    }
}
