using Harness.Schemes.MqttPresent;

namespace Harness.Sessions;

/// <summary>A device logged in at a broker: the harness carries its messages, the device does the cryptography.</summary>
/// <remarks>
/// Wraps are handed to the device as they come, before any message that came after them; so publisher and subscriber may log in
/// in either order. Under a scheme whose broker re-seals, messages are opened in the order they came: who reads with
/// <see cref="ReceiveAsync"/> and opens by itself keeps that order. Waits end in <see cref="SessionTimedOutException"/>, <see cref="SessionRefusedException"/> or
/// <see cref="SessionAbortedException"/>; what the device refuses is a <see cref="PartyRefusedException"/>.
/// </remarks>
public sealed partial class DeviceSession : IAsyncDisposable
{
    private readonly ObservedParty _party;
    private readonly DeviceSessionOptions _options;
    private readonly SessionWaits _waits;
    private readonly Channel<InboundMessage> _inbound = Channel.CreateUnbounded<InboundMessage>();
    // Anybody may write there on a broker without rights, so what nobody reads is dropped.
    private readonly Channel<MqttMessage> _answers = Channel.CreateBounded<MqttMessage>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly LatestValue<TrafficKey> _trafficKey = new();
    private readonly CancellationTokenSource _stopping = new();

    // Held during a re-authentication by AUTH: a wrap under the new SK may come before the device has taken V_S. On topics _early keeps it.
    private readonly SemaphoreSlim _keys = new(1, 1);

    // Since a re-authentication and until a wrap was taken: one under the SK before may still be on its way, which the broker sent before or while it took the new SK over.
    private volatile bool _oldWrapsMayCome;

    // A hop's counters must rise on the wire too: what is sealed first is published first.
    private readonly SemaphoreSlim _sealing = new(1, 1);
    private MqttClient _client = null!;
    private Task _pump = Task.CompletedTask;
    private readonly EarlyWraps _early;
    private int _disposed;

    private bool ByHop => SchemeNames.IsHopByHop(_options.Identity.Scheme);

    private DeviceSession(IParty party, DeviceSessionOptions options)
    {
        _party = new ObservedParty(party, options.Observe);
        _options = options;
        _early = new EarlyWraps(options.Binding == LoginBinding.Topics);
        _waits = new SessionWaits(party.Name, options.TimeProvider);
    }

    /// <summary>The device's name in the rig.</summary>
    public string Device => _party.Name;

    /// <summary>C, which is the ClientId but under pseudonyms.</summary>
    public string Client => _options.Identity.Client;

    /// <summary>Fingerprint of SK as the device reports it, 16 hex digits.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>The latest traffic key the device took; null before the first.</summary>
    public TrafficKey? TrafficKey => _trafficKey.Value;

    /// <summary>The connection to the broker ended; the reason is the broker's, where it gave one.</summary>
    public Task<ReasonCode> Closed => _client.Closed;

    /// <summary>Logs a device in and subscribes it to its own key topic.</summary>
    /// <param name="party">The device; the caller keeps it.</param>
    /// <param name="options">Options of the session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">The device refused S, Y or V_S.</exception>
    /// <exception cref="SessionException">Timed out, refused by the broker (0x87 for a wrong password), or the connection ended.</exception>
    public static async Task<DeviceSession> LoginAsync(IParty party, DeviceSessionOptions options, CancellationToken cancellationToken)
    {
        var session = new DeviceSession(party, options);
        try
        {
            if (options.Provision)
            {
                await session._party.ProvisionAsync(options.Identity, cancellationToken).ConfigureAwait(false);
            }

            await session.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the device holds a traffic key.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="fingerprint">Only the key with this fingerprint, for example the broker's current one; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">The device refused the latest wrap.</exception>
    /// <exception cref="SessionException">Timed out, or the connection ended, or the latest wrap was no wrap message.</exception>
    public Task<TrafficKey> WaitForTrafficKeyAsync(TimeSpan timeout, string? fingerprint = null, CancellationToken cancellationToken = default) =>
        WaitForTrafficKeyAsync(k => fingerprint is null || k.Fingerprint == fingerprint, timeout, cancellationToken);

    /// <summary>Waits until the device holds a traffic key that meets a condition.</summary>
    /// <inheritdoc cref="WaitForTrafficKeyAsync(TimeSpan, string, CancellationToken)" path="/exception"/>
    public Task<TrafficKey> WaitForTrafficKeyAsync(Func<TrafficKey, bool> wanted, TimeSpan timeout, CancellationToken cancellationToken) =>
        OrDoubtAsync(_waits.WithinAsync("wait for the traffic key", timeout, token => _trafficKey.WaitAsync(wanted, token), cancellationToken));

    // Where nothing came in time, a wrap that was refused in doubt is why.
    private async Task<T> OrDoubtAsync<T>(Task<T> waiting)
    {
        try
        {
            return await waiting.ConfigureAwait(false);
        }
        catch (SessionTimedOutException)
        {
            _trafficKey.ThrowDoubt();
            throw;
        }
    }

    /// <summary>Makes a round trip: the broker has judged what came on this connection before.</summary>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public Task RoundTripAsync(CancellationToken cancellationToken) => SubscribeAsync(Pairs is null ? PrivateTopics.Key(Client) : OwnTopic, cancellationToken);

    /// <summary>Subscribes the device's connection.</summary>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public Task SubscribeAsync(string filter, CancellationToken cancellationToken) =>
        SubscribeAsync(filter, QualityOfService.AtLeastOnce, cancellationToken);

    /// <summary>Subscribes the device's connection with QoS 0 or 1.</summary>
    /// <inheritdoc cref="SubscribeAsync(string, CancellationToken)" path="/exception"/>
    public async Task SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellationToken)
    {
        var reason = await _waits.MapAsync($"subscribe to {filter}", _options.LoginTimeout,
            () => _client.SubscribeAsync(filter, qos, cancellationToken)).ConfigureAwait(false);
        _waits.Accept($"subscribe to {filter}", reason);
    }

    /// <summary>Lets the device seal a payload and publishes it (QoS 1, not retained).</summary>
    /// <returns>The published payload.</returns>
    /// <exception cref="PartyRefusedException">The device refused (NO-KEY, TOO-LONG).</exception>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public Task<ReadOnlyMemory<byte>> PublishSealedAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        PublishSealedAsync(topic, plaintext, QualityOfService.AtLeastOnce, retain: false, cancellationToken);

    /// <summary>Lets the device seal a payload and publishes it. With QoS 0 nobody says whether it was taken.</summary>
    /// <inheritdoc cref="PublishSealedAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="PublishSealedAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/exception"/>
    public Task<ReadOnlyMemory<byte>> PublishSealedAsync(
        string topic, ReadOnlyMemory<byte> plaintext, QualityOfService qos, bool retain, CancellationToken cancellationToken) =>
        Pairs is { } pairs
            ? PublishUnderEpochAsync(pairs, topic, plaintext, qos, retain, cancellationToken)
            : SealAndPublishAsync(
                topic, async () => (await _party.SealAsync(topic, await ContentAsync(topic, plaintext, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)).Value,
                qos, retain, cancellationToken);

    /// <summary>Publishes bytes as they are (QoS 1, not retained).</summary>
    /// <exception cref="SessionException">Timed out, refused, or the connection ended.</exception>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        PublishAsync(topic, payload, QualityOfService.AtLeastOnce, retain: false, cancellationToken);

    /// <summary>Publishes bytes as they are.</summary>
    /// <inheritdoc cref="PublishAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/exception"/>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, CancellationToken cancellationToken)
    {
        var reason = await _waits.MapAsync($"publish on {topic}", _options.LoginTimeout,
            () => _client.PublishAsync(topic, payload, qos, retain, cancellationToken)).ConfigureAwait(false);
        _waits.Accept($"publish on {topic}", reason);
    }

    /// <summary>The next message, as it came.</summary>
    /// <exception cref="SessionException">Timed out, or the connection ended.</exception>
    public Task<MqttMessage> ReceiveAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _waits.WithinAsync("wait for a message", timeout, async token => (await _inbound.Reader.ReadAsync(token).ConfigureAwait(false)).Take(), cancellationToken);

    /// <summary>The next message, opened by the device; under mqtt-present it waits for the traffic key too, within the same time.</summary>
    /// <exception cref="PartyRefusedException">The device refused the message, or the latest wrap.</exception>
    /// <exception cref="SessionException">Timed out, or the connection ended.</exception>
    public Task<OpenedMessage> ReceiveAndOpenAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        OrDoubtAsync(_waits.WithinAsync("wait for a message", timeout, async token =>
        {
            var message = await _inbound.Reader.ReadAsync(token).ConfigureAwait(false);
            if (_options.Identity.Scheme == SchemeNames.MqttPresent)
            {
                await _trafficKey.WaitAsync(_ => true, token).ConfigureAwait(false);
            }

            await _forgetting.ConfigureAwait(false);
            var opened = await message.OpenAsync(_party, token).ConfigureAwait(false);
            return _options.Signed is { Signs: false } signed
                ? opened with { Plaintext = await signed.CheckAsync(_party, opened.Topic, opened.Plaintext, token).ConfigureAwait(false) }
                : opened;
        }, cancellationToken));

    /// <summary>Disconnects. The device keeps its keys until it is reset or logs in again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        await ForgetTimerAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _epochTimer, null) is { } epochTimer)
        {
            await epochTimer.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
        _keys.Dispose();
        _sealing.Dispose();
        _asking.Dispose();
    }

    private async Task PumpAsync()
    {
        Exception? cause = null;
        try
        {
            await foreach (var message in _client.Messages.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (_options.Identity.Scheme == SchemeNames.MqttAuth && message.Topic == TokenTopics.Of(Client))
                {
                    await TakeAnswerAsync(message.Payload).ConfigureAwait(false);
                }
                else if (Pairs is { } pairs)
                {
                    if (message.Topic == pairs.PairTopic)
                    {
                        await TakePairMessageAsync(message.Payload).ConfigureAwait(false);
                    }
                    else
                    {
                        Keep(new InboundMessage(message));
                    }
                }
                else if (!ByHop && message.Topic == PrivateTopics.Key(Client))
                {
                    if (!_early.TryKeep(message.Payload))
                    {
                        await TakeWrapAsync(message.Payload).ConfigureAwait(false);
                    }
                }
                else if (_options.Binding == LoginBinding.Topics && message.Topic == PrivateTopics.LoginAnswer(Client))
                {
                    _answers.Writer.TryWrite(message);
                }
                else
                {
                    Keep(new InboundMessage(message));
                }
            }
        }
        catch (Exception e)
        {
            // Not lost: whoever waits for a message or a key gets it as the cause.
            cause = e;
        }

        var closed = new SessionDisconnectedException(Device, "connection", "the connection ended", cause);
        _trafficKey.End(closed);
        _pairStatus.End(closed);
        _answers.Writer.TryComplete(closed);
        _inbound.Writer.TryComplete(closed);
        _outcomes.Writer.TryComplete(closed);
    }

    private async Task TakeEarlyWrapsAsync()
    {
        while (_early.Next() is { } wrap)
        {
            await TakeWrapAsync(wrap).ConfigureAwait(false);
        }
    }

    private void Keep(InboundMessage message)
    {
        if (_options.Identity.Scheme == SchemeNames.MqttAuth)
        {
            _unopened.RemoveAll(m => m.IsSettled);
            _unopened.Add(message);
        }

        _inbound.Writer.TryWrite(message);
    }

    private ValueTask<ReadOnlyMemory<byte>> ContentAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        _options.Signed is { Signs: true } signed ? signed.SignAsync(_party, topic, plaintext, _options.TimeProvider.GetUtcNow(), cancellationToken) : new(plaintext);

    private async Task<ReadOnlyMemory<byte>> SealAndPublishAsync(
        string topic, Func<Task<byte[]>> seal, QualityOfService qos, bool retain, CancellationToken cancellationToken)
    {
        if (!ByHop)
        {
            var payload = await seal().ConfigureAwait(false);
            await PublishAsync(topic, payload, qos, retain, cancellationToken).ConfigureAwait(false);
            return payload;
        }

        await _sealing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var payload = await seal().ConfigureAwait(false);
            await PublishAsync(topic, payload, qos, retain, cancellationToken).ConfigureAwait(false);
            return payload;
        }
        finally
        {
            _sealing.Release();
        }
    }

    private async Task TakeWrapAsync(ReadOnlyMemory<byte> payload)
    {
        if (!WrapMessage.TryDecode(payload.Span, out var wrap))
        {
            _trafficKey.Fail(new SessionAbortedException(Device, "wait for the traffic key", $"{payload.Length} bytes on the key topic that are no wrap"));
            return;
        }

        await _keys.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            var fingerprint = await _party.AcceptWrapAsync(_options.KeyBits, wrap.Wrap, _stopping.Token).ConfigureAwait(false);
            _oldWrapsMayCome = false;
            _trafficKey.Set(new TrafficKey(wrap.Topic, wrap.Peer, fingerprint.Value));
        }
        catch (PartyRefusedException e) when (_oldWrapsMayCome && e.Refusal == PartyRefusal.BadKey)
        {
            _trafficKey.Doubt(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _trafficKey.Fail(e);
        }
        finally
        {
            _keys.Release();
        }
    }
}
