using Harness.Sessions;

namespace Harness.Bench.Measuring;

/// <summary>One step of a scheme on a party. The peer is in this process; the steps before it run outside the measured window.</summary>
internal sealed class PartyOperation : IMeasuredOperation
{
    private const string Topic = "lab/measure";
    private readonly IParty _party;
    private readonly PartyIdentity _identity;
    private readonly AugPakeGroup _group;
    private readonly AugPakeProfile _profile;
    private readonly byte[] _verifier;
    private readonly int _keyBits;
    private readonly byte[] _trafficKey = RandomNumberGenerator.GetBytes(MqttPresentCipher.KeyLength);
    private readonly byte[] _payload;
    private byte[] _sealed = [];
    private byte[] _wrap = [];
    private bool _keyed;

    private PartyOperation(OperationTarget target, PartyIdentity identity)
    {
        (Entry, _party, _identity, _keyBits) = (target.Entry, target.Party, identity, target.Bench.Rig.KeyBits);
        (_group, _profile) = (AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile));
        _verifier = Verifier.ComputeW(_group, _profile, identity.Client, identity.Server, identity.Password);
        _payload = target.Payload();
    }

    public OperationEntry Entry { get; }

    /// <summary>Opens the operation and provisions the party with a password of its own.</summary>
    [MeasuredOperation(
        Operations.AugInit, "X = g^x, x drawn anew", "step", Order = 20, Scope = OperationScope.Step, Parameters = OperationParameters.Group,
        Workload = ReferenceWorkloads.Product, Former = "aug-x")]
    [MeasuredOperation(
        Operations.AugStep, "Y to K and V_C, a new handshake each time", "step", Order = 21, Scope = OperationScope.Step,
        Parameters = OperationParameters.Group, Workload = ReferenceWorkloads.Product, Former = "aug-k")]
    [MeasuredOperation(
        Operations.AugFinish, "V_S to SK, a new handshake each time", "step", Order = 22, Scope = OperationScope.Step,
        Parameters = OperationParameters.Group, Workload = ReferenceWorkloads.Product, Former = "aug-finish")]
    [MeasuredOperation(
        OperationNames.Handshake, "X, then Y to V_C, then V_S to SK; the device's own part alone", "handshake", Order = 23, Scope = OperationScope.Steps,
        Parameters = OperationParameters.Group, Workload = ReferenceWorkloads.Product)]
    [MeasuredOperation(Operations.KeyPut, "a wrap to Ks", "wrap", Order = 24, Scope = OperationScope.Step, Parameters = OperationParameters.KeyBits, Former = "wrap")]
    [MeasuredOperation(
        Operations.Seal, "a payload sealed", "message", Order = 25, Scope = OperationScope.Step, Parameters = OperationParameters.KeyBits | OperationParameters.Bytes)]
    [MeasuredOperation(
        Operations.Open, "a payload opened", "message", Order = 26, Scope = OperationScope.Step, Parameters = OperationParameters.KeyBits | OperationParameters.Bytes)]
    public static async ValueTask<IMeasuredOperation> OpenAsync(OperationTarget target, CancellationToken cancellationToken)
    {
        var identity = target.NewIdentity();
        await target.Party.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
        return new PartyOperation(target, identity);
    }

    public ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken) => Entry.Name switch
    {
        Operations.AugInit => timer.TimeAsync(async c => (await _party.AugInitAsync(c).ConfigureAwait(false)).Ticks, cancellationToken),
        Operations.AugStep or Operations.AugFinish or OperationNames.Handshake => HandshakeAsync(timer, cancellationToken),
        _ => WithKeyAsync(timer, cancellationToken),
    };

    public ValueTask DisposeAsync()
    {
        CryptographicOperations.ZeroMemory(_trafficKey);
        return _party.ResetAsync(CancellationToken.None);
    }

    private async ValueTask HandshakeAsync(OperationTimer? timer, CancellationToken cancellationToken)
    {
        using var server = new AugPakeServer(_group, _profile, _identity.Client, _identity.Server, _verifier);
        var name = timer is null ? "" : Entry.Name;
        var begun = name == OperationNames.Handshake ? timer!.Begin() : 0;
        var x = await _party.AugInitAsync(cancellationToken).ConfigureAwait(false);
        var y = server.Respond(x.Value);
        var proof = default(Timed<byte[]>);
        async ValueTask<long?> Step(CancellationToken c) => (proof = await _party.AugStepAsync(_identity.Server, y, c).ConfigureAwait(false)).Ticks;
        await (name == Operations.AugStep ? timer!.TimeAsync(Step, cancellationToken) : Plain(Step, cancellationToken)).ConfigureAwait(false);
        if (!server.TryVerify(proof.Value))
        {
            throw new Record.CheckFailedException($"V_C of {_party.Name}", "to verify", "another");
        }

        var end = default(Timed<string>);
        async ValueTask<long?> Finish(CancellationToken c) => (end = await _party.AugFinishAsync(server.Authenticator, c).ConfigureAwait(false)).Ticks;
        await (name == Operations.AugFinish ? timer!.TimeAsync(Finish, cancellationToken) : Plain(Finish, cancellationToken)).ConfigureAwait(false);
        if (name == OperationNames.Handshake)
        {
            await timer!.EndAsync(begun, x.Ticks + proof.Ticks + end.Ticks, cancellationToken).ConfigureAwait(false);
        }

        using var key = server.TakeKey();
        _wrap = MqttPresentCipher.Wrap(_keyBits, key.Bytes, _trafficKey);
        _keyed = false;
    }

    private async ValueTask WithKeyAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        if (_wrap.Length == 0)
        {
            await HandshakeAsync(null, cancellationToken).ConfigureAwait(false);
        }

        async ValueTask<long?> Put(CancellationToken c) => (await _party.AcceptWrapAsync(_keyBits, _wrap, c).ConfigureAwait(false)).Ticks;
        if (Entry.Name == Operations.KeyPut)
        {
            await timer.TimeAsync(Put, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!_keyed)
        {
            await Put(cancellationToken).ConfigureAwait(false);
            _sealed = MqttPresentCipher.Seal(_keyBits, _trafficKey, _payload);
            _keyed = true;
        }

        await (Entry.Name == Operations.Seal
            ? timer.TimeAsync(async c => (await _party.SealAsync(Topic, _payload, c).ConfigureAwait(false)).Ticks, cancellationToken)
            : timer.TimeAsync(async c => (await _party.OpenAsync(Topic, _sealed, c).ConfigureAwait(false)).Ticks, cancellationToken)).ConfigureAwait(false);
    }

    private static async ValueTask Plain(Func<CancellationToken, ValueTask<long?>> operation, CancellationToken cancellationToken) =>
        await operation(cancellationToken).ConfigureAwait(false);
}
