namespace Harness.Mqtt.Broker;

/// <content>From accept to CONNACK. Until CONNACK 0x00 nothing outside this connection changes.</content>
internal sealed partial class BrokerConnection
{
    private async Task<bool> HandshakeAsync()
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        MqttPacket? first;
        try
        {
            first = await _channel.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (MqttProtocolException e)
        {
            if (ConnectSniffer.Refusal(_channel.Pending, e.Reason) is { } refusal)
            {
                await _outbox.AddAsync(refusal, either.Token).ConfigureAwait(false);
            }

            return false;
        }

        if (first is not ConnectPacket connect)
        {
            return false; // MQTT-3.1.0-1; a peer that does not speak MQTT gets no MQTT back
        }

        _broker.Admission.MarkIdentified(this, Address);
        _channel.Version = connect.Version;
        _channel.PeerMaximumPacketSize = connect.MaximumPacketSize ?? uint.MaxValue;
        try
        {
            return await LoginAsync(connect, either.Token).ConfigureAwait(false);
        }
        catch (MqttProtocolException e)
        {
            return Refuse(e.Reason);
        }
    }

    private async Task<bool> LoginAsync(ConnectPacket connect, CancellationToken cancellationToken)
    {
        if (connect.Will is { } will && !TopicFilter.IsShallow(will.Topic))
        {
            return Refuse(ReasonCode.TopicNameInvalid);
        }

        if (connect.AuthenticationMethod is { } method)
        {
            var request = new AuthenticationRequest(connect.ClientId, method, IsReauthentication: false, _channel.Remote);
            using var exchange = BrokerExchange.Begin(_options.Authenticator, request, _broker.Hooks, out var refusal);
            if (exchange is null)
            {
                return Refuse(refusal);
            }

            var last = await ExchangeAsync(exchange, connect, cancellationToken).ConfigureAwait(false);
            if (last is not { } step)
            {
                return false;
            }

            return step.Reason == ReasonCode.Success
                ? await AcceptAsync(connect, exchange, step.Data, cancellationToken).ConfigureAwait(false)
                : Refuse(step.Reason);
        }

        if (_options.Passwords is { } judge)
        {
            await ReadingThread.Leave();
            var reason = connect.ClientId.Length == 0
                ? ReasonCode.ClientIdentifierNotValid
                : judge(new PasswordLogin(connect.ClientId, connect.UserName, connect.Password, _channel.Remote));
            return reason == ReasonCode.Success ? await AcceptAsync(connect, null, null, cancellationToken, PasswordLogin.Method).ConfigureAwait(false) : Refuse(reason);
        }

        if (!_options.AllowAnonymous)
        {
            return Refuse(ReasonCode.NotAuthorized);
        }

        // 3.1.1: a session cannot be kept for a client without a ClientId (MQTT-3.1.3-8 there).
        return connect is { ClientId: "", CleanStart: false, Version: MqttVersion.V311 }
            ? Refuse(ReasonCode.ClientIdentifierNotValid)
            : await AcceptAsync(connect, null, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Exchanges AUTH packets until the authenticator is done; null where the client left. Any other packet of the client is a protocol error (section 4.12).</summary>
    private async Task<AuthenticationStep?> ExchangeAsync(BrokerExchange exchange, ConnectPacket connect, CancellationToken cancellationToken)
    {
        var data = connect.AuthenticationData ?? [];
        while (true)
        {
            var step = await exchange.NextAsync(data, cancellationToken).ConfigureAwait(false);
            if (step.Reason != ReasonCode.ContinueAuthentication)
            {
                return step;
            }

            var sending = _batch.CollectAsync(SendAsync, exchange.Answer(step));
            _batch.Flush();
            await sending.ConfigureAwait(false);
            switch (await _channel.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                case null or DisconnectPacket:
                    return null;
                case AuthPacket { Reason: ReasonCode.ContinueAuthentication, AuthenticationData: { } answer } auth when auth.AuthenticationMethod == exchange.Method:
                    data = answer;
                    break;
                default:
                    return AuthenticationStep.Refuse(ReasonCode.ProtocolError);
            }
        }
    }

    private async Task<bool> AcceptAsync(ConnectPacket connect, BrokerExchange? exchange, byte[]? data, CancellationToken cancellationToken, string? method = null)
    {
        var assigned = connect.ClientId.Length == 0 ? "auto-" + Guid.NewGuid().ToString("N") : null;
        Identity = new ClientIdentity(assigned ?? connect.ClientId, exchange?.Method ?? method, connect.Version);
        Will = connect.Will;
        CleanStart = connect.CleanStart;
        SessionExpirySeconds = RequestedExpirySeconds = connect.Version == MqttVersion.V311
            ? (connect.CleanStart ? 0 : uint.MaxValue)
            : connect.SessionExpiryInterval ?? 0;
        var accepted = new ConnAckPacket
        {
            AssignedClientIdentifier = assigned,
            AuthenticationMethod = exchange?.Method,
            AuthenticationData = data,
            ReceiveMaximum = _options.ReceiveMaximum,
            TopicAliasMaximum = _options.MaximumTopicAliases > 0 ? _options.MaximumTopicAliases : null,
            MaximumPacketSize = (uint)_options.MaximumPacketSize,
            ServerKeepAlive = connect.Version == MqttVersion.V5 && (connect.KeepAliveSeconds == 0 || connect.KeepAliveSeconds > _options.ServerKeepAliveSeconds)
                ? _options.ServerKeepAliveSeconds : null,
        };
        var attaching = _batch.Collect(
            static call => call.Connection._broker.AttachAsync(call.Connection, call.Connect, call.Accepted, call.Exchange, call.Token),
            (Connection: this, Connect: connect, Accepted: accepted, Exchange: exchange, Token: cancellationToken));
        _batch.Flush();
        var refusal = await attaching.ConfigureAwait(false);
        if (refusal != ReasonCode.Success)
        {
            Identity = null;
            return Refuse(refusal);
        }

        _broker.Admission.Remove(this, Address);
        StartKeepAlive(accepted.ServerKeepAlive ?? connect.KeepAliveSeconds);
        return true;
    }

    /// <summary>Sends CONNACK with a reason that CONNACK may carry; always returns false.</summary>
    private bool Refuse(ReasonCode reason)
    {
        TrySend(new ConnAckPacket { Reason = ReasonCodes.IsValidRefusal(PacketType.ConnAck, reason) ? reason : ReasonCode.UnspecifiedError });
        return false;
    }
}
