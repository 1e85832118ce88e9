namespace Harness.Sessions;

/// <content>Pairs and epochs of the hardened scheme.</content>
public sealed partial class DeviceSession
{
    private static readonly TimeSpan PreviousEpochLifetime = TimeSpan.FromSeconds(10);
    private readonly LatestValue<PairStatus> _pairStatus = new();

    // Counts of a pair topic rise on the wire too, and a message goes out under the topic of its epoch.
    private readonly SemaphoreSlim _pairing = new(1, 1);
    private ITimer? _epochTimer;

    /// <summary>The party's pairs, where the session runs the scheme hardened; else null.</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED: the party knows no such scheme.</exception>
    private IPairParty? Pairs => _options.Identity.Scheme != SchemeNames.Hardened
        ? null
        : _party.Pairs ?? throw new PartyRefusedException(Device, PartyRefusal.Unsupported, $"scheme {SchemeNames.Hardened}");

    /// <summary>Waits until the device's pairs and epoch meet a condition.</summary>
    /// <exception cref="SessionException">Timed out, or the connection ended.</exception>
    public Task<PairStatus> WaitForPairsAsync(Func<PairStatus, bool> wanted, TimeSpan timeout, CancellationToken cancellationToken) =>
        _waits.WithinAsync("wait for the keys of an epoch", timeout, token => _pairStatus.WaitAsync(wanted, token), cancellationToken);

    /// <summary>Lets a publisher begin a new epoch now.</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED where it does not publish; NO-SEED or SPENT.</exception>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public Task BeginEpochAsync(CancellationToken cancellationToken) => PairingAsync(pairs => pairs.BeginEpochAsync(cancellationToken), cancellationToken);

    /// <summary>Lets a publisher forget a subscriber and begin a new epoch without it.</summary>
    /// <inheritdoc cref="BeginEpochAsync" path="/exception"/>
    public Task RevokeAsync(string subscriber, CancellationToken cancellationToken) => PairingAsync(pairs => pairs.RevokeAsync(subscriber, cancellationToken), cancellationToken);

    private Task StartPairsAsync(CancellationToken cancellationToken) =>
        PairingAsync(pairs => pairs.LoggedInAsync(_options.TimeProvider.GetUtcNow(), cancellationToken), cancellationToken);

    private async Task TakePairMessageAsync(ReadOnlyMemory<byte> payload)
    {
        try
        {
            await PairingAsync(pairs => pairs.TakeAsync(payload, _options.TimeProvider.GetUtcNow(), _stopping.Token), _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PartyRefusedException or SessionException)
        {
            // Whoever waits for keys is told; the connection goes on.
            _pairStatus.Fail(e);
        }
    }

    private async Task PairingAsync(Func<IPairParty, ValueTask<PairOutput>> run, CancellationToken cancellationToken)
    {
        var pairs = Pairs ?? throw new PartyRefusedException(Device, PartyRefusal.Unsupported, $"pairs belong to {SchemeNames.Hardened}");
        await _pairing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SayAsync(pairs, await run(pairs).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pairing.Release();
        }
    }

    private async Task SayAsync(IPairParty pairs, PairOutput output, CancellationToken cancellationToken)
    {
        if (output.Subscribe is { } topic)
        {
            await SubscribeAsync(topic, cancellationToken).ConfigureAwait(false);
            await ForgetTimerAsync().ConfigureAwait(false);
            _forgetTimer = _options.TimeProvider.CreateTimer(_ => _forgetting = ForgetOldKeyAsync(), null, PreviousEpochLifetime, Timeout.InfiniteTimeSpan);
        }

        foreach (var message in output.ToBroker)
        {
            await PublishAsync(pairs.PairTopic, message, cancellationToken).ConfigureAwait(false);
        }

        var status = pairs.Status;
        _pairStatus.Set(status);
        if (status.EpochDue is { } due && _epochTimer is null)
        {
            var wait = due - _options.TimeProvider.GetUtcNow();
            _epochTimer = _options.TimeProvider.CreateTimer(_ => ElapsedAsync(), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private async void ElapsedAsync()
    {
        try
        {
            if (Interlocked.Exchange(ref _epochTimer, null) is { } timer)
            {
                await timer.DisposeAsync().ConfigureAwait(false);
            }

            await PairingAsync(pairs => pairs.ElapsedAsync(_options.TimeProvider.GetUtcNow(), _stopping.Token), _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PartyRefusedException or SessionException)
        {
            _pairStatus.Fail(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The session ended.
        }
    }

    private async Task<ReadOnlyMemory<byte>> PublishUnderEpochAsync(
        IPairParty pairs, string topic, ReadOnlyMemory<byte> plaintext, Harness.Mqtt.QualityOfService qos, bool retain, CancellationToken cancellationToken)
    {
        await _pairing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] payload;
            try
            {
                payload = (await _party.SealAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Value;
            }
            catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.Spent)
            {
                await SayAsync(pairs, await pairs.BeginEpochAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                payload = (await _party.SealAsync(topic, plaintext, cancellationToken).ConfigureAwait(false)).Value;
            }

            await PublishAsync(pairs.Status.WireTopic!, payload, qos, retain, cancellationToken).ConfigureAwait(false);
            return payload;
        }
        finally
        {
            _pairing.Release();
        }
    }
}
