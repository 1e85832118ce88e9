namespace Harness.Brokers.Conformance.Clients;

/// <summary>Limits that the server announces in CONNACK. Each is announced to a device that went beyond it where it was not.</summary>
internal static class Limits
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const int SmallestLimit = 8;

    [Statement(V5, "MQTT-3.2.2-11", "publishes with no QoS above the Maximum QoS")]
    public static Task<Finding> MaximumQos(ClientTalk talk) => WithinAsync(
        talk, new ConnAckPacket { MaximumQos = 0 }, f => f.Type == PacketType.Publish && f.Qos > 0, Finding.NotDecided("the device publishes nothing above QoS 0 where it may"), "Maximum QoS 0");

    [Statement(V5, "MQTT-3.2.2-14", "publishes nothing retained where retained messages are not available")]
    public static Task<Finding> Retain(ClientTalk talk) => WithinAsync(
        talk, new ConnAckPacket { RetainAvailable = false }, f => f.Type == PacketType.Publish && f.Retain, Finding.Absent("the device publishes nothing retained where it may"), "Retain Available 0");

    [Statement(V5, "MQTT-3.2.2-15", "sends no packet above the Maximum Packet Size")]
    public static async Task<Finding> PacketSize(ClientTalk talk)
    {
        var sent = (await talk.ObservedAsync()).Frames;
        var limit = sent.Count == 0 ? 0 : sent.Max(f => f.Size) - 1;
        return limit < SmallestLimit ? Finding.NotDecided("the device sends no packet that a limit could be set below")
            : await WithinAsync(talk, new ConnAckPacket { MaximumPacketSize = (uint)limit }, f => f.Size > limit, Finding.NotDecided(""), $"Maximum Packet Size {limit}");
    }

    [Statement(V5, "MQTT-3.2.2-17", "uses no topic alias above the Topic Alias Maximum of CONNACK")]
    [Statement(V5, "MQTT-3.3.2-9", "uses no topic alias above the Topic Alias Maximum of CONNACK")]
    public static Task<Finding> Alias(ClientTalk talk) => WithinAsync(
        talk, new ConnAckPacket { TopicAliasMaximum = 1 }, f => f.Number(PropertyId.TopicAlias) > 1, Finding.Absent("the device uses no topic alias above 1 where ten are allowed"), "Topic Alias Maximum 1");

    [Statement(V5, "MQTT-3.2.2-18", "uses no topic alias where CONNACK has no Topic Alias Maximum")]
    public static Task<Finding> NoAlias(ClientTalk talk) => WithinAsync(
        talk, new ConnAckPacket(), f => f.Number(PropertyId.TopicAlias) is not null, Finding.Absent("the device uses no topic alias where ten are allowed"), "no Topic Alias Maximum");

    [Statement(V5, "MQTT-3.3.4-7", "has no more messages unacknowledged than the Receive Maximum")]
    [Statement(V5, "MQTT-4.9.0-2", "publishes nothing with QoS 1 and 2 while its send quota is 0")]
    public static async Task<Finding> ReceiveMaximum(ClientTalk talk)
    {
        if (UnderWay(await talk.HeldAsync()) < 2)
        {
            return Finding.NotDecided("the device has no two messages under way where it may");
        }

        var link = await talk.ConnectAsync(new ConnAckPacket { ReceiveMaximum = 1 });
        await link.ServeAsync(talk.Client.AnswerWithin, serving: Serving.NoAcknowledgement);
        return UnderWay(link) == 0 ? Finding.NotDecided("the device published nothing with QoS 1 or 2 under Receive Maximum 1")
            : Finding.Of(UnderWay(link) == 1, $"{UnderWay(link)} messages were unacknowledged at once under Receive Maximum 1, {UnderWay(await talk.HeldAsync())} without it");
    }

    [Statement(V5, "MQTT-3.3.4-8", "delays nothing but PUBLISH while its send quota is 0")]
    [Statement(V5, "MQTT-4.9.0-3", "goes on to answer other packets while its send quota is 0")]
    public static async Task<Finding> Quota(ClientTalk talk)
    {
        const ushort id = 0x5004;
        var link = await talk.ConnectAsync(new ConnAckPacket { ReceiveMaximum = 1 });
        if (await link.ServeAsync(talk.Client.AnswerWithin, f => f is { Type: PacketType.Publish, Qos: > 0 }, Serving.NoAcknowledgement) is null)
        {
            return Finding.NotDecided("the device published nothing with QoS 1 or 2");
        }

        var message = Receiving.Message(Receiving.TopicFor(link), id, QualityOfService.AtLeastOnce);
        return await Receiving.AskedAsync(talk, link, message, PacketType.PubAck, id, Serving.NoAcknowledgement) ?? Finding.Conforms("PUBACK came while a message of the device was unacknowledged under Receive Maximum 1");
    }

    private static int UnderWay(DeviceLink link) => link.Of(PacketType.Publish).Where(f => f.Qos > 0).Select(f => f.PacketId).Distinct().Count();

    /// <summary>Announces a limit and looks whether the device keeps it.</summary>
    /// <param name="talk">The talk.</param>
    /// <param name="answer">The CONNACK.</param>
    /// <param name="beyond">True for a packet beyond the limit.</param>
    /// <param name="never">The finding where the device goes beyond it nowhere.</param>
    /// <param name="limit">The limit in words.</param>
    private static async Task<Finding> WithinAsync(ClientTalk talk, ConnAckPacket answer, Func<Frame, bool> beyond, Finding never, string limit)
    {
        var free = (await talk.ObservedAsync()).Frames.Where(beyond).ToList();
        var link = await talk.ConnectAsync(answer);
        var wrong = await link.ServeAsync(talk.Client.ObserveFor, beyond);
        return wrong is not null ? Finding.Violates($"{wrong} ({wrong.Size} bytes) came under {limit}")
            : free.Count == 0 ? never
            : !await Receiving.IsAliveAsync(talk, link) ? Finding.NotDecided($"the device sent nothing at all under {limit}")
            : Finding.Conforms($"nothing beyond {limit} came, where {free.Count} packets did without it");
    }
}
