namespace Harness.Mqtt.Broker;

/// <content>Sessions: their owners, how they are resumed and when they end.</content>
public sealed partial class MqttBroker
{
    /// <summary>Binds an accepted connection to its session, in one go: take-over, session, CONNACK, keys, hook. A refusal changes nothing.</summary>
    /// <returns>Success, or the reason for CONNACK.</returns>
    internal async Task<ReasonCode> AttachAsync(BrokerConnection connection, ConnectPacket connect, ConnAckPacket accepted, BrokerExchange? exchange, CancellationToken cancellationToken)
    {
        await _attaching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var identity = connection.Identity!;
            var key = new SessionKey(identity.ClientId, exchange is not null);
            if (!key.Proved && _sessions.TryGet(key with { Proved = true }, out var owned) && owned.Identity.AuthenticationMethod is not null)
            {
                return ReasonCode.NotAuthorized; // a name that a client proves at CONNECT is refused to one without proof
            }

            _sessions.TryGet(key, out var existing);
            if (!TryAdmit(connection, connect, existing, key.Proved, out var refusal))
            {
                return refusal;
            }

            if (connect.Version == MqttVersion.V5 && connection.RequestedExpirySeconds > 0)
            {
                accepted = accepted with { SessionExpiryInterval = connection.SessionExpirySeconds };
            }

            if (!connection.Fits(accepted))
            {
                connection.Release();
                return ReasonCode.PacketTooLarge;
            }

            if (key.Proved && _sessions.TryGet(key with { Proved = false }, out var anonymous))
            {
                // The session that a client without proof left under the name is not inherited by the client that proves it.
                TakeOver(anonymous);
                EndSession(anonymous);
            }

            if (existing is not null)
            {
                TakeOver(existing);
                _sessions.TryGet(key, out existing);
            }

            if (existing is not null && connect.CleanStart)
            {
                EndSession(existing);
                existing = null;
            }

            connection.TrySend(accepted with { SessionPresent = existing is not null });
            var session = existing ?? new BrokerSession(identity, key.Proved, this);
            Bind(session, connection, identity);
            if (exchange?.Complete() == false)
            {
                connection.Stop(ReasonCode.UnspecifiedError);
            }

            Hooks.Connected(identity);
            session.Attach(connection, connect.ReceiveMaximum ?? ushort.MaxValue, connect.TopicAliasMaximum ?? 0);
            return ReasonCode.Success;
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Gives a connection whose client proved its name after CONNECT the session and place that were proved under that name before.</summary>
    internal async Task ProveAsync(BrokerConnection connection)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (connection.Session is not { Proved: false } session || session.Connection != connection)
            {
                return; // it was taken over meanwhile
            }

            if (_sessions.TryGet(session.Key with { Proved = true }, out var earlier))
            {
                TakeOver(earlier);
                _sessions.TryGet(session.Key with { Proved = true }, out earlier);
            }

            _sessions.Remove(session.Key);
            connection.Move(to: _proved);
            session.BecomeProved(connection.CleanStart ? null : earlier);
            _sessions.Put(session);
            if (earlier is not null)
            {
                var will = earlier.TakeWill();
                if (connection.CleanStart)
                {
                    will?.Publish(); // the session ends; otherwise its client is back in time
                }

                earlier.Expiry?.Dispose();
                earlier.End();
            }

            session.Pump();
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Undoes <see cref="AttachAsync"/> when a connection ended; does nothing where it was taken over before or never attached.</summary>
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

    /// <summary>Reserves the room that a connection needs: for itself, its will, and its session where that is to be kept.</summary>
    private bool TryAdmit(BrokerConnection connection, ConnectPacket connect, BrokerSession? existing, bool proved, out ReasonCode refusal)
    {
        var pool = PoolOf(proved);
        refusal = ReasonCode.QuotaExceeded;
        if (!connection.TryHold(pool, connection.Will is { } will ? MemoryCost.Of(PacketOf(will)) : 0, replaces: existing?.Connection is not null))
        {
            Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.Connections, connect.ClientId, connection.Address, 0, 1));
            return false;
        }

        if (connection.SessionExpirySeconds > 0 && existing is not { HasPlace: true } && !pool.KeptSessions.TryTake(1))
        {
            Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.KeptSessions, connect.ClientId, connection.Address, 0, 0));
            connection.SessionExpirySeconds = 0;
            if (connect.Version == MqttVersion.V311)
            {
                connection.Release();
                refusal = ReasonCode.ServerUnavailable; // 3.1.1 has no code for a session that is not kept
                return false;
            }
        }
        else if (connection.SessionExpirySeconds > 0 && existing is not { HasPlace: true })
        {
            pool.KeptSessions.Return(1); // the session itself takes it again under this same lock
        }

        return true;
    }

    private void TakeOver(BrokerSession session)
    {
        if (session.Connection is { } previous)
        {
            previous.Stop(ReasonCode.SessionTakenOver);
            End(previous);
        }
    }

    private void Bind(BrokerSession session, BrokerConnection connection, ClientIdentity identity)
    {
        session.Expiry?.Dispose();
        session.Expiry = null;
        session.TakeWill(); // the client is back in time: its will is not published (section 3.1.3.2.2)
        session.TryKeep(connection.SessionExpirySeconds > 0);
        session.Identity = identity;
        session.Connection = connection;
        connection.Session = session;
        _sessions.Put(session);
    }

    private async Task ExpireAsync(BrokerSession session)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (session.Connection is null && _sessions.TryGet(session.Key, out var current) && current == session)
            {
                EndSession(session);
            }
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Removes a session; a will that still waits is published now (MQTT-3.1.3-9).</summary>
    private void EndSession(BrokerSession session)
    {
        _sessions.Remove(session.Key);
        session.End();
        session.Expiry?.Dispose();
        session.Expiry = null;
        session.TakeWill()?.Publish();
    }
}
