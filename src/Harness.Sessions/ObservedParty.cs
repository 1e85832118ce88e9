using Harness.Schemes.Plain;
using Harness.Schemes.Signed;

namespace Harness.Sessions;

/// <summary>One timed operation of a device.</summary>
/// <param name="Device">The device's name in the rig.</param>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Ticks">Its duration in the party's own ticks; unit and provenance come from its rig entry.</param>
public sealed record OperationSample(string Device, string Operation, long Ticks);

/// <summary>The names of timed operations: the bench protocol's verbs in lower case.</summary>
public static class Operations
{
    /// <summary>W, for registration as published.</summary>
    public const string AugRegister = "aug.register";

    /// <summary>X.</summary>
    public const string AugInit = "aug.init";

    /// <summary>Y to V_C.</summary>
    public const string AugStep = "aug.step";

    /// <summary>V_S to SK.</summary>
    public const string AugFinish = "aug.finish";

    /// <summary>The first message of SCRAM.</summary>
    public const string ScramInit = "scram.init";

    /// <summary>Salt and iterations to the client's proof: PBKDF2.</summary>
    public const string ScramStep = "scram.step";

    /// <summary>The server's signature checked.</summary>
    public const string ScramFinish = "scram.finish";

    /// <summary>A wrap to Ks.</summary>
    public const string KeyPut = "key.put";

    /// <summary>A payload sealed.</summary>
    public const string Seal = "seal";

    /// <summary>A payload opened.</summary>
    public const string Open = "open";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [AugRegister, AugInit, AugStep, AugFinish, ScramInit, ScramStep, ScramFinish, KeyPut, Seal, Open];
}

/// <summary>A party whose durations are reported; a party without a clock reports none. Its calls run one at a time, as each party sees to itself.</summary>
/// <param name="inner">The party; the caller keeps it.</param>
/// <param name="observe">Called after each timed operation, from the thread that ran it; null for none.</param>
public sealed class ObservedParty(IParty inner, Action<OperationSample>? observe) : IParty
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public PartyCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public ITokenHolder Tokens => inner.Tokens;

    /// <inheritdoc/>
    public IPairParty? Pairs => inner.Pairs;

    /// <inheritdoc/>
    public IPlainParty? Plain => inner.Plain;

    /// <inheritdoc/>
    public IPayloadSigner? Signer => inner.Signer;

    /// <inheritdoc/>
    public IScramParty? Scram => inner.Scram is { } scram ? new ObservedScram(this, scram) : null;

    /// <inheritdoc/>
    public IEsfahaniSensor? Esfahani => inner.Esfahani;

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken) => inner.ResetAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken) => inner.ProvisionAsync(identity, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken) =>
        ReportAsync(Operations.AugRegister, inner.RegisterAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) =>
        ReportAsync(Operations.AugInit, inner.AugInitAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        ReportAsync(Operations.AugStep, inner.AugStepAsync(server, y, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken) =>
        ReportAsync(Operations.AugFinish, inner.AugFinishAsync(vs, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken) =>
        ReportAsync(Operations.KeyPut, inner.AcceptWrapAsync(keyBits, wrap, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        ReportAsync(Operations.Seal, inner.SealAsync(topic, plaintext, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        ReportAsync(Operations.Open, inner.OpenAsync(topic, payload, cancellationToken));

    /// <inheritdoc/>
    public ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken) => inner.ForgetOldKeyAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken) => inner.CountsAsync(cancellationToken);

    private sealed class ObservedScram(ObservedParty party, IScramParty scram) : IScramParty
    {
        public ValueTask<Timed<byte[]>> InitAsync(CancellationToken cancellationToken) => party.ReportAsync(Operations.ScramInit, scram.InitAsync(cancellationToken));

        public ValueTask<Timed<byte[]>> StepAsync(ReadOnlyMemory<byte> serverFirst, CancellationToken cancellationToken) =>
            party.ReportAsync(Operations.ScramStep, scram.StepAsync(serverFirst, cancellationToken));

        public ValueTask<Timed<string>> FinishAsync(ReadOnlyMemory<byte> serverFinal, CancellationToken cancellationToken) =>
            party.ReportAsync(Operations.ScramFinish, scram.FinishAsync(serverFinal, cancellationToken));
    }

    private async ValueTask<Timed<T>> ReportAsync<T>(string operation, ValueTask<Timed<T>> running)
    {
        var timed = await running.ConfigureAwait(false);
        if (timed.Ticks is { } ticks)
        {
            observe?.Invoke(new OperationSample(inner.Name, operation, ticks));
        }

        return timed;
    }
}
