namespace Harness.Adversary.Taps;

/// <summary>An attack on messages that devices publish, on whichever connection they come.</summary>
internal abstract class MessageWatch : TapAttack
{
    public override bool WatchesAll => true;

    protected override string Wanted => "message of a device";

    protected override string Unfinished => "the tap ended before the broker answered";

    protected sealed override IReadOnlyList<ProxyAction>? See(ProxiedPacket packet) => packet switch
    {
        // One that a device sends again is no new message.
        { Direction: PacketDirection.ToBroker, Packet: PublishPacket { Dup: false, Payload.IsEmpty: false } message } => SeeMessage(packet, message),
        _ => SeeOther(packet),
    };

    /// <summary>Answers a message of a device.</summary>
    protected abstract IReadOnlyList<ProxyAction>? SeeMessage(ProxiedPacket packet, PublishPacket message);

    /// <summary>Answers another packet.</summary>
    protected virtual IReadOnlyList<ProxyAction>? SeeOther(ProxiedPacket packet) => null;

    protected override Task SeeEndAsync(ConnectionEnd end, IPEndPoint broker, TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;
}
