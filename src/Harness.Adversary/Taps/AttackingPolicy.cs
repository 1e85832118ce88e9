namespace Harness.Adversary.Taps;

/// <summary>Carries out attacks on the logins that come by, each on a login of its own but for those that only look on, and passes everything else to the rules.</summary>
/// <remarks>A device that is logged in stays so: once an attack has seen enough and another waits, the connection is closed, so that the device logs in again.</remarks>
/// <param name="attacks">The attacks, in order.</param>
/// <param name="rules">Decides on what no attack takes.</param>
public sealed class AttackingPolicy(IReadOnlyList<TapAttack> attacks, IProxyPolicy rules) : IProxyPolicy
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once every attack has an outcome; at once where there is none.</summary>
    public Task Settled => attacks.Count == 0 ? Task.CompletedTask : _settled.Task;

    /// <summary>An attack has its outcome.</summary>
    public event Action<TapFinding>? Found;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (attacks.Count == 0)
        {
            return rules.OnPacketAsync(packet, cancellationToken);
        }

        lock (_gate)
        {
            if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket login })
            {
                Assign(packet.Connection, login);
            }

            IReadOnlyList<ProxyAction>? actions = null;
            var mine = attacks.Where(attack => attack.Connection == packet.Connection).ToList();
            foreach (var attack in mine.Where(attack => attack.Finding is null))
            {
                actions = attack.OnPacket(packet) ?? actions;
                Tell(attack);
            }

            // The answer to the login goes on first: a device that is told nothing may wait long before it tries again.
            var isAnswered = packet.Direction == PacketDirection.ToClient || mine.Exists(attack => !attack.IsPassive);
            if (mine.Count > 0 && isAnswered && mine.TrueForAll(attack => attack.HasSeenEnough) && attacks.Any(attack => attack.Connection == 0))
            {
                return new([.. actions ?? [ProxyAction.Forward(packet)], ProxyAction.Close]);
            }

            if (actions is not null)
            {
                return new(actions);
            }
        }

        return rules.OnPacketAsync(packet, cancellationToken);
    }

    /// <summary>Takes note that a connection ended.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="broker">The broker, for what is said again.</param>
    /// <param name="limit">Longest time of an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndAsync(int connection, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken)
    {
        List<TapAttack> open;
        lock (_gate)
        {
            open = [.. attacks.Where(attack => attack.Connection == connection && attack.Finding is null)];
        }

        foreach (var attack in open)
        {
            await attack.EndAsync(broker, limit, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                Tell(attack);
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
        var waiting = attacks.Where(attack => attack.Connection == 0).ToList();
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
