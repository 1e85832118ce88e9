namespace Harness.Mqtt;

/// <content>Sessions and routing.</content>
public sealed partial class MqttBroker
{
    /// <summary>Binds a connection that may come in to its session, in one go: take-over, session, CONNACK, keys, hook. Nothing changes where it is refused.</summary>
    /// <returns>Success, or the reason for CONNACK.</returns>
    internal async Task<ReasonCode> AttachAsync(BrokerConnection connection, ConnectPacket connect, ConnAckPacket accepted, BrokerExchange? exchange, CancellationToken cancellationToken)
    {
        await _attaching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var identity = connection.Identity!;
            _sessions.TryGetValue(identity.ClientId, out var existing);
            if (existing?.Identity.AuthenticationMethod is not null && exchange is null)
            {
                return ReasonCode.NotAuthorized; // a name that someone proved is not for the taking by one who proves nothing
            }

            if (!connection.Fits(accepted))
            {
                return ReasonCode.PacketTooLarge;
            }

            if (existing?.Connection is { } previous)
            {
                previous.Stop(ReasonCode.SessionTakenOver);
                End(previous);
                _sessions.TryGetValue(identity.ClientId, out existing);
            }

            // An anonymous client's subscriptions and queue are not inherited by the one who proves the name.
            var resumes = existing is not null && !connect.CleanStart && (existing.Identity.AuthenticationMethod is null) == (exchange is null);
            if (existing is not null && !resumes)
            {
                EndSession(existing);
                existing = null;
            }

            connection.TrySend(accepted with { SessionPresent = resumes });
            var session = existing ?? new BrokerSession(identity.ClientId, identity, Options, Hooks);
            Bind(session, connection, identity);
            if (exchange?.Complete() == false)
            {
                connection.Stop(ReasonCode.UnspecifiedError);
            }

            Hooks.Connected(identity);
            session.Attach(connection, connect.ReceiveMaximum ?? ushort.MaxValue);
            return ReasonCode.Success;
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Undoes <see cref="AttachAsync"/> when a connection ended; nothing where it was taken over before or never attached.</summary>
    internal async Task EndAsync(BrokerConnection connection)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            End(connection);
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Takes a client's message: rights, hooks, retained store, subscribers.</summary>
    /// <returns>Reason for PUBACK.</returns>
    internal async ValueTask<ReasonCode> AcceptAsync(ClientIdentity client, PublishPacket packet, CancellationToken cancellationToken)
    {
        if (packet.Topic[0] == '$')
        {
            return ReasonCode.TopicNameInvalid; // the broker's own (section 4.7.2)
        }

        if (!Hooks.MayPublish(client, packet.Topic))
        {
            return ReasonCode.NotAuthorized;
        }

        var message = new MqttMessage(packet.Topic, packet.Payload, packet.Qos, packet.Retain);
        var judgement = await Hooks.JudgeAsync(client, message, cancellationToken).ConfigureAwait(false);
        if (judgement.Payload is not { } payload)
        {
            return judgement.Reason;
        }

        // DUP and the identifier belong to the publisher's hop (MQTT-3.3.1-3).
        var fresh = packet with { Dup = false, PacketId = 0, Payload = payload };
        if (fresh.Retain && !Retained.Put(fresh))
        {
            return ReasonCode.QuotaExceeded;
        }

        Route(fresh, client.ClientId);
        return ReasonCode.Success;
    }

    private void Route(PublishPacket packet, string? publisher)
    {
        foreach (var session in _sessions.Values)
        {
            if (session.Find(packet.Topic, own: session.ClientId == publisher) is not { } match || !Hooks.MayReceive(session.Identity, packet.Topic))
            {
                continue;
            }

            session.Deliver(packet with
            {
                Qos = packet.Qos < match.Qos ? packet.Qos : match.Qos,
                Retain = packet.Retain && match.RetainAsPublished,
                SubscriptionIdentifiers = match.Identifiers,
            });
        }
    }

    private void Bind(BrokerSession session, BrokerConnection connection, ClientIdentity identity)
    {
        session.Expiry?.Dispose();
        session.Expiry = null;
        session.Will?.Timer.Dispose(); // the client is back in time: its will is not published (section 3.1.3.2.2)
        session.Will = null;
        session.Identity = identity;
        session.Connection = connection;
        connection.Session = session;
        _sessions[session.ClientId] = session;
    }

    private void End(BrokerConnection connection)
    {
        if (connection.Session is not { } session || session.Connection != connection)
        {
            return;
        }

        session.Connection = null;
        session.Detach();
        Hooks.Disconnected(connection.Identity!);
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var seconds = connection.SessionExpirySeconds;
        var keep = seconds > 0 && _sessions.Values.Count(s => s.Connection is null) <= Options.MaximumSessions;
        if (connection.Will is { } will)
        {
            Arrange(session, connection.Identity!, will, keep ? Math.Min(will.DelayInterval ?? 0, seconds) : 0);
        }

        if (!keep)
        {
            EndSession(session);
        }
        else if (seconds != uint.MaxValue)
        {
            session.Expiry = Timer(seconds, () => ExpireAsync(session));
        }
    }

    private async Task ExpireAsync(BrokerSession session)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (session.Connection is null && _sessions.TryGetValue(session.ClientId, out var current) && current == session)
            {
                EndSession(session);
            }
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Forgets a session; a will that still waits is due now (MQTT-3.1.3-9).</summary>
    private void EndSession(BrokerSession session)
    {
        _sessions.TryRemove(session.ClientId, out _);
        session.Expiry?.Dispose();
        session.Expiry = null;
        if (session.Will is { } will)
        {
            session.Will = null;
            will.Timer.Dispose();
            will.Publish();
        }
    }

    private void Arrange(BrokerSession session, ClientIdentity client, MqttWill will, uint delaySeconds)
    {
        var packet = new PublishPacket
        {
            Topic = will.Topic,
            Payload = will.Payload,
            Qos = will.Qos,
            Retain = will.Retain,
            PayloadFormatIndicator = will.PayloadFormatIndicator,
            MessageExpiryInterval = will.MessageExpiryInterval,
            ContentType = will.ContentType,
            ResponseTopic = will.ResponseTopic,
            CorrelationData = will.CorrelationData,
            UserProperties = will.UserProperties,
        };

        // Not awaited: hooks are asked, which may take long, and the attach lock is held here.
        void Publish() => _ = Task.Run(async () => await AcceptAsync(client, packet, _stopping.Token).ConfigureAwait(false));
        if (delaySeconds == 0)
        {
            Publish();
            return;
        }

        session.Will = new PendingWill(Timer(delaySeconds, () => PublishLateAsync(session, client)), Publish);
    }

    private async Task PublishLateAsync(BrokerSession session, ClientIdentity client)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (session.Connection is null && session.Will is { } will)
            {
                session.Will = null;
                will.Timer.Dispose();
                will.Publish();
            }
        }
        catch (Exception e)
        {
            // Runs on a timer: nobody awaits it.
            Hooks.Fault(client.ClientId, null, "MqttBroker.Will", e);
        }
        finally
        {
            _attaching.Release();
        }
    }

    private ITimer Timer(uint seconds, Func<Task> due)
    {
        // Timers take 49 days at most; a session that is to live longer than that lives as long as the broker.
        var wait = seconds > 4_000_000 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        return Options.TimeProvider.CreateTimer(_ => _ = due(), null, wait, Timeout.InfiniteTimeSpan);
    }
}
