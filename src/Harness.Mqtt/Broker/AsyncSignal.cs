namespace Harness.Mqtt.Broker;

/// <summary>Wakes one waiter; a signal that is set without a waiter wakes the next one. One waiter at a time, any number of setters.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _set.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
