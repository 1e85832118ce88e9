namespace Harness.Brokers.Conformance.Clients;

/// <summary>The answers that a server gives, and those that it leaves out.</summary>
internal sealed record Serving
{
    /// <summary>Every packet is answered.</summary>
    public static Serving All { get; } = new();

    /// <summary>Messages of the device with QoS 1 and 2 stay unacknowledged.</summary>
    public static Serving NoAcknowledgement { get; } = new() { Acknowledges = false };

    public bool Acknowledges { get; init; } = true;

    /// <summary>False where PUBREL stays without PUBCOMP.</summary>
    public bool Completes { get; init; } = true;

    /// <summary>False where PUBREC of the device stays without PUBREL.</summary>
    public bool Releases { get; init; } = true;

    /// <summary>The reason of PUBACK and PUBREC, in MQTT 5.</summary>
    public ReasonCode Reason { get; init; }
}

/// <summary>The server's end of one connection of the device. Everything that came is kept in its order.</summary>
internal sealed class DeviceLink(Socket socket, ClientTalk talk) : Wire(socket, null, talk.Stop)
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly List<Frame> _frames = [];
    private Frame? _goodbye;

    public override MqttVersion Version => Connect?.Version ?? talk.Version;

    /// <summary>The first packet; null where none came.</summary>
    public Frame? First { get; private set; }

    /// <summary>The first packet where it is CONNECT; else null.</summary>
    public ConnectFrame? Connect { get; private set; }

    /// <summary>The packets after the first.</summary>
    public IReadOnlyList<Frame> Frames => _frames;

    /// <summary>The device's DISCONNECT; null where it sent none.</summary>
    public Frame? Goodbye => _goodbye;

    /// <summary>True where the device ended the connection without being asked to.</summary>
    public bool LeftByItself { get; set; }

    /// <summary>Bytes that can be no packet came.</summary>
    public bool Garbled { get; private set; }

    /// <summary>Time since the connection began.</summary>
    public TimeSpan Now => _since.Elapsed;

    /// <summary>The device's own packets of a type.</summary>
    public IEnumerable<Frame> Of(PacketType type) => _frames.Where(f => f.Type == type);

    /// <summary>Reads the first packet.</summary>
    /// <returns>False where the connection ended before, or nothing came in time.</returns>
    public async Task<bool> IntroduceAsync(TimeSpan within)
    {
        First = await NextAsync(within).ConfigureAwait(false);
        if (First is { Type: PacketType.Connect })
        {
            Connect = new ConnectFrame(First.Body);
        }

        return First is not null;
    }

    /// <summary>Reads and answers packets until a time is over, one comes that is waited for, or the connection ends.</summary>
    /// <returns>The packet that was waited for; null where it did not come.</returns>
    public async Task<Frame?> ServeAsync(TimeSpan during, Func<Frame, bool>? until = null, Serving? serving = null)
    {
        var end = Now + during;
        while (!Ended && end > Now && await NextAsync(end - Now).ConfigureAwait(false) is { } frame)
        {
            _frames.Add(frame);
            _goodbye ??= frame.Type == PacketType.Disconnect ? frame : null;
            await AnswerAsync(frame, serving ?? Serving.All).ConfigureAwait(false);
            if (until?.Invoke(frame) == true)
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>Serves until the device ends the connection.</summary>
    /// <returns>False where it did not within the limit.</returns>
    public async Task<bool> EndsAsync(Serving? serving = null)
    {
        await ServeAsync(talk.Client.AnswerWithin, serving: serving).ConfigureAwait(false);
        return Ended;
    }

    /// <summary>Serves until the device has subscribed or the time to settle is over.</summary>
    public Task SettleAsync(Serving? serving = null) => ServeAsync(talk.Client.Settle, f => f.Type == PacketType.Subscribe, serving);

    private async Task<Frame?> NextAsync(TimeSpan within)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(talk.Stop);
        limit.CancelAfter(within);
        while (true)
        {
            if (TryRead() is { } frame)
            {
                return frame;
            }

            if (Ended || !await ReceiveAsync(limit.Token).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    private Frame? TryRead()
    {
        var (length, bytes) = (0, 0);
        do
        {
            if (Received.Count < 2 + bytes || bytes == 4)
            {
                Garbled |= bytes == 4;
                return null;
            }

            length |= (Received[1 + bytes] & 0x7F) << (7 * bytes);
        }
        while ((Received[1 + bytes++] & 0x80) != 0);

        if (Received.Count < 1 + bytes + length)
        {
            return null;
        }

        var frame = new Frame(Received[0], [.. Received.Skip(1 + bytes).Take(length)], bytes, Now, Version);
        Received.RemoveRange(0, 1 + bytes + length);
        return frame;
    }

    private Task AnswerAsync(Frame frame, Serving serving)
    {
        MqttPacket? answer = frame switch
        {
            { Type: PacketType.PingReq } => new PingRespPacket(),
            { PacketId: null or 0 } => null,
            { Type: PacketType.Subscribe, Filters: { Count: > 0 } filters } => new SubAckPacket { PacketId = frame.PacketId!.Value, Reasons = [.. filters.Select(f => (ReasonCode)Math.Min(2, f.Options & 3))] },
            { Type: PacketType.Unsubscribe, Filters: { Count: > 0 } filters } => new UnsubAckPacket { PacketId = frame.PacketId!.Value, Reasons = [.. filters.Select(_ => ReasonCode.Success)] },
            { Type: PacketType.Publish, Qos: 1 } when serving.Acknowledges => new PubAckPacket { PacketId = frame.PacketId!.Value, Reason = serving.Reason },
            { Type: PacketType.Publish, Qos: 2 } when serving.Acknowledges => new PubRecPacket { PacketId = frame.PacketId!.Value, Reason = serving.Reason },
            { Type: PacketType.PubRel } when serving.Completes => new PubCompPacket { PacketId = frame.PacketId!.Value },
            { Type: PacketType.PubRec, Reason: < 0x80 } when serving.Releases => new PubRelPacket { PacketId = frame.PacketId!.Value },
            _ => null,
        };
        return answer is null ? Task.CompletedTask : SendAsync(answer);
    }
}
