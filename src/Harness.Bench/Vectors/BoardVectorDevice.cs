using System.Globalization;
using System.Text;
using Harness.Crypto;
using Harness.Schemes.MqttPresent;

namespace Harness.Bench.Vectors;

/// <summary>A board, by the verbs of the bench protocol: the roles of AugPAKE that it lists, PRESENT and its modes, MQTT-PRESENT's keys, AES-128-GCM and the hop.</summary>
/// <remarks>It is asked for nothing that its ID does not list; w, W, r and K never leave it, and of keys it gives fingerprints only.</remarks>
public sealed class BoardVectorDevice : VectorDevice
{
    private const int ScalarBytes = 32;
    private readonly BoardAsker _ask;
    private readonly BoardInfo _info;
    private readonly BoardLimits _limits;
    private readonly BoardHopVectors _hop;

    /// <summary>Takes a board that is up.</summary>
    /// <param name="board">The board; the caller keeps it.</param>
    /// <param name="nextCommand">How to get a test build onto it.</param>
    public BoardVectorDevice(SerialParty board, string nextCommand)
        : base(board.Name)
    {
        _info = board.Info;
        _ask = new BoardAsker(board);
        _limits = new BoardLimits(_info);
        _hop = new BoardHopVectors(_ask, _info, _limits);
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

    private protected override async ValueTask AugPakeAsync(AugPakeCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "group", c.Group, _info.Groups) || !BoardLimits.Lists(check, "profile", c.Profile, _info.Profiles) || !_limits.IsTest(check)
            || !BoardLimits.Fits(check, "client", Encoding.UTF8.GetByteCount(c.Client)) || !BoardLimits.Fits(check, "server", Encoding.UTF8.GetByteCount(c.Server))
            || Prepared(c.Password, check) is not { } password || !BoardLimits.Fits(check, "password", password.Length))
        {
            return;
        }

        if (Scalar(c.SmallX) is not { } x)
        {
            check.Differ("x", "AUG.INIT", "a scalar in 1..q-1", "one of more than 32 bytes");
            return;
        }

        await ClientAsync(check, c, password, x, cancellationToken).ConfigureAwait(false);
        if (_info.Roles.Contains("server"))
        {
            await ServerAsync(check, c, cancellationToken).ConfigureAwait(false);
        }

        if (AugPakeGroup.All.FirstOrDefault(g => g.Name == c.Group) is { } group && AugPakeProfiles.All.Any(p => p.Name() == c.Profile))
        {
            AugPakeRoles.Server(c, group, AugPakeProfiles.Parse(c.Profile), check);
        }
    }

    private async ValueTask ClientAsync(CaseCheck check, AugPakeCase c, byte[] password, byte[] x, CancellationToken cancellationToken)
    {
        await _ask.OkAsync(check, "client", "RESET", [], cancellationToken).ConfigureAwait(false);
        if (!await ProvisionAsync(check, c, password, cancellationToken).ConfigureAwait(false)
            || await _ask.BytesAsync(check, "x", "AUG.INIT", "X", [("x", Hex(x))], cancellationToken).ConfigureAwait(false) is not { } element)
        {
            return;
        }

        check.Equal("X", "AUG.INIT", c.X, element);
        if (await _ask.BytesAsync(check, "Y", "AUG.STEP", "V", [("server", Hex(c.Server)), ("Y", Hex(c.Y))], cancellationToken).ConfigureAwait(false) is not { } vc)
        {
            return;
        }

        check.Equal("Vc", "AUG.STEP", c.Vc, vc);
        if (await _ask.TextAsync(check, "Vs", "AUG.FINISH", "fp", [("V", Hex(c.Vs))], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            check.EqualFingerprint("SK", "AUG.FINISH", Fingerprint(c.Sk), fingerprint);
        }
    }

    private async ValueTask ServerAsync(CaseCheck check, AugPakeCase c, CancellationToken cancellationToken)
    {
        if (Scalar(c.SmallY) is not { } y)
        {
            check.Differ("y", "AUG.INIT", "a scalar in 1..q-1", "one of more than 32 bytes");
            return;
        }

        await _ask.OkAsync(check, "server", "RESET", [], cancellationToken).ConfigureAwait(false);
        if (!await _ask.OkAsync(check, "W", "PROVISION", Account(c.Client, c.Server, c.Group, c.Profile, c.W), cancellationToken).ConfigureAwait(false)
            || await _ask.BytesAsync(check, "X", "AUG.INIT", "Y", [("X", Hex(c.X)), ("y", Hex(y))], cancellationToken).ConfigureAwait(false) is not { } element)
        {
            return;
        }

        check.Equal("Y", "AUG.INIT as server", c.Y, element);
        if (await _ask.BytesAsync(check, "Vc", "AUG.STEP", "V", [("V", Hex(c.Vc))], cancellationToken).ConfigureAwait(false) is not { } vs)
        {
            return;
        }

        check.Equal("Vs", "AUG.STEP as server", c.Vs, vs);
        if (await _ask.TextAsync(check, "SK", "AUG.FINISH", "fp", [], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            check.EqualFingerprint("SK", "AUG.FINISH as server", Fingerprint(c.Sk), fingerprint);
        }
    }

    private async ValueTask ServerRejectAsync(RejectCase c, CaseCheck check, AugPakeGroup group, CancellationToken cancellationToken)
    {
        var profile = _info.Profiles[0];
        var valid = Account("vectors", "vectors", c.Group, profile, group.PowerOfGenerator([2])); // g^2: some W inside the group
        if (!await _ask.OkAsync(check, "group", "RESET", [], cancellationToken).ConfigureAwait(false)
            || !await _ask.OkAsync(check, "group", "PROVISION", valid, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await _ask.RefusedAsync(check, "element", "AUG.INIT", "BAD-ELEMENT", [("X", Hex(c.Element))], cancellationToken).ConfigureAwait(false);
        await _ask.RefusedAsync(check, "element", "AUG.STEP", "STATE", [("V", Hex(new byte[32]))], cancellationToken).ConfigureAwait(false);
        await _ask.RefusedAsync(
            check, "element", "PROVISION", "BAD-ELEMENT", Account("vectors", "vectors", c.Group, profile, c.Element), cancellationToken).ConfigureAwait(false);
    }

    private static (string Key, string Value)[] Account(string client, string server, string group, string profile, byte[] w) =>
        [("role", "server"), ("client", Hex(client)), ("server", Hex(server)), ("group", group), ("profile", profile), ("W", Hex(w))];

    private protected override async ValueTask RejectAsync(RejectCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "group", c.Group, _info.Groups))
        {
            return;
        }

        // The element is refused before any hash is computed: which profile is all one, and no scalar needs to be injected.
        var server = Hex("vectors");
        if (!await _ask.OkAsync(check, "group", "RESET", [], cancellationToken).ConfigureAwait(false)
            || !await _ask.OkAsync(
                check, "group", "PROVISION",
                [("client", server), ("server", server), ("group", c.Group), ("profile", _info.Profiles[0]), ("pw", Hex("password"))], cancellationToken).ConfigureAwait(false)
            || !await _ask.OkAsync(check, "group", "AUG.INIT", [], cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await _ask.RefusedAsync(check, "element", "AUG.STEP", "BAD-ELEMENT", [("server", server), ("Y", Hex(c.Element))], cancellationToken).ConfigureAwait(false);
        await _ask.RefusedAsync(check, "element", "AUG.FINISH", "STATE", [("V", Hex(new byte[32]))], cancellationToken).ConfigureAwait(false);
        if (_info.Roles.Contains("server") && AugPakeGroup.All.FirstOrDefault(g => g.Name == c.Group) is { } group)
        {
            await ServerRejectAsync(c, check, group, cancellationToken).ConfigureAwait(false);
        }
    }

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
            await SealAsync(check, "ctr_iv_nonce", c.CtrIvNonce, "ctr", c.Plaintext, [("nonce", Hex(c.Nonce))], cancellationToken).ConfigureAwait(false);
            await OpenAsync(check, "ctr_iv_nonce", c.Plaintext, "ctr", c.CtrIvNonce, [("nonce", Hex(c.Nonce))], cancellationToken).ConfigureAwait(false);
        }

        if (BoardLimits.Lists(check, "mode", "cmac", _info.Modes))
        {
            await SealAsync(check, "cmac", c.Cmac, "cmac", c.Plaintext, [], cancellationToken).ConfigureAwait(false);
        }

        if (BoardLimits.Lists(check, "mode", "eax", _info.Modes) && BoardLimits.Fits(check, "ad", c.Ad.Length))
        {
            (string, string)[] header = [("nonce", Hex(c.Nonce)), ("ad", Hex(c.Ad))];
            var reply = await SealAsync(check, "eax_ciphertext", c.EaxCiphertext, "eax", c.Plaintext, header, cancellationToken).ConfigureAwait(false);
            if (reply is not null && _ask.Bytes(check, "eax_tag", "SEAL mode=eax", "tag", reply) is { } tag)
            {
                check.Equal("eax_tag", "SEAL mode=eax", c.EaxTag, tag);
            }

            await OpenAsync(check, "eax_tag", c.Plaintext, "eax", c.EaxCiphertext, [.. header, ("tag", Hex(c.EaxTag))], cancellationToken).ConfigureAwait(false);
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
            if (await _ask.TextAsync(check, keyField, "KEY.PUT", "fp", [("kind", "sk"), ("data", Hex(sessionKey))], cancellationToken).ConfigureAwait(false) is not { } sk)
            {
                return;
            }

            check.EqualFingerprint(keyField, "KEY.PUT kind=sk", Fingerprint(sessionKey), sk);
            if (await _ask.TextAsync(
                    check, wrapField, "KEY.PUT", "fp", [("kind", "wrap"), ("bits", Number(c.KeyBits)), ("data", Hex(wrap))], cancellationToken).ConfigureAwait(false) is not { } ks)
            {
                return;
            }

            check.EqualFingerprint(wrapField, "KEY.PUT kind=wrap, fingerprint of ks", Fingerprint(c.TrafficKey), ks);
            if (await _ask.BytesAsync(check, "published", "SEAL", "data", [("data", Hex(c.Payload))], cancellationToken).ConfigureAwait(false) is { } published)
            {
                check.Equal("published", "SEAL", c.Published, published);
            }

            if (await _ask.BytesAsync(check, "published", "OPEN", "data", [("data", Hex(c.Published))], cancellationToken).ConfigureAwait(false) is { } payload)
            {
                check.Equal("payload", "OPEN", c.Payload, payload);
            }
        }
    }

    private protected override ValueTask AesGcmAsync(AesGcmCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _hop.GcmAsync(c, check, cancellationToken);

    private protected override ValueTask HopSealAsync(HopSealCase c, CaseCheck check, CancellationToken cancellationToken) =>
        _hop.SealAsync(c, check, cancellationToken);

    private ValueTask<bool> ProvisionAsync(CaseCheck check, AugPakeCase c, byte[] password, CancellationToken cancellationToken) => _ask.OkAsync(
        check, "password", "PROVISION",
        [("client", Hex(c.Client)), ("server", Hex(c.Server)), ("group", c.Group), ("profile", c.Profile), ("pw", Hex(password))], cancellationToken);

    private async ValueTask<bool> RawKeyAsync(CaseCheck check, byte[] key, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "cipher", $"present{key.Length * 8}", _info.Ciphers) || !_limits.IsTest(check)
            || !await _ask.OkAsync(check, "key", "RESET", [], cancellationToken).ConfigureAwait(false)
            || await _ask.TextAsync(
                check, "key", "KEY.PUT", "fp", [("kind", "raw"), ("bits", Number(key.Length * 8)), ("data", Hex(key))], cancellationToken).ConfigureAwait(false) is not { } fingerprint)
        {
            return false;
        }

        check.EqualFingerprint("key", "KEY.PUT kind=raw", Fingerprint(key), fingerprint);
        return true;
    }

    private async ValueTask<BoardReply?> SealAsync(
        CaseCheck check, string field, byte[] expected, string mode, byte[] data, (string Key, string Value)[] header, CancellationToken cancellationToken)
    {
        var reply = await _ask.AskAsync(check, field, "SEAL", [("mode", mode), .. header, ("data", Hex(data))], cancellationToken).ConfigureAwait(false);
        if (reply is not null && _ask.Bytes(check, field, $"SEAL mode={mode}", "data", reply) is { } sealedBytes)
        {
            check.Equal(field, $"SEAL mode={mode}", expected, sealedBytes);
        }

        return reply;
    }

    private async ValueTask OpenAsync(
        CaseCheck check, string field, byte[] expected, string mode, byte[] data, (string Key, string Value)[] header, CancellationToken cancellationToken)
    {
        var reply = await _ask.AskAsync(check, field, "OPEN", [("mode", mode), .. header, ("data", Hex(data))], cancellationToken).ConfigureAwait(false);
        if (reply is not null && _ask.Bytes(check, field, $"OPEN mode={mode}", "data", reply) is { } opened)
        {
            check.Equal("plaintext", $"OPEN mode={mode}", expected, opened);
        }
    }

    private static byte[]? Prepared(string password, CaseCheck check)
    {
        try
        {
            return Password.Prepare(password);
        }
        catch (ArgumentException e)
        {
            check.Differ("password", "SASLprep", "accepted", $"refused: {e.Message}");
            return null;
        }
    }

    private static byte[]? Scalar(byte[] scalar)
    {
        var digits = scalar.AsSpan().TrimStart((byte)0);
        if (digits.Length > ScalarBytes)
        {
            return null;
        }

        var full = new byte[ScalarBytes];
        digits.CopyTo(full.AsSpan(ScalarBytes - digits.Length));
        return full;
    }

    private static string Fingerprint(byte[] key) => Fingerprints.Of(key);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
