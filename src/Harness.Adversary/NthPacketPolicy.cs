namespace Harness.Adversary;

/// <summary>An attack on chosen packets: all others pass unchanged. Safe for several connections at once.</summary>
public abstract class NthPacketPolicy : IProxyPolicy
{
    /// <summary>Every matching packet.</summary>
    public const int Every = 0;

    private readonly TaskCompletionSource _firstTrigger = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;
    private int _triggered;

    /// <summary>An attack on one or on every matching packet.</summary>
    /// <param name="selector">Packets that count.</param>
    /// <param name="nth">The one attacked, from 1, over all connections; <see cref="Every"/> for all.</param>
    protected NthPacketPolicy(PacketSelector selector, int nth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nth);
        Selector = selector;
        Nth = nth;
    }

    /// <summary>Packets that count.</summary>
    public PacketSelector Selector { get; }

    /// <summary>The one attacked, from 1; <see cref="Every"/> for all.</summary>
    public int Nth { get; }

    /// <summary>Matching packets seen.</summary>
    public int Seen => Volatile.Read(ref _seen);

    /// <summary>Number of times the attack really took place; a scenario that finds 0 here has proven nothing.</summary>
    public int Triggered => Volatile.Read(ref _triggered);

    /// <summary>Waits until the attack took place once.</summary>
    /// <returns>False where it did not within the limit.</returns>
    public async Task<bool> WaitForTriggerAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await _firstTrigger.Task.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        if (!Selector.Matches(packet))
        {
            return Pass(packet);
        }

        var number = Interlocked.Increment(ref _seen);
        return OnMatchAsync(packet, number, cancellationToken);
    }

    /// <summary>Answers one matching packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="cancellationToken">The connection ended.</param>
    protected virtual ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken) =>
        Nth == Every || number == Nth ? new(Attack(packet)) : Pass(packet);

    /// <summary>Applies the attack to the packet; calls <see cref="Hit"/> where it takes place.</summary>
    protected virtual IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet) => [ProxyAction.Forward(packet)];

    /// <summary>Counts an attack that took place.</summary>
    protected void Hit()
    {
        Interlocked.Increment(ref _triggered);
        _firstTrigger.TrySetResult();
    }

    /// <summary>The packet, unchanged.</summary>
    protected static ValueTask<IReadOnlyList<ProxyAction>> Pass(ProxiedPacket packet) => new([ProxyAction.Forward(packet)]);
}
