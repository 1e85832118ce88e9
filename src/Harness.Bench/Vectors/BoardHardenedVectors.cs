namespace Harness.Bench.Vectors;

/// <summary>The scheme hardened on a board, for known answers: pseudonyms and logins. The rest is no board's to be told; SELFTEST and features hold it.</summary>
internal sealed class BoardHardenedVectors(BoardAsker ask, BoardInfo info, BoardLimits limits)
{
    public async ValueTask RunAsync(HardenedCase vector, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "scheme", SchemeNames.Hardened, info.Schemes))
        {
            return;
        }

        switch (vector)
        {
            case PseudonymCase { Attempt: ulong.MaxValue } c:
                if (await BeginAsync(check, "client", "server", "password", c.Secret, cancellationToken).ConfigureAwait(false))
                {
                    await ask.RefusedAsync(check, "j", "PAIR", "SPENT", Name(c.Attempt), cancellationToken).ConfigureAwait(false);
                }

                break;
            case PseudonymCase c:
                if (await BeginAsync(check, "client", "server", "password", c.Secret, cancellationToken).ConfigureAwait(false)
                    && await ask.TextAsync(check, "pseudonym", "PAIR", "name", Name(c.Attempt), cancellationToken).ConfigureAwait(false) is { } name)
                {
                    check.Holds("pseudonym", "PAIR op=name", name == c.Pseudonym, c.Pseudonym, name);
                }

                break;
            case BoundRunCase { Secret: { } secret } c:
                await LoginAsync(c, secret, check, cancellationToken).ConfigureAwait(false);
                break;
            default:
                check.CannotRun($"section {vector.Section}: the bench protocol has no verb for it (SELFTEST has known answers of its own)");
                break;
        }
    }

    private async ValueTask LoginAsync(BoundRunCase c, byte[] secret, CaseCheck check, CancellationToken cancellationToken)
    {
        var run = c.Run;
        if (!limits.IsTest(check) || !await BeginAsync(check, run.Client, run.Server, run.Password, secret, cancellationToken).ConfigureAwait(false)
            || !await ask.OkAsync(check, "j", "PAIR", Name(c.Attempt), cancellationToken).ConfigureAwait(false)
            || await ask.BytesAsync(check, "x", "AUG.INIT", "X", [("x", BoardNames.Hex(run.SmallX))], cancellationToken).ConfigureAwait(false) is not { } x)
        {
            return;
        }

        check.Equal("X", "AUG.INIT", run.X, x);
        if (await ask.BytesAsync(check, "Y", "AUG.STEP", "V", [("server", BoardNames.Hex(run.Server)), ("Y", BoardNames.Hex(run.Y))], cancellationToken).ConfigureAwait(false) is not { } vc)
        {
            return;
        }

        check.Equal("Vc", "AUG.STEP", run.Vc, vc);
        if (await ask.TextAsync(check, "Vs", "AUG.FINISH", "fp", [("V", BoardNames.Hex(run.Vs))], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            check.EqualFingerprint("SK", "AUG.FINISH", Harness.Crypto.Fingerprints.Of(run.Sk), fingerprint);
        }
    }

    private async ValueTask<bool> BeginAsync(CaseCheck check, string client, string server, string password, byte[] secret, CancellationToken cancellationToken) =>
        await ask.OkAsync(check, "client", "RESET", [], cancellationToken).ConfigureAwait(false)
        && await ask.OkAsync(
            check, "client", "PROVISION",
            [("client", BoardNames.Hex(client)), ("server", BoardNames.Hex(server)), ("group", "p256"), ("profile", "framed"), ("pw", BoardNames.Password(password)), ("scheme", SchemeNames.Hardened)],
            cancellationToken).ConfigureAwait(false)
        && await ask.OkAsync(
            check, "u", "PAIR", [("op", "set"), ("cipher", "ascon-aead128"), ("key", BoardNames.Hex(secret)), ("topic", BoardNames.Hex("vectors"))], cancellationToken).ConfigureAwait(false);

    private static (string Key, string Value)[] Name(ulong attempt) => [("op", "name"), ("j", attempt.ToString("x16", CultureInfo.InvariantCulture))];
}
