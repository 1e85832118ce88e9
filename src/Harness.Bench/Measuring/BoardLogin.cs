namespace Harness.Bench.Measuring;

/// <summary>Handshakes of a board with a server in this process.</summary>
internal static class BoardLogin
{
    /// <summary>Makes a random password of 28 characters.</summary>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(14));

    /// <summary>Gets the board's identity from the rig, but in the cheapest group that the board has.</summary>
    public static PartyIdentity Identity(TestBench bench, SerialParty board)
    {
        var identity = bench.IdentityOf(board.Name, NewPassword(), profile: "as-published");
        return board.Info.Groups.Contains("p256") ? identity with { Group = "p256" }
            : board.Info.Groups.Contains(identity.Group) ? identity : identity with { Group = board.Info.Groups[0] };
    }

    /// <summary>Provisions the board and logs it in.</summary>
    /// <returns>SK; the caller disposes it.</returns>
    public static async ValueTask<SessionKey> RunAsync(SerialParty board, PartyIdentity identity, CancellationToken cancellationToken)
    {
        await board.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
        using var server = await AnswerAsync(board, identity, VerifierOf(identity), cancellationToken).ConfigureAwait(false);
        await board.AugFinishAsync(server.Authenticator, cancellationToken).ConfigureAwait(false);
        return server.TakeKey();
    }

    /// <summary>Computes W of an identity.</summary>
    public static byte[] VerifierOf(PartyIdentity identity) => Verifier.ComputeW(
        AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile), identity.Client, identity.Server, identity.Password);

    /// <summary>Runs a provisioned board's handshake up to V_S, which the server has computed and the board has not received.</summary>
    /// <returns>The server; the caller disposes it.</returns>
    /// <exception cref="Record.CheckFailedException">The board's V_C is wrong.</exception>
    public static async ValueTask<AugPakeServer> AnswerAsync(SerialParty board, PartyIdentity identity, byte[] verifier, CancellationToken cancellationToken)
    {
        var server = new AugPakeServer(AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile), identity.Client, identity.Server, verifier);
        try
        {
            var y = server.Respond((await board.AugInitAsync(cancellationToken).ConfigureAwait(false)).Value);
            var proof = await board.AugStepAsync(identity.Server, y, cancellationToken).ConfigureAwait(false);
            return server.TryVerify(proof.Value) ? server : throw new Record.CheckFailedException($"V_C of {board.Name}", "to verify", "another");
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
