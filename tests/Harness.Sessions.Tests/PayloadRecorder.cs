using System.Threading.Channels;

namespace Harness.Sessions.Tests;

/// <summary>Keeps the payload of every PUBLISH that passes, either way.</summary>
internal sealed class PayloadRecorder : IProxyPolicy
{
    private readonly Channel<byte[]> _seen = Channel.CreateUnbounded<byte[]>();

    /// <summary>The payloads, oldest first; each is there before it goes on.</summary>
    public ChannelReader<byte[]> Seen => _seen.Reader;

    /// <summary>Messages that passed by now and were not read yet.</summary>
    public IReadOnlyList<byte[]> TakeAll()
    {
        var taken = new List<byte[]>();
        while (Seen.TryRead(out var payload))
        {
            taken.Add(payload);
        }

        return taken;
    }

    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        if (packet.Packet is PublishPacket publish)
        {
            _seen.Writer.TryWrite(publish.Payload.ToArray());
        }

        return new([ProxyAction.Forward(packet)]);
    }
}
