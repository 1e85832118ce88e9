namespace Harness.Mqtt.Broker;

/// <content>Wills, at once or after their delay.</content>
public sealed partial class MqttBroker
{
    private void End(BrokerConnection connection)
    {
        if (connection.Session is not { } session || session.Connection != connection)
        {
            return;
        }

        session.Connection = null;
        session.Detach(connection);
        Hooks.Disconnected(connection.Identity!);
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var seconds = connection.SessionExpirySeconds;
        if (connection.Will is { } will)
        {
            Arrange(session, connection, will, Math.Min(will.DelayInterval ?? 0, seconds));
        }

        connection.Release();
        if (seconds == 0)
        {
            EndSession(session);
        }
        else if (seconds != uint.MaxValue)
        {
            session.Expiry = Timer(seconds, () => ExpireAsync(session));
        }
    }

    private static PublishPacket PacketOf(MqttWill will) => new()
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

    private void Arrange(BrokerSession session, BrokerConnection connection, MqttWill will, uint delaySeconds)
    {
        var (client, packet, pool) = (connection.Identity!, PacketOf(will), PoolOf(session.Proved));
        var cost = MemoryCost.Of(packet);
        pool.Bytes.Take(cost);

        // Not awaited: hooks are asked, which may take long, and the attach lock is held here.
        void Publish() => _ = Task.Run(async () =>
        {
            try
            {
                await AcceptAsync(client, session, packet, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The broker stops.
            }
        });
        if (delaySeconds == 0)
        {
            pool.Bytes.Return(cost);
            Publish();
            return;
        }

        session.Will = new PendingWill(Timer(delaySeconds, () => PublishLateAsync(session, client)), Publish, () => pool.Bytes.Return(cost));
    }

    private async Task PublishLateAsync(BrokerSession session, ClientIdentity client)
    {
        await _attaching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (session.Connection is null)
            {
                session.TakeWill()?.Publish();
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
        // Timers take 49 days at most; a session with a longer expiry lives as long as the broker.
        var wait = seconds > 4_000_000 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        return Options.TimeProvider.CreateTimer(_ => _ = due(), null, wait, Timeout.InfiniteTimeSpan);
    }
}
