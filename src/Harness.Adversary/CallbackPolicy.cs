namespace Harness.Adversary;

/// <summary>Does something to the rig at one exact moment of a protocol run: when a packet comes by.</summary>
/// <param name="selector">The packet that marks the moment.</param>
/// <param name="act">Called while the packet is held.</param>
/// <param name="drop">True where the packet is lost; otherwise it goes on afterwards.</param>
public sealed class CallbackPolicy(PacketSelector selector, Func<CancellationToken, ValueTask> act, bool drop) : NthPacketPolicy(selector, 1)
{
    /// <inheritdoc />
    protected override async ValueTask<IReadOnlyList<ProxyAction>> OnMatchAsync(ProxiedPacket packet, int number, CancellationToken cancellationToken)
    {
        if (number != Nth)
        {
            return [ProxyAction.Forward(packet)];
        }

        await act(cancellationToken).ConfigureAwait(false);
        Hit();
        return drop ? [] : [ProxyAction.Forward(packet)];
    }
}
