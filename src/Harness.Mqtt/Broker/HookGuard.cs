using System.Net;

namespace Harness.Mqtt;

/// <summary>Calls the hooks so that one that throws refuses, is told about, and harms no one else.</summary>
internal sealed class HookGuard(IBrokerHooks? hooks)
{
    public bool MayPublish(ClientIdentity client, string topic) => Ask(client, nameof(IBrokerHooks.MayPublish), h => h.MayPublish(client, topic));

    public bool MaySubscribe(ClientIdentity client, string filter) => Ask(client, nameof(IBrokerHooks.MaySubscribe), h => h.MaySubscribe(client, filter));

    public bool MayReceive(ClientIdentity client, string topic) => Ask(client, nameof(IBrokerHooks.MayReceive), h => h.MayReceive(client, topic));

    public void Connected(ClientIdentity client) => Ask(client, nameof(IBrokerHooks.Connected), h => Tell(() => h.Connected(client)));

    public void Disconnected(ClientIdentity client) => Ask(client, nameof(IBrokerHooks.Disconnected), h => Tell(() => h.Disconnected(client)));

    public void Subscribed(ClientIdentity client, string filter) => Ask(client, nameof(IBrokerHooks.Subscribed), h => Tell(() => h.Subscribed(client, filter)));

    /// <returns>True = swallowed; null = the hook threw.</returns>
    public async ValueTask<bool?> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (hooks is null)
        {
            return false;
        }

        try
        {
            return await hooks.InterceptAsync(client, message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            Fault(client.ClientId, null, "IBrokerHooks." + nameof(IBrokerHooks.InterceptAsync), e);
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
            // Documented: there is no one left to tell about a fault in telling faults.
        }
    }

    private static bool Tell(Action call)
    {
        call();
        return true;
    }

    private bool Ask(ClientIdentity client, string method, Func<IBrokerHooks, bool> question)
    {
        if (hooks is null)
        {
            return true;
        }

        try
        {
            return question(hooks);
        }
        catch (Exception e)
        {
            // Foreign code at the broker's boundary: whatever it throws means no.
            Fault(client.ClientId, null, "IBrokerHooks." + method, e);
            return false;
        }
    }
}
