using Harness.Schemes.Esfahani;

namespace Harness.Bench.Measuring;

/// <summary>A step of a login of esfahani-2019 on a sensor. The router is in this process; the step before it runs outside the measured window.</summary>
internal sealed class EsfahaniOperation : IMeasuredOperation
{
    private const string First = "esfahani.first", Second = "esfahani.second", Login = "esfahani.login";
    private readonly IParty _party;
    private readonly IEsfahaniSensor _sensor;
    private readonly EsfahaniRouter _router;

    private EsfahaniOperation(OperationTarget target, IEsfahaniSensor sensor, EsfahaniRouter router) =>
        (Entry, _party, _sensor, _router) = (target.Entry, target.Party, sensor, router);

    public OperationEntry Entry { get; }

    /// <summary>Opens the operation and registers the party as a sensor.</summary>
    [MeasuredOperation(First, "message 1 of a login, R1 drawn anew", "step", Order = 31, Scope = OperationScope.Step, Scheme = SchemeNames.Esfahani2019, Workload = ReferenceWorkloads.PlatformCall)]
    [MeasuredOperation(Second, "message 2 to message 3 and SK", "step", Order = 32, Scope = OperationScope.Step, Scheme = SchemeNames.Esfahani2019, Workload = ReferenceWorkloads.PlatformCall)]
    [MeasuredOperation(
        Login, "a login of esfahani-2019; the sensor's own part alone", "login", Order = 33, Scope = OperationScope.Steps, Scheme = SchemeNames.Esfahani2019,
        Workload = ReferenceWorkloads.PlatformCall)]
    public static async ValueTask<IMeasuredOperation> OpenAsync(OperationTarget target, CancellationToken cancellationToken)
    {
        var sensor = target.Party.Esfahani ?? throw new PartyRefusedException(target.Party.Name, PartyRefusal.Unsupported, $"scheme {SchemeNames.Esfahani2019}");
        using var server = new EsfahaniServer();
        await sensor.PutAsync(server.Register("sensor"), cancellationToken).ConfigureAwait(false);
        return new EsfahaniOperation(target, sensor, server.CreateRouter());
    }

    public async ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        var begun = Entry.Name == Login ? timer.Begin() : 0;
        var first = default(Timed<byte[]>);
        async ValueTask<long?> Begin(CancellationToken c) => (first = await _sensor.FirstAsync(c).ConfigureAwait(false)).Ticks;
        await (Entry.Name == First ? timer.TimeAsync(Begin, cancellationToken) : Untimed(Begin, cancellationToken)).ConfigureAwait(false);
        using var login = _router.Take(first.Value) ?? throw new Record.CheckFailedException($"message 1 of {_party.Name}", "to be taken", "refused");
        var second = default(Timed<EsfahaniProof>);
        async ValueTask<long?> Answer(CancellationToken c) => (second = await _sensor.SecondAsync(login.Second, c).ConfigureAwait(false)).Ticks;
        await (Entry.Name == Second ? timer.TimeAsync(Answer, cancellationToken) : Untimed(Answer, cancellationToken)).ConfigureAwait(false);
        if (login.Finish(second.Value.Third) is null)
        {
            throw new Record.CheckFailedException($"message 3 of {_party.Name}", "to be taken", "refused");
        }

        if (Entry.Name == Login)
        {
            await timer.EndAsync(begun, first.Ticks + second.Ticks, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _party.ResetAsync(CancellationToken.None);

    private static async ValueTask Untimed(Func<CancellationToken, ValueTask<long?>> operation, CancellationToken cancellationToken) =>
        await operation(cancellationToken).ConfigureAwait(false);
}
