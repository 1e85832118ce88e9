using System.Threading.Channels;

namespace Harness.Sessions.Broker;

/// <summary>Messages of the broker itself, published one after the other, so that a client never gets an older wrap after a newer one.</summary>
internal sealed class BrokerOutbox(Action<BrokerFault> onFault) : IAsyncDisposable
{
    private readonly Channel<Func<IReadOnlyList<BrokerMessage>>> _due = Channel.CreateUnbounded<Func<IReadOnlyList<BrokerMessage>>>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private Task _delivering = Task.CompletedTask;

    /// <summary>Starts delivering by a broker; what was queued before waits for it.</summary>
    public void Start(IMqttBroker broker) => _delivering = DeliverAsync(broker);

    /// <summary>Queues messages; what they are is asked when their turn comes.</summary>
    public void Add(Func<IReadOnlyList<BrokerMessage>> due) => _due.Writer.TryWrite(due);

    /// <summary>Stops; what waits is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _due.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _delivering.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task DeliverAsync(IMqttBroker broker)
    {
        try
        {
            await foreach (var due in _due.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                foreach (var message in due())
                {
                    await PublishAsync(broker, message).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task PublishAsync(IMqttBroker broker, BrokerMessage message)
    {
        try
        {
            // Routed by subscription as every message is; the hooks let C alone have it.
            await broker.PublishAsync(
                message.Topic, message.Payload, QualityOfService.AtLeastOnce, retain: false, onlyToClient: null, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            onFault(new BrokerFault(message.Client, null, $"{nameof(IMqttBroker)}.{nameof(IMqttBroker.PublishAsync)}", e));
        }
    }
}
