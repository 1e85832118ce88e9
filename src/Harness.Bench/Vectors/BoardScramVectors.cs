namespace Harness.Bench.Vectors;

/// <summary>Runs the vectors of SCRAM-SHA-256 on a board, which is the client.</summary>
internal sealed class BoardScramVectors(BoardAsker ask, BoardInfo info, BoardLimits limits)
{
    public async ValueTask RunAsync(ScramCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "scheme", SchemeNames.Scram, info.Schemes) || !limits.IsTest(check)
            || !BoardLimits.Fits(check, "client", Encoding.UTF8.GetByteCount(c.Client)) || !BoardLimits.Fits(check, "password", Encoding.UTF8.GetByteCount(c.Password))
            || !await ask.OkAsync(
                check, "client", "PROVISION", [("client", BoardNames.Name(c.Client)), ("pw", BoardNames.Password(c.Password)), ("scheme", SchemeNames.Scram)], cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await SaysAsync(check, "client_first", c.ClientFirst, "SCRAM.INIT", ("nonce", BoardNames.Hex(c.ClientNonce)), cancellationToken).ConfigureAwait(false);
        await SaysAsync(check, "client_final", c.ClientFinal, "SCRAM.STEP", ("sasl", BoardNames.Hex(c.ServerFirst)), cancellationToken).ConfigureAwait(false);
        if (await ask.TextAsync(check, "server_final", "SCRAM.FINISH", "fp", [("sasl", BoardNames.Hex(c.ServerFinal))], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            var signature = ScramServerFinal.TryDecode(Encoding.UTF8.GetBytes(c.ServerFinal), out var final) ? final.Signature : default;
            check.EqualFingerprint("server_final", "SCRAM.FINISH", Fingerprints.Of(signature.Span), fingerprint);
        }
    }

    private async ValueTask SaysAsync(CaseCheck check, string field, string expected, string verb, (string, string) argument, CancellationToken cancellationToken)
    {
        if (await ask.BytesAsync(check, field, verb, "sasl", [argument], cancellationToken).ConfigureAwait(false) is { } said)
        {
            check.Equal(field, verb, Encoding.UTF8.GetBytes(expected), said);
        }
    }
}
