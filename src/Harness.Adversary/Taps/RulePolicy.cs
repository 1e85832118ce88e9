namespace Harness.Adversary.Taps;

/// <summary>Carries out rules: of those that a packet concerns, the first.</summary>
/// <param name="rules">The rules, in order.</param>
public sealed class RulePolicy(IReadOnlyList<TapRule> rules) : IProxyPolicy
{
    private readonly ConcurrentDictionary<int, string> _clients = new();

    /// <summary>The rules.</summary>
    public IReadOnlyList<TapRule> Rules { get; private set; } = rules;

    /// <summary>Adds a rule behind the others, for the packets that come from now on.</summary>
    public void Add(TapRule rule) => Rules = [.. Rules, rule];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet is { Direction: PacketDirection.ToBroker, Packet: ConnectPacket connect })
        {
            _clients[packet.Connection] = connect.ClientId;
        }

        var client = _clients.GetValueOrDefault(packet.Connection);
        return Rules.FirstOrDefault(rule => rule.Takes(packet, client)) is { } first ? first.OnPacketAsync(packet, cancellationToken) : new([ProxyAction.Forward(packet)]);
    }

    /// <summary>Forgets a connection that ended.</summary>
    public void Forget(int connection) => _clients.TryRemove(connection, out _);
}
