namespace Harness.Bench.Vectors;

/// <summary>Checks of the AugPAKE roles that a board lists, and of the elements that each role must refuse.</summary>
internal sealed class BoardAugPakeVectors(BoardAsker ask, BoardInfo info, BoardLimits limits)
{
    private const int ScalarBytes = 32;

    public async ValueTask HandshakeAsync(AugPakeCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "group", c.Group, info.Groups) || !BoardLimits.Lists(check, "profile", c.Profile, info.Profiles) || !limits.IsTest(check)
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
        if (info.Roles.Contains("server"))
        {
            await ServerAsync(check, c, cancellationToken).ConfigureAwait(false);
        }

        if (AugPakeGroup.All.FirstOrDefault(g => g.Name == c.Group) is { } group && AugPakeProfiles.All.Any(p => p.Name() == c.Profile))
        {
            AugPakeRoles.Server(c, group, AugPakeProfiles.Parse(c.Profile), check);
        }
    }

    public async ValueTask RejectAsync(RejectCase c, CaseCheck check, CancellationToken cancellationToken)
    {
        if (!BoardLimits.Lists(check, "group", c.Group, info.Groups))
        {
            return;
        }

        // The element is refused before any hash is computed, so any profile will do and no scalar needs to be injected.
        var server = BoardNames.Hex("vectors");
        if (!await ask.OkAsync(check, "group", "RESET", [], cancellationToken).ConfigureAwait(false)
            || !await ask.OkAsync(
                check, "group", "PROVISION",
                [("client", server), ("server", server), ("group", c.Group), ("profile", info.Profiles[0]), ("pw", BoardNames.Hex("password"))], cancellationToken).ConfigureAwait(false)
            || !await ask.OkAsync(check, "group", "AUG.INIT", [], cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await ask.RefusedAsync(check, "element", "AUG.STEP", "BAD-ELEMENT", [("server", server), ("Y", BoardNames.Hex(c.Element))], cancellationToken).ConfigureAwait(false);
        await ask.RefusedAsync(check, "element", "AUG.FINISH", "STATE", [("V", BoardNames.Hex(new byte[32]))], cancellationToken).ConfigureAwait(false);
        if (info.Roles.Contains("server") && AugPakeGroup.All.FirstOrDefault(g => g.Name == c.Group) is { } group)
        {
            await ServerRejectAsync(c, check, group, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ClientAsync(CaseCheck check, AugPakeCase c, byte[] password, byte[] x, CancellationToken cancellationToken)
    {
        await ask.OkAsync(check, "client", "RESET", [], cancellationToken).ConfigureAwait(false);
        if (!await ProvisionAsync(check, c, password, cancellationToken).ConfigureAwait(false)
            || await ask.BytesAsync(check, "x", "AUG.INIT", "X", [("x", BoardNames.Hex(x))], cancellationToken).ConfigureAwait(false) is not { } element)
        {
            return;
        }

        check.Equal("X", "AUG.INIT", c.X, element);
        if (await ask.BytesAsync(check, "Y", "AUG.STEP", "V", [("server", BoardNames.Hex(c.Server)), ("Y", BoardNames.Hex(c.Y))], cancellationToken).ConfigureAwait(false) is not { } vc)
        {
            return;
        }

        check.Equal("Vc", "AUG.STEP", c.Vc, vc);
        if (await ask.TextAsync(check, "Vs", "AUG.FINISH", "fp", [("V", BoardNames.Hex(c.Vs))], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            check.EqualFingerprint("SK", "AUG.FINISH", Fingerprints.Of(c.Sk), fingerprint);
        }
    }

    private async ValueTask ServerAsync(CaseCheck check, AugPakeCase c, CancellationToken cancellationToken)
    {
        if (Scalar(c.SmallY) is not { } y)
        {
            check.Differ("y", "AUG.INIT", "a scalar in 1..q-1", "one of more than 32 bytes");
            return;
        }

        await ask.OkAsync(check, "server", "RESET", [], cancellationToken).ConfigureAwait(false);
        if (!await ask.OkAsync(check, "W", "PROVISION", Account(c.Client, c.Server, c.Group, c.Profile, c.W), cancellationToken).ConfigureAwait(false)
            || await ask.BytesAsync(check, "X", "AUG.INIT", "Y", [("X", BoardNames.Hex(c.X)), ("y", BoardNames.Hex(y))], cancellationToken).ConfigureAwait(false) is not { } element)
        {
            return;
        }

        check.Equal("Y", "AUG.INIT as server", c.Y, element);
        if (await ask.BytesAsync(check, "Vc", "AUG.STEP", "V", [("V", BoardNames.Hex(c.Vc))], cancellationToken).ConfigureAwait(false) is not { } vs)
        {
            return;
        }

        check.Equal("Vs", "AUG.STEP as server", c.Vs, vs);
        if (await ask.TextAsync(check, "SK", "AUG.FINISH", "fp", [], cancellationToken).ConfigureAwait(false) is { } fingerprint)
        {
            check.EqualFingerprint("SK", "AUG.FINISH as server", Fingerprints.Of(c.Sk), fingerprint);
        }
    }

    private async ValueTask ServerRejectAsync(RejectCase c, CaseCheck check, AugPakeGroup group, CancellationToken cancellationToken)
    {
        var profile = info.Profiles[0];
        var valid = Account("vectors", "vectors", c.Group, profile, group.PowerOfGenerator([2])); // g^2: a valid W of the group
        if (!await ask.OkAsync(check, "group", "RESET", [], cancellationToken).ConfigureAwait(false)
            || !await ask.OkAsync(check, "group", "PROVISION", valid, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await ask.RefusedAsync(check, "element", "AUG.INIT", "BAD-ELEMENT", [("X", BoardNames.Hex(c.Element))], cancellationToken).ConfigureAwait(false);
        await ask.RefusedAsync(check, "element", "AUG.STEP", "STATE", [("V", BoardNames.Hex(new byte[32]))], cancellationToken).ConfigureAwait(false);
        await ask.RefusedAsync(
            check, "element", "PROVISION", "BAD-ELEMENT", Account("vectors", "vectors", c.Group, profile, c.Element), cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<bool> ProvisionAsync(CaseCheck check, AugPakeCase c, byte[] password, CancellationToken cancellationToken) => ask.OkAsync(
        check, "password", "PROVISION",
        [("client", BoardNames.Hex(c.Client)), ("server", BoardNames.Hex(c.Server)), ("group", c.Group), ("profile", c.Profile), ("pw", BoardNames.Hex(password))], cancellationToken);

    private static (string Key, string Value)[] Account(string client, string server, string group, string profile, byte[] w) =>
        [("role", "server"), ("client", BoardNames.Hex(client)), ("server", BoardNames.Hex(server)), ("group", group), ("profile", profile), ("W", BoardNames.Hex(w))];

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
}
