namespace Harness.Brokers.Conformance;

/// <summary>Delivery by QoS, and the matching of topics.</summary>
internal static class Delivering
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;
    private const QualityOfService Qos0 = QualityOfService.AtMostOnce;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;
    private const QualityOfService Qos2 = QualityOfService.ExactlyOnce;

    [Statement(V3, "MQTT-4.3.2-2", "answers a QoS 1 message with PUBACK under its identifier")]
    [Statement(V5, "MQTT-4.3.2-4", "answers a QoS 1 message with PUBACK under its identifier")]
    public static async Task<Finding> Acknowledged(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendAsync(new PublishPacket { Topic = talk.Topic(), Qos = Qos1, PacketId = 513 });
        var answer = await peer.AnswerAsync<PubAckPacket>();
        return Finding.Of(answer?.PacketId == 513, answer is null ? "no answer" : $"PUBACK of {answer.PacketId} for 513");
    }

    [Statement(V3, "MQTT-4.3.3-2", "delivers a QoS 2 message that comes again before its PUBREL once, and answers each with PUBREC")]
    [Statement(V5, "MQTT-4.3.3-10", "delivers a QoS 2 message that comes again before its PUBREL once, and answers each with PUBREC")]
    [Statement(V5, "MQTT-4.3.3-11", "answers PUBREL with PUBCOMP under the same identifier")]
    [Statement(V5, "MQTT-4.3.3-12", "takes a QoS 2 message under an identifier that PUBCOMP ended as a new one")]
    public static async Task<Finding> Once(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        if (peer.Answer.MaximumQos < 2)
        {
            return Finding.Absent($"CONNACK says that QoS {peer.Answer.MaximumQos} is the highest");
        }

        var message = new PublishPacket { Topic = talk.Topic(), Qos = Qos2, PacketId = 9, Payload = "once"u8.ToArray() };
        await peer.SendAsync(message);
        await peer.ExpectAsync<PubRecPacket>();
        await peer.SendAsync(message with { Dup = true });
        await peer.ExpectAsync<PubRecPacket>();
        await peer.SendAsync(new PubRelPacket { PacketId = 9 });
        if (await peer.AnswerAsync<PubCompPacket>() is not { } complete)
        {
            return Finding.Violates("no PUBCOMP came");
        }

        await peer.SendAsync(message with { Payload = "next"u8.ToArray() });
        await peer.ExpectAsync<PubRecPacket>();
        await peer.SendAsync(new PubRelPacket { PacketId = 9 });
        await peer.ExpectAsync<PubCompPacket>();
        var seen = await AllAsync(subscriber);
        var conforms = talk.Number switch
        {
            "MQTT-4.3.3-11" => complete.PacketId == 9,
            "MQTT-4.3.3-12" => seen.Contains("next"),
            _ => seen.Count(s => s == "once") == 1,
        };
        return Finding.Of(conforms, $"PUBCOMP of {complete.PacketId} for 9; delivered: {string.Join(", ", seen)}");
    }

    [Statement(V3, "MQTT-4.3.3-1", "sends a QoS 2 message once, and PUBREL after PUBREC")]
    [Statement(V5, "MQTT-4.3.3-4", "sends PUBREL under the same identifier after PUBREC")]
    public static async Task<Finding> Released(Conversation talk)
    {
        var subscriber = await talk.OpenAsync();
        if (await subscriber.SubscribeAsync(new TopicSubscription(talk.Topic(), Qos2)) is not [ReasonCode.GrantedQos2] || subscriber.Answer.MaximumQos < 2)
        {
            return Finding.Absent("the broker grants no QoS 2");
        }

        var peer = await talk.OpenAsync();
        await peer.SendAsync(new PublishPacket { Topic = talk.Topic(), Qos = Qos2, PacketId = 1 });
        await peer.ExpectAsync<PubRecPacket>();
        await peer.SendAsync(new PubRelPacket { PacketId = 1 });
        var message = await subscriber.ExpectAsync<PublishPacket>();
        await subscriber.SendAsync(new PubRecPacket { PacketId = message.PacketId });
        if (await subscriber.AnswerAsync<PubRelPacket>() is not { } release)
        {
            return Finding.Violates("no PUBREL came");
        }

        await subscriber.SendAsync(new PubCompPacket { PacketId = message.PacketId });
        var again = await subscriber.NothingAsync();
        return Finding.Of(
            message is { Qos: Qos2, Dup: false } && release.PacketId == message.PacketId && again is null, $"PUBREL of {release.PacketId} for {message.PacketId}{(again is null ? "" : ", and the message again")}");
    }

    [Statement(V3, "MQTT-3.8.4-6", "delivers with the lower of the message's and the subscription's QoS")]
    [Statement(V5, "MQTT-3.8.4-8", "delivers with the lower of the message's and the subscription's QoS")]
    public static async Task<Finding> LowerQos(Conversation talk)
    {
        var (zero, one) = (await talk.SubscriberAsync(talk.Topic(), Qos0), await talk.SubscriberAsync(talk.Topic()));
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        await peer.SendAsync(new PublishPacket { Topic = talk.Topic() });
        var seen = new[] { await zero.MessageAsync(), await zero.MessageAsync(), await one.MessageAsync(), await one.MessageAsync() };
        return Finding.Of(
            seen.Select(m => m?.Qos).SequenceEqual([Qos0, Qos0, Qos1, Qos0]) || seen.Select(m => m?.Qos).SequenceEqual([Qos0, Qos0, Qos0, Qos1]), $"QoS {string.Join(", ", seen.Select(m => m is null ? "none" : $"{(int)m.Qos}"))}");
    }

    [Statement(V3, "MQTT-3.3.5-1", "delivers to overlapping subscriptions with the highest of their QoS")]
    [Statement(V5, "MQTT-3.3.4-2", "delivers to overlapping subscriptions with the highest of their QoS")]
    public static async Task<Finding> Overlap(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic("+"), Qos0);
        await subscriber.SubscribeAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var seen = new[] { await subscriber.MessageAsync(), await subscriber.MessageAsync(talk.Broker.Silence) };
        return Finding.Of(seen.Any(m => m is { Qos: Qos1 }), $"QoS {string.Join(", ", seen.OfType<PublishPacket>().Select(m => (int)m.Qos))}");
    }

    [Statement(V3, "MQTT-4.6.0-6", "delivers the messages of a client on one topic in their order")]
    [Statement(V5, "MQTT-4.6.0-5", "delivers the messages of a client on one topic in their order")]
    public static async Task<Finding> Ordered(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        for (byte i = 0; i < 20; i++)
        {
            await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = new[] { i } });
        }

        var seen = new List<int>();
        while (seen.Count < 20 && await subscriber.MessageAsync() is { } message)
        {
            seen.Add(message.Payload.Span[0]);
        }

        return Finding.Of(seen.SequenceEqual(Enumerable.Range(0, 20)), $"in the order {string.Join(' ', seen)}");
    }

    [Statement(V3, "MQTT-3.3.1-3", "does not pass a publisher's DUP on")]
    [Statement(V5, "MQTT-3.3.1-3", "does not pass a publisher's DUP on")]
    public static async Task<Finding> DupOfPublisher(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Dup = true });
        var message = await subscriber.MessageAsync() ?? throw new NothingSeenException("the message was not delivered");
        return Finding.Of(!message.Dup, $"DUP {message.Dup}");
    }

    [Statement(V3, "MQTT-4.7.1-2", "takes # only as the last level of a filter")]
    [Statement(V5, "MQTT-4.7.1-1", "takes # only as the last level of a filter")]
    public static async Task<Finding> Hash(Conversation talk)
    {
        var wrong = await FirstGrantedAsync(talk, talk.Topic("#/b"), talk.Topic("a#"));
        return wrong is null ? await MatchesAsync(talk, talk.Topic("#"), talk.Topic("a/b/c"), talk.Topic("a")) : Finding.Violates($"it grants {wrong}");
    }

    [Statement(V3, "MQTT-4.7.1-3", "takes + only as a whole level, at any level: a/+/c matches a/b/c and a//c")]
    [Statement(V5, "MQTT-4.7.1-2", "takes + only as a whole level, at any level: a/+/c matches a/b/c and a//c")]
    public static async Task<Finding> Plus(Conversation talk)
    {
        var wrong = await FirstGrantedAsync(talk, talk.Topic("a+"), talk.Topic("+a/b"));
        return wrong is null ? await MatchesAsync(talk, talk.Topic("a/+/c"), talk.Topic("a/b/c"), talk.Topic("a//c")) : Finding.Violates($"it grants {wrong}");
    }

    [Statement(V3, "MQTT-4.7.2-1", "matches no topic that begins with $ by a filter that begins with a wildcard")]
    [Statement(V5, "MQTT-4.7.2-1", "matches no topic that begins with $ by a filter that begins with a wildcard")]
    public static async Task<Finding> Dollar(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync("+/" + talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.SendAsync(new PublishPacket { Topic = "$x/" + talk.Topic() }); // a broker may refuse it, and end the connection
        var other = await talk.OpenAsync();
        await other.PublishAsync(new PublishPacket { Topic = "x/" + talk.Topic() });
        var first = await subscriber.MessageAsync();
        var seen = new[] { first, first is null ? null : await subscriber.NothingAsync() }.OfType<PublishPacket>().Select(m => m.Topic[..1]).ToList();
        return Finding.Of(!seen.Contains("$") && seen.Count == 1, $"topics that begin with: {string.Join(", ", seen)}");
    }

    [Statement(V3, "MQTT-4.7.3-1", "takes no empty filter")]
    [Statement(V5, "MQTT-4.7.3-1", "takes no empty filter")]
    public static async Task<Finding> EmptyFilter(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendHexAsync(talk.Five ? "82 06 0001 00 0000 00" : "82 05 0001 0000 00");
        var answer = await peer.NextAsync();
        return Finding.Of(answer is null or DisconnectPacket or SubAckPacket { Reasons: [>= ReasonCode.UnspecifiedError] }, answer is SubAckPacket { Reasons: var reasons } ? $"SUBACK 0x{(byte)reasons[0]:x2}" : Peer.Words(answer));
    }

    [Statement(V3, "MQTT-4.7.3-4", "compares topics as they are: neither case nor empty levels are folded")]
    [Statement(V5, "MQTT-4.7.3-4", "compares topics as they are: neither case nor empty levels are folded")]
    public static async Task<Finding> NoNormalization(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic("a/b"));
        var peer = await talk.OpenAsync();
        foreach (var end in (string[])["A/b", "a//b", "a/b/", "a/b"])
        {
            await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(end), Payload = Encoding.ASCII.GetBytes(end) });
        }

        var seen = await AllAsync(subscriber);
        return Finding.Of(seen.SequenceEqual(["a/b"]), $"a/b got: {string.Join(", ", seen)}");
    }

    private static async Task<string?> FirstGrantedAsync(Conversation talk, params string[] filters)
    {
        foreach (var filter in filters)
        {
            var peer = await talk.OpenAsync();
            await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new(filter, Qos0)] });
            if (await peer.NextAsync() is SubAckPacket { Reasons: [< ReasonCode.UnspecifiedError] })
            {
                return filter;
            }
        }

        return null;
    }

    private static async Task<Finding> MatchesAsync(Conversation talk, string filter, params string[] topics)
    {
        var subscriber = await talk.SubscriberAsync(filter);
        var peer = await talk.OpenAsync();
        foreach (var topic in topics)
        {
            await peer.PublishAsync(new PublishPacket { Topic = topic });
            if ((await subscriber.MessageAsync())?.Topic != topic)
            {
                var prefix = talk.Topic("");
                return Finding.Violates($"{filter.Replace(prefix, "", StringComparison.Ordinal)} does not match {topic.Replace(prefix, "", StringComparison.Ordinal)}");
            }
        }

        return Finding.Conforms("wrong filters are refused, and right ones match");
    }

    private static async Task<List<string>> AllAsync(Peer subscriber)
    {
        var seen = new List<string>();
        for (var message = await subscriber.MessageAsync(); message is not null; message = await subscriber.NothingAsync())
        {
            seen.Add(Encoding.UTF8.GetString(message.Payload.Span));
        }

        return seen;
    }
}
