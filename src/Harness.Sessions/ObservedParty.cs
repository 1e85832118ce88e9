using Harness.Schemes;
using Harness.Schemes.MqttAuth;

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

    /// <summary>A wrap to Ks.</summary>
    public const string KeyPut = "key.put";

    /// <summary>A payload sealed.</summary>
    public const string Seal = "seal";

    /// <summary>A payload opened.</summary>
    public const string Open = "open";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [AugRegister, AugInit, AugStep, AugFinish, KeyPut, Seal, Open];
}

/// <summary>A party whose calls run one at a time and whose durations are reported; a party without a clock reports none.</summary>
/// <param name="inner">The party; the caller keeps it.</param>
/// <param name="observe">Called after each timed operation, from the thread that ran it; null for none.</param>
public sealed class ObservedParty(IParty inner, Action<OperationSample>? observe) : IParty, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public PartyCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public async ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.ResetAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask ProvisionAsync(PartyIdentity identity, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> RegisterAsync(CancellationToken cancellationToken) =>
        RunAsync(Operations.AugRegister, inner.RegisterAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugInitAsync(CancellationToken cancellationToken) =>
        RunAsync(Operations.AugInit, inner.AugInitAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> AugStepAsync(string server, ReadOnlyMemory<byte> y, CancellationToken cancellationToken) =>
        RunAsync(Operations.AugStep, c => inner.AugStepAsync(server, y, c), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AugFinishAsync(ReadOnlyMemory<byte> vs, CancellationToken cancellationToken) =>
        RunAsync(Operations.AugFinish, c => inner.AugFinishAsync(vs, c), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<string>> AcceptWrapAsync(int keyBits, ReadOnlyMemory<byte> wrap, CancellationToken cancellationToken) =>
        RunAsync(Operations.KeyPut, c => inner.AcceptWrapAsync(keyBits, wrap, c), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> SealAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        RunAsync(Operations.Seal, c => inner.SealAsync(topic, plaintext, c), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Timed<byte[]>> OpenAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        RunAsync(Operations.Open, c => inner.OpenAsync(topic, payload, c), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetOldKeyAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.ForgetOldKeyAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public ITokenHolder Tokens => new GatedTokens(inner.Tokens, _gate);

    /// <inheritdoc/>
    public async ValueTask<OperationTally> CountsAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await inner.CountsAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async ValueTask<Timed<T>> RunAsync<T>(
        string operation, Func<CancellationToken, ValueTask<Timed<T>>> run, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var timed = await run(cancellationToken).ConfigureAwait(false);
            if (timed.Ticks is { } ticks)
            {
                observe?.Invoke(new OperationSample(inner.Name, operation, ticks));
            }

            return timed;
        }
        finally
        {
            _gate.Release();
        }
    }
}

/// <summary>A party's tokens, whose calls wait for their turn with the party's other calls.</summary>
internal sealed class GatedTokens(ITokenHolder inner, SemaphoreSlim gate) : ITokenHolder
{
    public ValueTask<byte[]> RequestAsync(TokenOperation operation, string topic, TokenKind kind, CancellationToken cancellationToken) =>
        RunAsync(() => inner.RequestAsync(operation, topic, kind, cancellationToken), cancellationToken);

    public ValueTask<TokenOutcome> TakeAnswerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        RunAsync(() => inner.TakeAnswerAsync(payload, cancellationToken), cancellationToken);

    public ValueTask<byte[]> GiveAsync(string topic, CancellationToken cancellationToken) =>
        RunAsync(() => inner.GiveAsync(topic, cancellationToken), cancellationToken);

    public ValueTask<string> TakeAsync(TokenKind kind, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken) =>
        RunAsync(() => inner.TakeAsync(kind, topic, token, cancellationToken), cancellationToken);

    private async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> run, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await run().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
