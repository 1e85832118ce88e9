using Harness.Mqtt;

namespace Harness.Adversary;

/// <summary>Puts a field of one session into another one: the value recorded from the first connection stands in for that of the next.</summary>
/// <param name="target">The field that is crossed, for example <see cref="Target.ServerProof"/>.</param>
public sealed class CrossedSessionsPolicy(Target target) : NthPacketPolicy(target.Selector, Every)
{
    private readonly Lock _gate = new();
    private (int Connection, byte[] Value)? _recorded;

    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        if (!target.TryRead(packet, out var value))
        {
            return [ProxyAction.Forward(packet)];
        }

        byte[] crossed;
        lock (_gate)
        {
            _recorded ??= (packet.Connection, value);
            if (_recorded.Value.Connection == packet.Connection)
            {
                return [ProxyAction.Forward(packet)];
            }

            crossed = _recorded.Value.Value;
        }

        if (crossed.AsSpan().SequenceEqual(value))
        {
            return [ProxyAction.Forward(packet)];
        }

        Hit();
        return [ProxyAction.Send(packet.Direction, target.Write(packet, crossed), packet.Version)];
    }
}

/// <summary>Exchanges a field between two connections that are open at once: each gets the other's value.</summary>
/// <param name="target">The field that is exchanged.</param>
/// <remarks>The first packet is held until the second comes; where none comes, the connection's end releases it and nothing was exchanged.</remarks>
public sealed class ExchangePolicy(Target target) : NthPacketPolicy(target.Selector, Every)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<byte[]> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<byte[]> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _firstConnection;
    private bool _done;

    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        if (!target.TryRead(packet, out var value))
        {
            return [ProxyAction.Forward(packet)];
        }

        bool isFirst;
        lock (_gate)
        {
            if (_done || _firstConnection == packet.Connection)
            {
                return [ProxyAction.Forward(packet)];
            }

            isFirst = _firstConnection is null;
            _firstConnection ??= packet.Connection;
            _done = !isFirst;
        }

        (isFirst ? _first : _second).SetResult(value);
        var other = await (isFirst ? _second : _first).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        Hit();
        return [ProxyAction.Send(packet.Direction, target.Write(packet, other), packet.Version)];
    }
}
