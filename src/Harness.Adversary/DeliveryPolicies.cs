namespace Harness.Adversary;

/// <summary>Drops a packet.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="nth">The one dropped, from 1; 0 for every one.</param>
public sealed class DropPolicy(PacketSelector selector, int nth = 1) : NthPacketPolicy(selector, nth)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        Hit();
        return [];
    }
}

/// <summary>Sends a packet twice, byte for byte.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="nth">The one repeated, from 1; 0 for every one.</param>
public sealed class DuplicatePolicy(PacketSelector selector, int nth = 1) : NthPacketPolicy(selector, nth)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        Hit();
        return [ProxyAction.Forward(packet), ProxyAction.Send(packet.Direction, packet.Raw)];
    }
}

/// <summary>Holds a packet back for a time, and with it all that follows on its way.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="time">The time for which it is held.</param>
/// <param name="nth">The one held, from 1; 0 for every one.</param>
public sealed class HoldPolicy(PacketSelector selector, TimeSpan time, int nth = 1) : NthPacketPolicy(selector, nth)
{
    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        if (Nth == Every || number == Nth)
        {
            await Task.Delay(time, cancellationToken).ConfigureAwait(false);
            Hit();
        }

        return [ProxyAction.Forward(packet)];
    }
}

/// <summary>Closes the connection in a packet's place.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="nth">The one met, from 1; 0 for every one.</param>
public sealed class ClosePolicy(PacketSelector selector, int nth = 1) : NthPacketPolicy(selector, nth)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        Hit();
        return [ProxyAction.Close];
    }
}

/// <summary>Sends given bytes after a packet, or in its place.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="bytes">The bytes, sent on the same way; any, also no packet at all.</param>
/// <param name="instead">True puts them in the packet's place.</param>
/// <param name="nth">The one met, from 1; 0 for every one.</param>
public sealed class InjectPolicy(PacketSelector selector, ReadOnlyMemory<byte> bytes, bool instead = false, int nth = 1)
    : NthPacketPolicy(selector, nth)
{
    private readonly byte[] _bytes = bytes.ToArray();

    /// <inheritdoc/>
    protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
    {
        Hit();
        var injected = ProxyAction.Send(packet.Direction, _bytes);
        return instead ? [injected] : [ProxyAction.Forward(packet), injected];
    }
}

/// <summary>Swaps a packet with the next matching one of the same connection: it is held back until that one came.</summary>
/// <param name="selector">Packets that count, in one direction.</param>
/// <param name="nth">The first of the two, from 1.</param>
public sealed class SwapPolicy(PacketSelector selector, int nth = 1) : NthPacketPolicy(selector, nth < 1 ? throw new ArgumentOutOfRangeException(nameof(nth)) : nth)
{
    private readonly Lock _gate = new();
    private (int Connection, PacketDirection Direction, byte[] Raw)? _held;

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (number == Nth)
            {
                _held = (packet.Connection, packet.Direction, packet.Raw.ToArray());
                return new([]);
            }

            if (_held is { } held && held.Connection == packet.Connection && held.Direction == packet.Direction)
            {
                _held = null;
                Hit();
                return new([ProxyAction.Forward(packet), ProxyAction.Send(held.Direction, held.Raw)]);
            }
        }

        return Pass(packet);
    }
}

/// <summary>Records one packet and sends its bytes again when a later one is met, in its place or after it; also on another connection.</summary>
/// <param name="selector">Packets that count.</param>
/// <param name="record">The one recorded, from 1.</param>
/// <param name="at">The later one at which it is replayed, from 2.</param>
/// <param name="instead">True puts it in the later packet's place.</param>
public sealed class ReplayPolicy(PacketSelector selector, int record, int at, bool instead = true)
    : NthPacketPolicy(selector, record >= 1 && at > record ? at : throw new ArgumentOutOfRangeException(nameof(at), at, "A replay comes after its record."))
{
    private volatile byte[]? _recorded;

    /// <summary>The recorded bytes; null before.</summary>
    public ReadOnlyMemory<byte>? Recorded => _recorded;

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        if (number == record)
        {
            _recorded = packet.Standalone.ToArray();
        }

        return base.OnMatchAsync(packet, number, cancellationToken);
    }

    /// <inheritdoc/>
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
