namespace Harness.Sessions.Broker;

/// <summary>Messages of the broker itself, published one after the other, so that a client never gets an older wrap after a newer one.</summary>
internal sealed class BrokerOutbox(Action<BrokerFault> onFault) : IAsyncDisposable
{
    private readonly Channel<object> _due = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private Task _delivering = Task.CompletedTask;

    /// <summary>Starts delivering by a broker; what was queued before waits for it.</summary>
    public void Start(IMqttBroker broker) => _delivering = DeliverAsync(broker);

    /// <summary>Queues messages; what they are is asked when their turn comes.</summary>
    public void Add(Func<IReadOnlyList<BrokerMessage>> due) => _due.Writer.TryWrite(due);

    /// <summary>Queues a user to be made.</summary>
    public void Add(Grant grant) => _due.Writer.TryWrite(grant);

    /// <summary>Gives up what waits and what is under way. Before the broker ends, which would otherwise break off a delivery, and that is a fault.</summary>
    public async Task StopAsync()
    {
        _due.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Stops; what waits is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _delivering.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task DeliverAsync(IMqttBroker broker)
    {
        try
        {
            await foreach (var due in _due.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (due is Grant grant)
                {
                    await TryAsync(grant.Client, nameof(ITopicCredentials.GrantAsync), grant.RunAsync(_stopping.Token)).ConfigureAwait(false);
                    continue;
                }

                foreach (var message in ((Func<IReadOnlyList<BrokerMessage>>)due)())
                {
                    // Routed by subscription as every message is; the hooks let C alone have it.
                    await TryAsync(message.Client, nameof(IMqttBroker.PublishAsync), broker.PublishAsync(
                        message.Topic, message.Payload, QualityOfService.AtLeastOnce, retain: false, onlyToClient: null, _stopping.Token)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Stopped: what was under way was given up, or the broker ended first.
        }
    }

    private async Task TryAsync(string client, string what, Task doing)
    {
        try
        {
            await doing.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && !_stopping.IsCancellationRequested)
        {
            onFault(new BrokerFault(client, null, $"{nameof(IMqttBroker)}.{what}", e));
        }
    }
}

/// <summary>A user that a login on topics makes at a broker.</summary>
internal sealed record Grant(ITopicCredentials Users, string Client, byte[] Password)
{
    /// <summary>Makes it, and wipes the password.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Users.GrantAsync(Client, Password, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(Password);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"user {Client}";
}
