using Harness.Sessions;

namespace Harness.Bench.Measuring;

/// <summary>A step of a login by SCRAM-SHA-256 on a party. The server is in this process; the steps before it run outside the measured window.</summary>
internal sealed class ScramOperation : IMeasuredOperation
{
    private const string Login = "scram.login";
    private readonly IParty _party;
    private readonly ScramCredential _credential;

    private ScramOperation(OperationTarget target, PartyIdentity identity)
    {
        (Entry, _party) = (target.Entry, target.Party);
        _credential = ScramCredential.Create(identity.Password);
    }

    public OperationEntry Entry { get; }

    /// <summary>Opens the operation and provisions the party with a password of its own.</summary>
    [MeasuredOperation(
        Operations.ScramStep, "salt to the client's proof: 4,096 iterations of PBKDF2", "step", Order = 28, Scope = OperationScope.Step, Scheme = SchemeNames.Scram,
        Workload = ReferenceWorkloads.PlatformCall)]
    [MeasuredOperation(
        Operations.ScramFinish, "the server's signature checked", "step", Order = 29, Scope = OperationScope.Step, Scheme = SchemeNames.Scram,
        Workload = ReferenceWorkloads.PlatformCall)]
    [MeasuredOperation(
        Login, "a login by SCRAM-SHA-256 with 4,096 iterations; the device's own part alone", "login", Order = 30, Scope = OperationScope.Steps, Scheme = SchemeNames.Scram,
        Workload = ReferenceWorkloads.PlatformCall)]
    public static async ValueTask<IMeasuredOperation> OpenAsync(OperationTarget target, CancellationToken cancellationToken)
    {
        var identity = target.NewIdentity() with { Scheme = SchemeNames.Scram };
        await target.Party.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
        return new ScramOperation(target, identity);
    }

    public async ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        var scram = _party.Scram ?? throw new PartyRefusedException(_party.Name, PartyRefusal.Unsupported, $"scheme {SchemeNames.Scram}");
        var begun = Entry.Name == Login ? timer.Begin() : 0;
        var first = await scram.InitAsync(cancellationToken).ConfigureAwait(false);
        var server = ScramClientFirst.TryDecode(first.Value, out var read)
            ? new ScramServer(read, _credential) : throw new Record.CheckFailedException($"first message of {_party.Name}", "a client-first-message", "another");
        var final = default(Timed<byte[]>);
        async ValueTask<long?> Step(CancellationToken c) => (final = await scram.StepAsync(server.Challenge, c).ConfigureAwait(false)).Ticks;
        await (Entry.Name == Operations.ScramStep ? timer.TimeAsync(Step, cancellationToken) : Plain(Step, cancellationToken)).ConfigureAwait(false);
        if (!ScramClientFinal.TryDecode(final.Value, out var proof) || !server.Continues(proof) || !server.TryVerify(proof))
        {
            throw new Record.CheckFailedException($"proof of {_party.Name}", "to verify", "another");
        }

        var end = default(Timed<string>);
        async ValueTask<long?> Finish(CancellationToken c) => (end = await scram.FinishAsync(server.Final(), c).ConfigureAwait(false)).Ticks;
        await (Entry.Name == Operations.ScramFinish ? timer.TimeAsync(Finish, cancellationToken) : Plain(Finish, cancellationToken)).ConfigureAwait(false);
        if (Entry.Name == Login)
        {
            await timer.EndAsync(begun, first.Ticks + final.Ticks + end.Ticks, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _party.ResetAsync(CancellationToken.None);

    private static async ValueTask Plain(Func<CancellationToken, ValueTask<long?>> operation, CancellationToken cancellationToken) =>
        await operation(cancellationToken).ConfigureAwait(false);
}
