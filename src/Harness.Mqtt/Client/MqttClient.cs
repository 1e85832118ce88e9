using System.Runtime.ExceptionServices;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace Harness.Mqtt.Client;

/// <summary>
/// MQTTnet's client for one connection: QoS 0 and 1, both versions, enhanced authentication in MQTT 5. It does not reconnect. It is strict with the broker, whose
/// packets the codec reads first, and its time-outs use the options' clock; keep-alive is MQTTnet's and uses the wall clock.
/// </summary>
/// <remarks>Members are thread-safe. A call on an ended connection throws <see cref="MqttNotConnectedException"/>.</remarks>
public sealed partial class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions _options;
    private readonly ClientAuthentication _authentication;
    private readonly ClientChannel _channel;
    private readonly IMqttClient _client;
    private readonly Channel<MqttMessage> _messages;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<ReasonCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SemaphoreSlim _sendQuota = new(ushort.MaxValue);
    private int _sentReason = -1; // reason of this side's DISCONNECT, once sent
    private int _ended;

    private MqttClient(MqttClientOptions options, PacketChannel packets)
    {
        _options = options;
        _authentication = new ClientAuthentication(options.Authentication);
        _messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(options.MaximumUnreadMessages) { SingleWriter = true });
        _channel = new ClientChannel(packets, options, _authentication) { Received = _messages.Writer.TryWrite, Ended = End };
        _client = new MqttClientFactory().CreateMqttClient(_channel);
        _client.DisconnectedAsync += ended =>
        {
            End(null, ended.Exception);
            return Task.CompletedTask;
        };
    }

    /// <summary>ClientId that the broker assigned; null where the client has its own.</summary>
    public string? AssignedClientId => _channel.Accepted?.AssignedClientIdentifier;

    /// <summary>True where the broker resumed a session.</summary>
    public bool SessionPresent => _channel.Accepted?.SessionPresent ?? false;

    /// <summary>Messages in the order of arrival; completes when the connection ended.</summary>
    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    /// <summary>Completes, never fails, when the connection ended: with the reason of the peer's DISCONNECT or of <see cref="DisconnectAsync"/>, else UnspecifiedError.</summary>
    public Task<ReasonCode> Closed => _closed.Task;

    /// <summary>Cause of the end where it was neither side's DISCONNECT; else null.</summary>
    public MqttException? Failure { get; private set; }

    /// <summary>Publishes; with QoS 1 waits for PUBACK.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">True to have the broker keep it for later subscribers.</param>
    /// <param name="cancellationToken">Stops waiting; the message may still arrive.</param>
    /// <returns>Reason of PUBACK, which may be a refusal; success with QoS 0 once the bytes are written.</returns>
    /// <exception cref="MqttProtocolException">The packet is larger than the broker takes (0x95), or QoS or retain are not offered; nothing was sent.</exception>
    /// <exception cref="MqttTimedOutException">No PUBACK in time.</exception>
    public async Task<ReasonCode> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, CancellationToken cancellationToken = default)
    {
        if (!TopicFilter.IsTopicName(topic))
        {
            throw new ArgumentException($"\"{topic}\" is no topic name: it is empty or holds + or #.", nameof(topic));
        }

        CheckOffered(topic, payload, qos, retain);
        var message = new MqttApplicationMessage { Topic = topic, PayloadSegment = payload.ToArray(), QualityOfServiceLevel = (MqttQualityOfServiceLevel)(int)qos, Retain = retain };
        if (qos == QualityOfService.AtMostOnce)
        {
            await AskAsync("publish", token => _client.PublishAsync(message, token), cancellationToken).ConfigureAwait(false);
            return ReasonCode.Success;
        }

        await WaitForQuotaAsync(cancellationToken).ConfigureAwait(false);
        var result = await AskAsync("publish", PublishAsync, cancellationToken).ConfigureAwait(false);
        return (ReasonCode)(int)result.ReasonCode;

        async Task<MqttClientPublishResult> PublishAsync(CancellationToken lifetime)
        {
            try
            {
                return await _client.PublishAsync(message, lifetime).ConfigureAwait(false);
            }
            finally
            {
                _sendQuota.Release(); // returned with PUBACK, however late, and where nothing was sent
            }
        }
    }

    /// <summary>Subscribes to one filter and waits for SUBACK.</summary>
    /// <returns>Granted QoS (0x00, 0x01) or the refusal (0x80 and above); 0x8F for an invalid filter, which is not sent.</returns>
    /// <exception cref="MqttTimedOutException">No SUBACK in time.</exception>
    public async Task<ReasonCode> SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        CheckQos(qos);
        if (!TopicFilter.IsValid(filter) && !TopicFilter.IsShared(filter))
        {
            return ReasonCode.TopicFilterInvalid; // MQTTnet does not send such a filter, so the broker cannot refuse it
        }

        var options = new MqttClientSubscribeOptions { TopicFilters = [new() { Topic = filter, QualityOfServiceLevel = (MqttQualityOfServiceLevel)(int)qos }] };
        var result = await AskAsync("subscribe", token => _client.SubscribeAsync(options, token), cancellationToken).ConfigureAwait(false);
        return (ReasonCode)(int)result.Items.First().ResultCode;
    }

    /// <summary>Unsubscribes and waits for UNSUBACK.</summary>
    /// <returns>0x00, 0x11 where there was no such subscription, or a refusal; 0x00 in 3.1.1.</returns>
    /// <exception cref="MqttTimedOutException">No UNSUBACK in time.</exception>
    public async Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        var options = new MqttClientUnsubscribeOptions { TopicFilters = [filter] };
        var result = await AskAsync("unsubscribe", token => _client.UnsubscribeAsync(options, token), cancellationToken).ConfigureAwait(false);
        return (ReasonCode)(int)result.Items.First().ResultCode;
    }

    /// <summary>Sends DISCONNECT and ends the connection; 3.1.1 has no reason to send, so there it just ends. Does nothing on an ended connection.</summary>
    public async Task DisconnectAsync(ReasonCode reason = ReasonCode.Success, CancellationToken cancellationToken = default)
    {
        if (!Closed.IsCompleted && Interlocked.CompareExchange(ref _sentReason, (int)reason, -1) == -1)
        {
            if (_options.Version == MqttVersion.V311 && reason != ReasonCode.Success)
            {
                Abort();
            }

            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = (MqttClientDisconnectOptionsReason)(int)reason }, timeout.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or MqttCommunicationException or ObjectDisposedException)
            {
                // The connection had ended, or ends now without DISCONNECT.
            }

            End(null, null);
        }

        await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection without DISCONNECT, so that the broker publishes the will.</summary>
    public void Abort() => _channel.Dispose();

    /// <summary>Sends DISCONNECT 0x00 where the connection still stands, and waits for it to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        try
        {
            _client.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // MQTTnet clears up after a connection that ended by itself, at the same moment: it is disposed, which is all that is wanted.
        }
    }

    private static void CheckQos(QualityOfService qos)
    {
        if (qos > QualityOfService.AtLeastOnce)
        {
            throw new ArgumentException("QoS 2 is not supported; use QoS 0 or 1.", nameof(qos));
        }
    }

    /// <summary>Checks a message against the limits of CONNACK, which MQTTnet 5.2 ignores.</summary>
    private void CheckOffered(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain)
    {
        CheckQos(qos);
        var accepted = _channel.Accepted!;
        if ((byte)qos > (accepted.MaximumQos ?? 2))
        {
            throw new MqttProtocolException(ReasonCode.QosNotSupported, $"the broker takes QoS {accepted.MaximumQos} at most");
        }

        if (retain && accepted.RetainAvailable == false)
        {
            throw new MqttProtocolException(ReasonCode.RetainNotSupported, "the broker takes no retained messages");
        }

        if (accepted.MaximumPacketSize is { } limit)
        {
            var length = MqttCodec.Encode(new PublishPacket { Topic = topic, Payload = payload, Qos = qos, PacketId = (ushort)qos }, _options.Version).Length;
            if (length > limit)
            {
                throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"PUBLISH of {length} bytes, where the broker takes {limit}");
            }
        }
    }

    /// <summary>
    /// Makes a request under the client's time-out. MQTTnet is not told that the caller cancelled: so no packet is cut short on the wire, and a late answer finds
    /// its request, where MQTTnet 5.2 would end the connection.
    /// </summary>
    private async Task<T> AskAsync<T>(string doing, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = AnswerAsync();
        try
        {
            await Task.WhenAny(answer, Closed).WaitAsync(_options.Timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new MqttTimedOutException($"{doing}: no answer from {_options.Host}:{_options.Port} within {_options.Timeout.TotalSeconds:0.###} s", e);
        }

        return answer.IsCompletedSuccessfully ? await answer.ConfigureAwait(false)
            : answer.Exception?.InnerException is MqttProtocolViolationException unsendable ? throw new ArgumentException($"{doing}: {unsendable.Message}", unsendable)
            : throw ConnectionEnded();

        async Task<T> AnswerAsync() => Closed.IsCompleted ? throw ConnectionEnded() : await ask(_lifetime.Token).ConfigureAwait(false);
    }

    private async Task WaitForQuotaAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, _lifetime.Token);
        try
        {
            await _sendQuota.WaitAsync(any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw _lifetime.IsCancellationRequested ? ConnectionEnded()
                : new MqttTimedOutException($"{_channel.Accepted!.ReceiveMaximum} messages await PUBACK from {_options.Host}:{_options.Port} since {_options.Timeout.TotalSeconds:0.###} s", e);
        }
    }

    private MqttNotConnectedException ConnectionEnded() => new($"the connection to {_options.Host}:{_options.Port} has ended", Failure);

    /// <summary>Ends the client once, with the first cause reported.</summary>
    private void End(ReasonCode? peer, Exception? cause)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        var said = Volatile.Read(ref _sentReason);
        if (peer is null && said == -1)
        {
            Failure = cause switch
            {
                MqttException known => known,
                MqttCommunicationTimedOutException => new MqttTimedOutException($"no PINGRESP from {_options.Host}:{_options.Port}", cause),
                MqttProtocolViolationException => new MqttProtocolException(ReasonCode.ProtocolError, cause.Message, cause),
                null => null,
                _ => new MqttNotConnectedException($"the connection to {_options.Host}:{_options.Port} went: {cause.Message}", cause),
            };
        }

        _closed.TrySetResult(peer ?? (said != -1 ? (ReasonCode)said : ReasonCode.UnspecifiedError));
        _messages.Writer.TryComplete();
        _ = _lifetime.CancelAsync();
    }
}
