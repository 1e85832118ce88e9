namespace Harness.Adversary;

/// <summary>An adversary on the wire: sees every packet of every connection in order, and carries out one attack at a time.</summary>
public sealed class Tap : IProxyPolicy
{
    private readonly Lock _gate = new();
    private readonly List<ProxiedPacket> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NthPacketPolicy? _attack;
    private IProxyPolicy? _behind;

    /// <summary>The attack under way; null forwards everything.</summary>
    public NthPacketPolicy? Attack
    {
        get
        {
            lock (_gate)
            {
                return _attack;
            }
        }

        set
        {
            lock (_gate)
            {
                _attack = value;
            }
        }
    }

    /// <summary>Decides on packets that no attack under way is about: rules, and attacks on logins; null forwards them.</summary>
    public IProxyPolicy? Behind
    {
        get
        {
            lock (_gate)
            {
                return _behind;
            }
        }

        set
        {
            lock (_gate)
            {
                _behind = value;
            }
        }
    }

    /// <summary>Every packet so far, as it entered the tap.</summary>
    public IReadOnlyList<ProxiedPacket> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>The values of one handshake field, in the order in which they came by.</summary>
    /// <param name="target">The field.</param>
    /// <param name="connection">One connection only; null for all.</param>
    public IReadOnlyList<byte[]> Values(PacketField target, int? connection = null) =>
        [.. Seen.Where(packet => connection is null || packet.Connection == connection)
            .Select(packet => target.TryRead(packet, out var value) ? value : null)
            .OfType<byte[]>()];

    /// <summary>Waits for a packet that meets a condition, also one that has come by already.</summary>
    /// <exception cref="OperationCanceledException">It did not come in time.</exception>
    public async Task<ProxiedPacket> WaitForAsync(Func<ProxiedPacket, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_seen.Find(packet => wanted(packet)) is { } packet)
                {
                    return packet;
                }

                more = _changed.Task;
            }

            await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        IProxyPolicy? acting;
        TaskCompletionSource before;
        lock (_gate)
        {
            _seen.Add(packet with { Raw = packet.Raw.ToArray() });
            acting = _behind is not null && _attack?.Selector.Matches(packet) != true ? _behind : _attack;
            before = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.SetResult();
        return acting?.OnPacketAsync(packet, cancellationToken) ?? new([ProxyAction.Forward(packet)]);
    }
}
