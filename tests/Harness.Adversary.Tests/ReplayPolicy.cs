namespace Harness.Adversary.Tests;

/// <summary>Records one packet and sends its bytes again when a later one is met, in its place or after it; also on another connection.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="record">The one recorded, from 1.</param>
/// <param name="at">The later one at which it is replayed, from 2.</param>
/// <param name="instead">True puts it in the later packet's place.</param>
internal sealed class ReplayPolicy(PacketSelector selector, int record, int at, bool instead = true)
    : NthPacketPolicy(selector, record >= 1 && at > record ? at : throw new ArgumentOutOfRangeException(nameof(at), at, "A replay comes after its record."))
{
    private volatile byte[]? _recorded;

    /// <summary>The recorded bytes; null before.</summary>
    public ReadOnlyMemory<byte>? Recorded => _recorded;

    protected override ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        if (number == record)
        {
            _recorded = packet.Raw.ToArray();
        }

        return base.OnMatchAsync(packet, number, cancellationToken);
    }

    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        if (_recorded is not { } recorded)
        {
            return [ProxyAction.Forward(packet)];
        }

        Hit();
        var replayed = ProxyAction.Send(packet.Direction, recorded);
        return instead ? [replayed] : [ProxyAction.Forward(packet), replayed];
    }
}
