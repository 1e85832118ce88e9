namespace Harness.Bench.Vectors;

/// <summary>Both roles of AugPAKE in this process, with given scalars.</summary>
internal static class AugPakeRoles
{
    /// <summary>Checks the client: X, V_C and SK; it must accept Y and V_S.</summary>
    public static void Client(AugPakeCase c, AugPakeGroup group, AugPakeProfile profile, CaseCheck check) =>
        Try(check, "password", "the client's account", () =>
        {
            using var client = new AugPakeClient(group, profile, c.Client, c.Server, c.Password);
            Try(check, "x", "the client starts", () =>
            {
                check.Equal("X", "the client's X", c.X, client.StartWithKnownScalar(c.SmallX));
                Try(check, "Y", "the client takes Y", () =>
                {
                    check.Equal("Vc", "the client's V_C", c.Vc, client.Respond(c.Y));
                    Try(check, "Vs", "the client takes V_S", () =>
                    {
                        using var key = client.Finish(c.Vs);
                        Key(c, check, "the client's SK", key);
                    });
                });
            });
        });

    /// <summary>Checks the server: W, w and K, then Y, V_S and SK; it must accept X and V_C. Last r, which shows in Y alone.</summary>
    public static void Server(AugPakeCase c, AugPakeGroup group, AugPakeProfile profile, CaseCheck check)
    {
        Try(check, "password", "W from the password", () =>
            check.Equal("W", "W from the password", c.W, Verifier.ComputeW(group, profile, c.Client, c.Server, c.Password)));
        Try(check, "w", "g^w", () => check.Equal("w", "g^w against W", c.W, group.PowerOfGenerator(c.SmallW)));
        Try(check, "K", "g^y", () => check.Equal("K", "g^y", c.K, group.PowerOfGenerator(c.SmallY)));
        Answer(c, group, profile, check);
        Try(check, "r", "(X W^r)^y", () =>
            check.Equal("r", "(X W^r)^y against Y", c.Y, group.Power(group.Multiply(c.X, group.Power(c.W, c.R)), c.SmallY)));
    }

    private static void Answer(AugPakeCase c, AugPakeGroup group, AugPakeProfile profile, CaseCheck check) =>
        Try(check, "W", "the server's account", () =>
        {
            using var server = new AugPakeServer(group, profile, c.Client, c.Server, c.W);
            Try(check, "X", "the server takes X and y", () =>
            {
                check.Equal("Y", "the server's Y", c.Y, server.RespondWithKnownScalar(c.X, c.SmallY));
                if (!server.TryVerify(c.Vc))
                {
                    check.Differ("Vc", "the server takes V_C", "accepted", "refused");
                    return;
                }

                check.Equal("Vs", "the server's V_S", c.Vs, server.Authenticator);
                using var key = server.TakeKey();
                Key(c, check, "the server's SK", key);
            });
        });

    private static void Key(AugPakeCase c, CaseCheck check, string step, SessionKey key)
    {
        using var expected = new SessionKey(c.Sk);
        check.Equal("SK", step, expected.Bytes, key.Bytes);
    }

    /// <summary>Runs an action; a refusal, or a value outside a range, counts as a difference, as the file says that it must work.</summary>
    private static void Try(CaseCheck check, string field, string step, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is AugPakeException or ArgumentException)
        {
            check.Differ(field, step, "accepted", e is AugPakeException refused ? $"refused: {refused.Failure}" : $"refused: {e.Message}");
        }
    }
}
