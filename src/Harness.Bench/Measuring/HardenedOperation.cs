using Harness.Schemes.Hardened;

namespace Harness.Bench.Measuring;

/// <summary>A message of an epoch of hardened, sealed by a device that publishes or opened by one that subscribes; its partner is in this process.</summary>
internal sealed class HardenedOperation : IMeasuredOperation
{
    private const string Seal = "hardened.seal", Open = "hardened.open", AsconSeal = "hardened.seal-ascon", AsconOpen = "hardened.open-ascon";
    private readonly HardenedPair _pair;
    private readonly byte[] _payload;

    private HardenedOperation(OperationTarget target, HardenedPair pair) => (Entry, _pair, _payload) = (target.Entry, pair, target.Payload());

    public OperationEntry Entry { get; }

    private bool Seals => Entry.Name is Seal or AsconSeal;

    /// <summary>Opens the operation: both ends log in, pair, and share an epoch.</summary>
    [MeasuredOperation(
        Seal, "a message of an epoch sealed, PRESENT-128-EAX, from the second one on", "message", Order = 34, Scope = OperationScope.Step, Scheme = SchemeNames.Hardened, Parameters = OperationParameters.Bytes)]
    [MeasuredOperation(
        Open, "a message of an epoch opened, PRESENT-128-EAX, from the second one on", "message", Order = 35, Scope = OperationScope.Step, Scheme = SchemeNames.Hardened, Parameters = OperationParameters.Bytes)]
    [MeasuredOperation(
        AsconSeal, "a message of an epoch sealed, Ascon-AEAD128", "message", Order = 36, Scope = OperationScope.Step, Scheme = SchemeNames.Hardened, Parameters = OperationParameters.Bytes)]
    [MeasuredOperation(
        AsconOpen, "a message of an epoch opened, Ascon-AEAD128", "message", Order = 37, Scope = OperationScope.Step, Scheme = SchemeNames.Hardened, Parameters = OperationParameters.Bytes)]
    public static async ValueTask<IMeasuredOperation> OpenAsync(OperationTarget target, CancellationToken cancellationToken)
    {
        var cipher = target.Entry.Name is AsconSeal or AsconOpen ? HardenedCipher.Ascon : HardenedCipher.PresentEax;
        var pair = await HardenedPair.OpenAsync(target.Bench, target.Party, target.Device, cipher, target.Entry.Name is Seal or AsconSeal, cancellationToken).ConfigureAwait(false);
        var operation = new HardenedOperation(target, pair);
        await operation.OnceAsync(async (run, stop) => await run(stop).ConfigureAwait(false), cancellationToken).ConfigureAwait(false); // the first message makes what later ones use again
        return operation;
    }

    public ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken) =>
        OnceAsync(async (run, stop) => await timer.TimeAsync(run, stop).ConfigureAwait(false), cancellationToken);

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    private async ValueTask OnceAsync(Func<Func<CancellationToken, ValueTask<long?>>, CancellationToken, ValueTask> time, CancellationToken cancellationToken)
    {
        var message = Seals ? _payload : await _pair.SealByPartnerAsync(_payload, cancellationToken).ConfigureAwait(false);
        byte[] result = [];
        await time(
            async stop =>
            {
                var timed = await (Seals ? _pair.SealAsync(message, stop) : _pair.OpenAsync(message, stop)).ConfigureAwait(false);
                result = timed.Value;
                return timed.Ticks;
            },
            cancellationToken).ConfigureAwait(false);
        var plaintext = Seals ? await _pair.OpenByPartnerAsync(result, cancellationToken).ConfigureAwait(false) : result;
        if (!plaintext.AsSpan().SequenceEqual(_payload))
        {
            throw new Record.CheckFailedException("message of an epoch", "to open to what was sealed", "another");
        }
    }
}
