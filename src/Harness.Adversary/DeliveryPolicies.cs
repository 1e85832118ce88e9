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
