namespace Harness.Mqtt.Broker;

/// <summary>The outboxes that the packets of one read put something into. They are written from the reading thread once all packets of the read are handled:
/// no other thread is woken for a message, and what belongs together leaves in one write.</summary>
internal sealed class OutboxBatch
{
    [ThreadStatic]
    private static OutboxBatch? _current;

    private readonly HashSet<Outbox> _outboxes = [];

    /// <summary>The batch of the packet that this thread handles; null where there is none.</summary>
    public static OutboxBatch? Current => _current;

    /// <summary>Collects what a call puts into outboxes, until it returns or first waits; what it does after that is not collected.</summary>
    public ValueTask CollectAsync(Func<MqttPacket, ValueTask> handle, MqttPacket packet) => Collect(static call => call.handle(call.packet), (handle, packet));

    /// <inheritdoc cref="CollectAsync"/>
    public TResult Collect<TArgument, TResult>(Func<TArgument, TResult> call, TArgument argument)
    {
        _current = this;
        try
        {
            return call(argument);
        }
        finally
        {
            _current = null;
        }
    }

    /// <summary>Adds an outbox, once.</summary>
    public void Add(Outbox outbox) => _outboxes.Add(outbox);

    /// <summary>Writes what was collected.</summary>
    public void Flush()
    {
        foreach (var outbox in _outboxes)
        {
            outbox.Flush();
        }

        _outboxes.Clear();
    }
}
