namespace Harness.Adversary.Taps;

/// <summary>Carries out attacks on the logins that come by, each on a login of its own but for those that only look on, and passes everything else to the rules.</summary>
/// <remarks>
/// A device that is logged in stays so: once an attack has seen enough and another waits, the connection is closed, so that the device logs in again. Attacks that watch all
/// connections hold nobody up: what they send goes behind the packet that they saw.
/// </remarks>
/// <param name="attacks">The attacks, in order.</param>
/// <param name="rules">Decides on what no attack takes.</param>
/// <param name="broker">The broker, for attacks that connect to it themselves; null keeps those from it.</param>
public sealed class AttackingPolicy(IReadOnlyList<TapAttack> attacks, IProxyPolicy rules, IPEndPoint? broker = null) : IProxyPolicy
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _ends = new(); // of connections that the tap ended, or whose attacks still talk to the broker
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once every attack has an outcome; at once where there is none.</summary>
    public Task Settled => attacks.Count == 0 ? Task.CompletedTask : _settled.Task;

    /// <summary>An attack has its outcome.</summary>
    public event Action<TapFinding>? Found;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (attacks.Count == 0)
        {
            return await rules.OnPacketAsync(packet, cancellationToken).ConfigureAwait(false);
        }

        if (packet.Packet is ConnectPacket)
        {
            await LetEndAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var attack in broker is null ? [] : attacks.Where(a => a.Connection == packet.Connection && a.Finding is null))
        {
            await attack.BeforeAsync(packet, broker!, AnswerWithin, cancellationToken).ConfigureAwait(false);
        }

        return Decide(packet) ?? await rules.OnPacketAsync(packet, cancellationToken).ConfigureAwait(false);
    }

    private IReadOnlyList<ProxyAction>? Decide(ProxiedPacket packet)
    {
        lock (_gate)
        {
            if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket login })
            {
                Assign(packet.Connection, login);
            }

            IReadOnlyList<ProxyAction>? actions = null;
            var mine = attacks.Where(attack => attack.Connection == packet.Connection && !attack.WatchesAll).ToList();
            foreach (var attack in mine.Where(attack => attack.Finding is null))
            {
                actions = attack.OnPacket(packet) ?? actions;
                Tell(attack);
            }

            // The answer to the login goes on first: a device that is told nothing may wait long before it tries again.
            var isAnswered = packet.Direction == PacketDirection.ToClient || mine.Exists(attack => !attack.IsPassive);
            if (mine.Count > 0 && isAnswered && mine.TrueForAll(attack => attack.HasSeenEnough) && attacks.Any(attack => attack is { Connection: 0, WatchesAll: false }))
            {
                foreach (var watching in attacks.Where(a => a.WatchesAll && a.Connection == packet.Connection && a.Finding is null))
                {
                    watching.Release();
                }

                if (mine.Exists(attack => attack.Finding is null))
                {
                    _ends.TryAdd(packet.Connection, new(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                return [.. actions ?? [ProxyAction.Forward(packet)], ProxyAction.Close];
            }

            return actions ?? Watch(packet);
        }
    }

    // What the watching send goes behind the packet; an answer to what one of them sent is dropped, as the device knows nothing of it.
    private List<ProxyAction>? Watch(ProxiedPacket packet)
    {
        List<ProxyAction>? sends = null;
        foreach (var attack in attacks.Where(attack => attack.WatchesAll && attack.Finding is null).ToList())
        {
            if (attack is { SendsMessages: true, Connection: 0 } && attacks.Any(other => other is { SendsMessages: true, Finding: null } && other.Connection == packet.Connection))
            {
                continue; // which of two messages the broker refused by an end would not show
            }

            var actions = attack.OnPacket(packet);
            Tell(attack);
            if (actions is [])
            {
                return [];
            }

            if (actions is not null)
            {
                sends = [.. sends ?? [ProxyAction.Forward(packet)], .. actions];
            }
        }

        return sends;
    }

    /// <summary>Takes note that a connection ended.</summary>
    /// <param name="end">Its end, and the side that ended it.</param>
    /// <param name="broker">The broker, for what is said again.</param>
    /// <param name="limit">Longest time of an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(end);
        List<TapAttack> open;
        lock (_gate)
        {
            open = [.. attacks.Where(attack => attack.Connection == end.Connection && attack.Finding is null)];
            if (open.Count > 0)
            {
                _ends.TryAdd(end.Connection, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        try
        {
            foreach (var attack in open)
            {
                await attack.EndAsync(end, broker, limit, cancellationToken).ConfigureAwait(false);
                lock (_gate)
                {
                    Tell(attack);
                }
            }
        }
        finally
        {
            if (_ends.TryRemove(end.Connection, out var ending))
            {
                ending.TrySetResult();
            }
        }
    }

    // A recorded login that is let in takes the session of whoever logs in meanwhile: the next login waits, or its own attack would be blamed for that.
    private async Task LetEndAsync(CancellationToken cancellationToken)
    {
        foreach (var (connection, ending) in _ends)
        {
            try
            {
                await ending.Task.WaitAsync(2 * AnswerWithin, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _ends.TryRemove(connection, out _);
            }
        }
    }

    /// <summary>Ends the attacks: those without an outcome were not carried out.</summary>
    public IReadOnlyList<TapFinding> Finish()
    {
        lock (_gate)
        {
            foreach (var attack in attacks.Where(attack => attack.Finding is null))
            {
                attack.GiveUp();
                Tell(attack);
            }

            return [.. attacks.Select(attack => attack.Finding!)];
        }
    }

    private void Assign(int connection, ConnectPacket login)
    {
        var waiting = attacks.Where(attack => attack is { Connection: 0, WatchesAll: false, Finding: null }).ToList();
        foreach (var attack in waiting.Exists(a => a.IsPassive) ? waiting.Where(a => a.IsPassive) : waiting.Take(1))
        {
            attack.Take(connection, login);
        }
    }

    private void Tell(TapAttack attack)
    {
        if (attack.Finding is { } finding)
        {
            Found?.Invoke(finding);
        }

        if (attacks.All(a => a.Finding is not null))
        {
            _settled.TrySetResult();
        }
    }
}
