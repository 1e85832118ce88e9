namespace Harness.Mqtt.Broker;

/// <summary>Calls the hooks. A hook that throws counts as a refusal and is reported, and other clients are not affected.</summary>
internal sealed class HookGuard(IBrokerHooks? hooks, IReadOnlyList<string> forbidden)
{
    /// <summary>Asks the hook. A hook that throws does not prove a client, and takes no proof made at CONNECT away.</summary>
    public bool HasProved(ClientIdentity client) => hooks is null
        ? client.AuthenticationMethod is not null
        : Ask(client, "", nameof(IBrokerHooks.HasProved), static (h, c, _) => h.HasProved(c));

    public bool MayPublish(ClientIdentity client, string topic) => Ask(client, topic, nameof(IBrokerHooks.MayPublish), static (h, c, t) => h.MayPublish(c, t));

    public bool MaySubscribe(ClientIdentity client, string filter) => Ask(client, filter, nameof(IBrokerHooks.MaySubscribe), static (h, c, t) => h.MaySubscribe(c, t));

    public bool MayReceive(ClientIdentity client, string topic) => !IsForbidden(topic) && Ask(client, topic, nameof(IBrokerHooks.MayReceive), static (h, c, t) => h.MayReceive(c, t));

    /// <summary>True where nobody may subscribe to a topic, or to any topic that a filter matches.</summary>
    public bool IsForbidden(string filter)
    {
        for (var i = 0; i < forbidden.Count; i++)
        {
            if (TopicFilter.Covers(forbidden[i], filter))
            {
                return true;
            }
        }

        return false;
    }

    public void Connected(ClientIdentity client) => Ask(client, "", nameof(IBrokerHooks.Connected), static (h, c, _) => Notify(() => h.Connected(c)));

    public void Disconnected(ClientIdentity client) => Ask(client, "", nameof(IBrokerHooks.Disconnected), static (h, c, _) => Notify(() => h.Disconnected(c)));

    public void Subscribed(ClientIdentity client, string filter) => Ask(client, filter, nameof(IBrokerHooks.Subscribed), static (h, c, f) => Notify(() => h.Subscribed(c, f)));

    public void LimitReached(BrokerLimitReached reached)
    {
        try
        {
            hooks?.LimitReached(reached);
        }
        catch (Exception e)
        {
            Fault(reached.ClientId, null, "IBrokerHooks." + nameof(IBrokerHooks.LimitReached), e);
        }
    }

    /// <returns>Refused with 0x80 where the hook threw.</returns>
    public async ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (hooks is null)
        {
            return PublishJudgement.Route(message.Payload);
        }

        try
        {
            return await hooks.JudgeAsync(client, message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            Fault(client.ClientId, null, "IBrokerHooks." + nameof(IBrokerHooks.JudgeAsync), e);
            return PublishJudgement.Refuse(ReasonCode.UnspecifiedError);
        }
    }

    /// <returns>Null where the hook keeps the message back or threw.</returns>
    public ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload)
    {
        if (hooks is null)
        {
            return payload;
        }

        try
        {
            return hooks.Outgoing(client, topic, payload);
        }
        catch (Exception e)
        {
            Fault(client.ClientId, null, "IBrokerHooks." + nameof(IBrokerHooks.Outgoing), e);
            return null;
        }
    }

    public void Fault(string? clientId, IPEndPoint? remote, string where, Exception exception)
    {
        try
        {
            hooks?.Faulted(new BrokerFault(clientId, remote, where, exception));
        }
        catch (Exception)
        {
            // Documented: no hook is left to report a fault in the fault report to.
        }
    }

    private static bool Notify(Action call)
    {
        call();
        return true;
    }

    // Asked three times for each message: no question captures anything.
    private bool Ask(ClientIdentity client, string topic, string method, Func<IBrokerHooks, ClientIdentity, string, bool> question)
    {
        if (hooks is null)
        {
            return true;
        }

        try
        {
            return question(hooks, client, topic);
        }
        catch (Exception e)
        {
            // A hook is foreign code at the broker's boundary: any exception means no.
            Fault(client.ClientId, null, "IBrokerHooks." + method, e);
            return false;
        }
    }
}
