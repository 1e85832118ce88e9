namespace Harness.Brokers.Conformance;

/// <summary>SUBSCRIBE, UNSUBSCRIBE, and retained messages.</summary>
internal static class Subscribing
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;

    [Statement(V3, "MQTT-3.8.4-2", "answers SUBSCRIBE with SUBACK under its identifier")]
    [Statement(V5, "MQTT-3.8.4-2", "answers SUBSCRIBE with SUBACK under its identifier")]
    public static async Task<Finding> Answered(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendAsync(new SubscribePacket { PacketId = 773, Subscriptions = [new(talk.Topic(), Qos1)] });
        var answer = await peer.AnswerAsync<SubAckPacket>();
        return Finding.Of(answer?.PacketId == 773, answer is null ? "no answer" : $"SUBACK of {answer.PacketId} for 773");
    }

    [Statement(V3, "MQTT-3.8.4-5", "answers SUBSCRIBE with one code for each filter")]
    [Statement(V5, "MQTT-3.8.4-6", "answers SUBSCRIBE with one code for each filter")]
    [Statement(V3, "MQTT-3.9.3-1", "answers SUBSCRIBE with the codes in the order of the filters")]
    [Statement(V5, "MQTT-3.9.3-1", "answers SUBSCRIBE with the codes in the order of the filters")]
    public static async Task<Finding> Codes(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        var reasons = await peer.SubscribeAsync([.. ((int[])[1, 0, 1, 0]).Select((qos, i) => new TopicSubscription(talk.Topic($"{i}"), (QualityOfService)qos))]);
        return Finding.Of(talk.Number == "MQTT-3.9.3-1" ? reasons.Select(r => (int)r).SequenceEqual([1, 0, 1, 0]) : reasons.Count == 4, $"codes {string.Join(' ', reasons.Select(r => (int)r))} for QoS 1 0 1 0");
    }

    [Statement(V3, "MQTT-3.10.4-5", "answers UNSUBSCRIBE with UNSUBACK, also where nothing was subscribed")]
    [Statement(V5, "MQTT-3.10.4-5", "answers UNSUBSCRIBE with UNSUBACK under its identifier, also where nothing was subscribed")]
    [Statement(V3, "MQTT-3.10.4-4", "answers UNSUBSCRIBE with UNSUBACK under its identifier")]
    public static async Task<Finding> UnsubscribeAnswered(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendAsync(new UnsubscribePacket { PacketId = 774, Filters = [talk.Topic()] });
        var answer = await peer.AnswerAsync<UnsubAckPacket>();
        return Finding.Of(answer?.PacketId == 774, answer is null ? "no answer" : $"UNSUBACK of {answer.PacketId} for 774");
    }

    [Statement(V3, "MQTT-3.10.4-1", "deletes exactly the subscription whose filter UNSUBSCRIBE names")]
    [Statement(V5, "MQTT-3.10.4-1", "deletes exactly the subscription whose filter UNSUBSCRIBE names")]
    [Statement(V3, "MQTT-3.10.4-2", "adds no new message after UNSUBSCRIBE")]
    [Statement(V5, "MQTT-3.10.4-2", "adds no new message after UNSUBSCRIBE")]
    public static async Task<Finding> Unsubscribed(Conversation talk)
    {
        var subscriber = await talk.OpenAsync();
        await subscriber.SubscribeAsync(talk.Topic("a"));
        await subscriber.SubscribeAsync(talk.Topic("b"));
        await subscriber.SendAsync(new UnsubscribePacket { PacketId = 2, Filters = [talk.Topic("+"), talk.Topic("b")] });
        await subscriber.ExpectAsync<UnsubAckPacket>();
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic("b") });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic("a") });
        if (await subscriber.MessageAsync() is not { } first)
        {
            return talk.Number == "MQTT-3.10.4-2" ? Finding.NotDecided("of a and b, after + and b were unsubscribed, neither came") : Finding.Violates("of a and b, after + and b were unsubscribed, neither came");
        }

        var seen = new[] { first, await subscriber.NothingAsync() }.OfType<PublishPacket>().Select(m => m.Topic[^1]).ToList();
        return Finding.Of(talk.Number == "MQTT-3.10.4-2" ? !seen.Contains('b') : seen.SequenceEqual(['a']), $"of a and b, after + and b were unsubscribed, came: {string.Join(", ", seen)}");
    }

    [Statement(V3, "MQTT-3.8.4-3", "sends retained messages again where a filter is subscribed again")]
    [Statement(V5, "MQTT-3.8.4-4", "sends retained messages again where a filter is subscribed again")]
    public static Task<Finding> Again(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        await subscriber.SubscribeAsync(talk.Topic());
        var first = await subscriber.MessageAsync();
        await subscriber.SubscribeAsync(talk.Topic());
        return Finding.Of(first is not null && await subscriber.MessageAsync() is not null, first is null ? "not even the first time" : "after the second SUBSCRIBE");
    });

    [Statement(V3, "MQTT-3.3.1-5", "stores a retained message and its QoS for later subscribers")]
    [Statement(V5, "MQTT-3.3.1-5", "stores a retained message in place of an earlier one")]
    [Statement(V3, "MQTT-3.3.1-6", "sends the last retained message to a new subscription")]
    [Statement(V5, "MQTT-3.3.1-9", "sends retained messages to a new subscription")]
    [Statement(V3, "MQTT-3.3.1-8", "sets RETAIN on a message that it sends because of a new subscription")]
    public static Task<Finding> Retained(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        await subscriber.SubscribeAsync(talk.Topic());
        var message = await subscriber.MessageAsync();
        var more = message is not null && talk is { Five: true, Number: "MQTT-3.3.1-5" } ? await subscriber.NothingAsync() : null; // an earlier one that is still stored
        return Finding.Of(
            talk.Number switch
            {
                "MQTT-3.3.1-5" => message?.Payload.Span.SequenceEqual("new"u8) == true && (talk.Five ? more is null : message.Qos == Qos1),
                "MQTT-3.3.1-8" => message is { Retain: true },
                _ => message?.Payload.Span.SequenceEqual("new"u8) == true,
            },
            message is null ? "none came" : $"\"{Encoding.UTF8.GetString(message.Payload.Span)}\" with RETAIN {message.Retain} and QoS {(int)message.Qos}");
    });

    [Statement(V3, "MQTT-3.3.1-9", "clears RETAIN towards a subscription that stood before")]
    [Statement(V5, "MQTT-3.3.1-12", "clears RETAIN towards a subscription without Retain As Published")]
    public static async Task<Finding> Established(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Retain = true, Payload = "x"u8.ToArray() });
        var message = await subscriber.MessageAsync() ?? throw new NothingSeenException("the message was not delivered");
        return Finding.Of(!message.Retain, $"RETAIN {message.Retain}");
    }

    [Statement(V3, "MQTT-3.3.1-10", "removes the retained message on an empty one, which it passes on")]
    [Statement(V5, "MQTT-3.3.1-6", "removes the retained message on an empty one, which it passes on")]
    [Statement(V3, "MQTT-3.3.1-11", "stores no empty retained message")]
    [Statement(V5, "MQTT-3.3.1-7", "stores no empty retained message")]
    public static Task<Finding> Removed(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        var standing = await talk.SubscriberAsync(talk.Topic());
        await standing.MessageAsync();
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Retain = true });
        var passed = await standing.MessageAsync();
        await subscriber.SubscribeAsync(talk.Topic());
        var kept = await talk.NothingButMarkAsync(subscriber);
        return Finding.Of(kept is null && (passed is { Payload.IsEmpty: true } || talk.Number is "MQTT-3.3.1-11" or "MQTT-3.3.1-7"), $"{(passed is null ? "not passed on" : "passed on")}, {(kept is null ? "nothing is retained" : "something is retained")}");
    });

    [Statement(V3, "MQTT-3.3.1-12", "neither stores a message without RETAIN nor removes the retained one for it")]
    [Statement(V5, "MQTT-3.3.1-8", "neither stores a message without RETAIN nor removes the retained one for it")]
    public static Task<Finding> NotRetained(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = "passing"u8.ToArray() });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        await subscriber.SubscribeAsync(talk.Topic());
        var kept = await subscriber.MessageAsync();
        return Finding.Of(kept?.Payload.Span.SequenceEqual("new"u8) == true, kept is null ? "nothing is retained any more" : $"\"{Encoding.UTF8.GetString(kept.Payload.Span)}\" is retained");
    });

    [Statement(V5, "MQTT-3.3.1-10", "sends retained messages only to a new subscription where Retain Handling is 1")]
    public static Task<Finding> HandlingOne(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        var wanted = new TopicSubscription(talk.Topic(), Qos1) { RetainHandling = RetainHandling.SendIfNew };
        await subscriber.SubscribeAsync(wanted);
        var first = await subscriber.MessageAsync();
        await subscriber.SubscribeAsync(wanted);
        var second = await talk.NothingButMarkAsync(subscriber);
        return Finding.Of(first is not null && second is null, $"{(first is null ? "none" : "one")} at first, {(second is null ? "none" : "one")} again");
    });

    [Statement(V5, "MQTT-3.3.1-11", "sends no retained messages where Retain Handling is 2")]
    public static Task<Finding> HandlingTwo(Conversation talk) => RetainedAsync(talk, async subscriber =>
    {
        await subscriber.SubscribeAsync(new TopicSubscription(talk.Topic(), Qos1) { RetainHandling = RetainHandling.DoNotSend });
        return Finding.Of(await talk.NothingButMarkAsync(subscriber) is null, "a retained message, or none");
    });

    [Statement(V5, "MQTT-3.3.1-13", "leaves RETAIN as it was published where the subscription asks for it")]
    public static async Task<Finding> AsPublished(Conversation talk)
    {
        var subscriber = await talk.OpenAsync();
        await subscriber.SubscribeAsync(new TopicSubscription(talk.Topic(), Qos1) { RetainAsPublished = true });
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Retain = true });
        var flags = new[] { (await subscriber.MessageAsync())?.Retain, (await subscriber.MessageAsync())?.Retain };
        return Finding.Of(flags is [false, true], $"RETAIN {flags[0]} and {flags[1]} for False and True");
    }

    [Statement(V5, "MQTT-3.8.3-3", "sends a client nothing of its own where the subscription asks for No Local")]
    public static async Task<Finding> NoLocal(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SubscribeAsync(new TopicSubscription(talk.Topic(), Qos1) { NoLocal = true });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = "own"u8.ToArray() });
        var other = await talk.OpenAsync();
        await other.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = "other"u8.ToArray() });
        var message = await peer.MessageAsync();
        return Finding.Of(message?.Payload.Span.SequenceEqual("other"u8) == true, message is null ? "nothing came at all" : $"\"{Encoding.UTF8.GetString(message.Payload.Span)}\" came first");
    }

    /// <summary>Retains two messages, one after the other, on the statement's topic.</summary>
    private static async Task<Finding> RetainedAsync(Conversation talk, Func<Peer, Task<Finding>> decide)
    {
        var publisher = await talk.OpenAsync();
        if (publisher.Answer.RetainAvailable == false)
        {
            return Finding.Absent("CONNACK says that nothing is retained");
        }

        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic(), Retain = true, Payload = "old"u8.ToArray() });
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic(), Retain = true, Payload = "new"u8.ToArray() });
        return await decide(await talk.OpenAsync());
    }
}
