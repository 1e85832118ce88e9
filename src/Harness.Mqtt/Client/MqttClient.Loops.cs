using System.Threading.Channels;

namespace Harness.Mqtt;

/// <content>What runs while the connection stands: reading, keep-alive, requests, re-authentication and the end.</content>
public sealed partial class MqttClient
{
    private Channel<AuthPacket>? _reauthentication;

    /// <summary>Authenticates again on this connection (section 4.12.1). Other traffic goes on meanwhile, under what held before.</summary>
    /// <param name="authentication">A fresh exchange with the method of the login.</param>
    /// <param name="cancellationToken">Gives up and ends the connection.</param>
    /// <exception cref="MqttRefusedException">The broker answered with DISCONNECT; the connection ended.</exception>
    /// <exception cref="MqttTimedOutException">No answer in time; the connection ended.</exception>
    /// <exception cref="InvalidOperationException">The login had another method or none, or one re-authentication is under way.</exception>
    public async Task ReauthenticateAsync(IEnhancedAuthenticationClient authentication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        if (authentication.Method != _options.Authentication?.Method)
        {
            throw new InvalidOperationException($"MqttClient.ReauthenticateAsync: the login used method {_options.Authentication?.Method ?? "(none)"}, not {authentication.Method}.");
        }

        var inbox = Channel.CreateBounded<AuthPacket>(4);
        if (Interlocked.CompareExchange(ref _reauthentication, inbox, null) is not null)
        {
            throw new InvalidOperationException("MqttClient.ReauthenticateAsync: one is under way.");
        }

        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, _lifetime.Token);
        try
        {
            await ExchangeAsync(authentication, inbox.Reader, any.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Half an exchange leaves both ends unsure which keys hold: the connection ends, whatever the cause.
            var cancelledHere = e is OperationCanceledException && any.IsCancellationRequested;
            if (Interlocked.Exchange(ref _ending, 1) == 0)
            {
                await ClientLogin.TryDisconnectAsync(_channel, (e as MqttProtocolException)?.Reason ?? ReasonCode.UnspecifiedError).ConfigureAwait(false);
                await EndAsync(ReasonCode.UnspecifiedError, e as MqttException).ConfigureAwait(false);
            }

            if (!(cancelledHere || e is MqttNotConnectedException) || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            if (timeout.IsCancellationRequested)
            {
                throw new MqttTimedOutException($"no answer to the re-authentication within {_options.Timeout.TotalSeconds:0.###} s", e);
            }

            var reason = await Closed.ConfigureAwait(false);
            throw Failure is null && reason >= ReasonCode.UnspecifiedError
                ? new MqttRefusedException(reason, "the broker refused the re-authentication")
                : Gone();
        }
        finally
        {
            Volatile.Write(ref _reauthentication, null);
        }
    }

    private async Task ExchangeAsync(IEnhancedAuthenticationClient authentication, ChannelReader<AuthPacket> inbox, CancellationToken cancellationToken)
    {
        var reason = ReasonCode.ReAuthenticate;
        var data = await authentication.StartAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            await SendAsync(ClientLogin.AuthOf(authentication, reason, data), cancellationToken).ConfigureAwait(false);
            var answer = await inbox.ReadAsync(cancellationToken).ConfigureAwait(false);
            var received = answer.AuthenticationData ?? [];
            if (answer.AuthenticationMethod != authentication.Method || answer.Reason == ReasonCode.ReAuthenticate)
            {
                throw PacketReader.ProtocolError($"the broker sent {ClientLogin.Describe(answer)} during re-authentication by {authentication.Method}");
            }

            if (answer.Reason == ReasonCode.Success)
            {
                await authentication.CompleteAsync(received, cancellationToken).ConfigureAwait(false);
                return;
            }

            data = await authentication.ContinueAsync(received, cancellationToken).ConfigureAwait(false);
            reason = ReasonCode.ContinueAuthentication;
        }
    }

    private async Task ReadLoopAsync()
    {
        try
        {
            while (await _channel.ReadAsync(_lifetime.Token).ConfigureAwait(false) is { } packet)
            {
                if (packet is DisconnectPacket disconnect && _channel.Version == MqttVersion.V5)
                {
                    await EndOnceAsync(disconnect.Reason, null).ConfigureAwait(false);
                    return;
                }

                await TakeAsync(packet).ConfigureAwait(false);
            }

            await EndOnceAsync(ReasonCode.UnspecifiedError, new MqttNotConnectedException($"the broker at {_channel.Remote} ended the connection without DISCONNECT")).ConfigureAwait(false);
        }
        catch (MqttProtocolException e)
        {
            if (Interlocked.Exchange(ref _ending, 1) == 0)
            {
                await ClientLogin.TryDisconnectAsync(_channel, e.Reason).ConfigureAwait(false);
                await EndAsync(ReasonCode.UnspecifiedError, e).ConfigureAwait(false);
            }
        }
        catch (MqttNotConnectedException e)
        {
            await EndOnceAsync(ReasonCode.UnspecifiedError, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection was ended from this side, which said so.
        }
    }

    private async ValueTask TakeAsync(MqttPacket packet)
    {
        switch (packet)
        {
            case PublishPacket publish:
                await TakeAsync(publish).ConfigureAwait(false);
                break;
            case PubAckPacket ack:
                _pending.Complete(ack.PacketId, ack);
                _sendQuota.Release();
                break;
            case SubAckPacket { Reasons.Count: 1 } ack:
                _pending.Complete(ack.PacketId, ack);
                break;
            case UnsubAckPacket { Reasons.Count: <= 1 } ack:
                _pending.Complete(ack.PacketId, ack);
                break;
            case PingRespPacket:
                break;
            case AuthPacket auth when Volatile.Read(ref _reauthentication) is { } inbox && inbox.Writer.TryWrite(auth):
                break;
            default:
                throw PacketReader.ProtocolError($"the broker sent {ClientLogin.Describe(packet)}, which it may not send now");
        }
    }

    private async ValueTask TakeAsync(PublishPacket publish)
    {
        if (publish.Qos > QualityOfService.AtLeastOnce)
        {
            throw new MqttProtocolException(ReasonCode.QosNotSupported, "the broker sent QoS 2, which was not subscribed");
        }

        if (publish.TopicAlias is not null)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "the broker sent a topic alias, where none is taken");
        }

        if (!_messages.Writer.TryWrite(new MqttMessage(publish.Topic, publish.Payload, publish.Qos, publish.Retain)))
        {
            throw new MqttProtocolException(ReasonCode.QuotaExceeded, $"{_options.MaximumUnreadMessages} messages are unread; read MqttClient.Messages or raise MaximumUnreadMessages");
        }

        if (publish.Qos == QualityOfService.AtLeastOnce)
        {
            await _channel.WriteAsync(MqttCodec.Encode(new PubAckPacket { PacketId = publish.PacketId }, _channel.Version), _lifetime.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Every half keep-alive: pings where nothing was sent or nothing came since the last look; gives up where a ping got nothing back.</summary>
    private async Task KeepAliveAsync()
    {
        var seconds = _accepted.ServerKeepAlive ?? _options.KeepAliveSeconds;
        if (seconds == 0)
        {
            return;
        }

        var half = TimeSpan.FromSeconds(seconds / 2.0);
        var pinged = false;
        try
        {
            while (true)
            {
                var (read, written) = (_channel.ReadCount, _channel.WriteCount);
                await Task.Delay(half, _options.TimeProvider, _lifetime.Token).ConfigureAwait(false);
                var silent = _channel.ReadCount == read;
                if (pinged && silent)
                {
                    await EndOnceAsync(ReasonCode.UnspecifiedError, new MqttTimedOutException($"no PINGRESP within {half.TotalSeconds:0.#} s")).ConfigureAwait(false);
                    return;
                }

                pinged = silent || _channel.WriteCount == written;
                if (pinged)
                {
                    await _channel.WriteAsync(MqttCodec.Encode(new PingReqPacket(), _channel.Version), _lifetime.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or MqttNotConnectedException)
        {
            // The read loop sees the end too and tells.
        }
    }

    private async Task<MqttPacket> RequestAsync(PacketType answer, Func<ushort, MqttPacket> request, CancellationToken cancellationToken)
    {
        var (id, answered) = _pending.Add(answer);
        try
        {
            await SendAsync(request(id), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttProtocolException or ArgumentException)
        {
            _pending.Remove(id);
            throw;
        }

        try
        {
            return await answered.WaitAsync(_options.Timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new MqttTimedOutException($"no {answer} from {_channel.Remote} within {_options.Timeout.TotalSeconds:0.###} s", e);
        }
    }

    private async Task WaitForQuotaAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.Token);
        try
        {
            if (!await _sendQuota.WaitAsync(_options.Timeout, either.Token).ConfigureAwait(false))
            {
                throw new MqttTimedOutException($"{_accepted.ReceiveMaximum} messages await PUBACK from {_channel.Remote} since {_options.Timeout.TotalSeconds:0.###} s");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Gone();
        }
    }

    /// <summary>A write is never cut short: the caller's token only stops waiting for it, so that no half packet stays on the wire.</summary>
    private async Task SendAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ending) != 0)
        {
            throw Gone();
        }

        var bytes = MqttCodec.Encode(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"{packet.Type} of {bytes.Length} bytes, where the broker takes {_channel.PeerMaximumPacketSize}");
        }

        try
        {
            await _channel.WriteAsync(bytes, _lifetime.Token).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Gone();
        }
    }

    private MqttNotConnectedException Gone() => new($"the connection to {_options.Host}:{_options.Port} has ended", Failure);

    private Task EndOnceAsync(ReasonCode reason, MqttException? failure)
        => Interlocked.Exchange(ref _ending, 1) == 0 ? EndAsync(reason, failure) : Task.CompletedTask;

    private async Task EndAsync(ReasonCode reason, MqttException? failure)
    {
        Failure = failure;
        await _lifetime.CancelAsync().ConfigureAwait(false);
        _closed.TrySetResult(reason);
        _pending.End(Gone());
        _messages.Writer.TryComplete();
        await _channel.CloseAsync().ConfigureAwait(false);
    }
}
