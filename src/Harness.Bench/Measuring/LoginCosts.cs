namespace Harness.Bench.Measuring;

/// <summary>One way to log in, and the ticks of the device's own part of it.</summary>
/// <param name="Login">The way, in words: <c>AugPAKE, p256</c>.</param>
/// <param name="Ticks">Ticks of the device, the median of the runs.</param>
/// <param name="IsExact">True where every run took the same.</param>
public sealed record LoginCost(string Login, long Ticks, bool IsExact);

/// <summary>The costs of a login for a board, by each way that it has: AugPAKE in each of its groups, and SCRAM-SHA-256. Provisioning, which is done once, is outside.</summary>
public static class LoginCosts
{
    private const int Runs = 3; // equal counts are complete, as everywhere

    /// <summary>The row of SCRAM-SHA-256.</summary>
    public static string Scram { get; } = FormattableString.Invariant($"SCRAM-SHA-256, {ScramCredential.MinimumIterations:#,0} iterations");

    /// <summary>The row of AugPAKE in a group.</summary>
    public static string AugPake(string group) => $"AugPAKE, {group}";

    /// <summary>Logs a board in, against servers in this process, three times each way.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">Board or role.</param>
    /// <param name="told">Takes each way before it is measured.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RigErrorException">The board does not come up.</exception>
    public static async Task<IReadOnlyList<LoginCost>> MeasureAsync(TestBench bench, string device, Action<string> told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(told);
        var board = await bench.GetBoardAsync(device, cancellationToken).ConfigureAwait(false);
        var costs = new List<LoginCost>();
        async Task Measure(string name, bool varies, Func<Task<long>> login)
        {
            told(name);
            var ticks = new List<long>();
            for (var i = 0; i < Runs; i++)
            {
                ticks.Add(await login().ConfigureAwait(false));
            }

            ticks.Sort();
            costs.Add(new LoginCost(name, ticks[Runs / 2], !varies && ticks[0] == ticks[^1]));
        }

        var password = BoardLogin.NewPassword();
        foreach (var group in board.Info.Groups)
        {
            var identity = bench.IdentityOf(device, password, group, "as-published");
            var verifier = BoardLogin.VerifierOf(identity);
            await board.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
            await Measure(AugPake(group), RedrawsScalars(AugPakeGroup.ByName(group)), () => AugPakeAsync(board, identity, verifier, cancellationToken)).ConfigureAwait(false);
        }

        if (board.Info.Schemes.Contains(SchemeNames.Scram))
        {
            var credential = ScramCredential.Create(password);
            await board.ProvisionAsync(bench.IdentityOf(device, password) with { Scheme = SchemeNames.Scram }, cancellationToken).ConfigureAwait(false);
            await Measure(Scram, varies: false, () => ScramAsync(board, credential, cancellationToken)).ConfigureAwait(false);
        }

        await board.ResetAsync(cancellationToken).ConfigureAwait(false);
        return costs;
    }

    private static async Task<long> AugPakeAsync(SerialParty board, PartyIdentity identity, byte[] verifier, CancellationToken cancellationToken)
    {
        using var server = new AugPakeServer(AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile), identity.Client, identity.Server, verifier);
        var x = await board.AugInitAsync(cancellationToken).ConfigureAwait(false);
        var proof = await board.AugStepAsync(identity.Server, server.Respond(x.Value), cancellationToken).ConfigureAwait(false);
        Require(board, server.TryVerify(proof.Value));
        var end = await board.AugFinishAsync(server.Authenticator, cancellationToken).ConfigureAwait(false);
        return Sum(board, x.Ticks, proof.Ticks, end.Ticks);
    }

    private static async Task<long> ScramAsync(SerialParty board, ScramCredential credential, CancellationToken cancellationToken)
    {
        var (scram, server, first) = await BoardScramLeaks.BeginAsync(board, credential, cancellationToken).ConfigureAwait(false);
        var final = await scram.StepAsync(server.Challenge, cancellationToken).ConfigureAwait(false);
        Require(board, ScramClientFinal.TryDecode(final.Value, out var proof) && server.Continues(proof) && server.TryVerify(proof));
        var end = await scram.FinishAsync(server.Final(), cancellationToken).ConfigureAwait(false);
        return Sum(board, first, final.Ticks, end.Ticks);
    }

    /// <summary>True where a scalar is drawn again now and then, which costs; where the order begins with ones, nobody ever sees that.</summary>
    private static bool RedrawsScalars(AugPakeGroup group) => group.Order[..2] is not [0xff, 0xff];

    private static void Require(SerialParty board, bool verified)
    {
        if (!verified)
        {
            throw new Record.CheckFailedException($"proof of {board.Name}", "to verify", "another");
        }
    }

    private static long Sum(SerialParty board, params long?[] ticks) => ticks.All(t => t is not null)
        ? ticks.Sum(t => t!.Value) : throw new Record.InconclusiveException($"ticks of {board.Name}", "a count in each reply", "none");
}
