namespace Harness.Brokers.Conformance;

/// <summary>Properties of MQTT 5: message properties, limits of a client, aliases, shared subscriptions.</summary>
internal static class Properties
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;

    [Statement(V5, "MQTT-3.3.2-4", "passes the payload format on unaltered")]
    [Statement(V5, "MQTT-3.3.2-15", "passes the response topic on unaltered")]
    [Statement(V5, "MQTT-3.3.2-16", "passes the correlation data on unaltered")]
    [Statement(V5, "MQTT-3.3.2-17", "passes all user properties on unaltered")]
    [Statement(V5, "MQTT-3.3.2-18", "keeps the order of user properties")]
    [Statement(V5, "MQTT-3.3.2-20", "passes the content type on unaltered")]
    public static async Task<Finding> Passed(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        UserProperty[] own = [new("b", "1"), new("a", "2"), new("b", "1")];
        await peer.PublishAsync(new PublishPacket
        {
            Topic = talk.Topic(), PayloadFormatIndicator = 1, ContentType = "text/plain", ResponseTopic = talk.Topic("r"), CorrelationData = [0, 255], UserProperties = own, Payload = "x"u8.ToArray(),
        });
        var m = await subscriber.MessageAsync() ?? throw new NothingSeenException("the message was not delivered");
        var kept = talk.Number switch
        {
            "MQTT-3.3.2-4" => m.PayloadFormatIndicator == 1,
            "MQTT-3.3.2-15" => m.ResponseTopic == talk.Topic("r"),
            "MQTT-3.3.2-16" => m.CorrelationData is [0, 255],
            "MQTT-3.3.2-17" => m.UserProperties.OrderBy(u => u.Name).SequenceEqual(own.OrderBy(u => u.Name)),
            "MQTT-3.3.2-18" => m.UserProperties.SequenceEqual(own),
            _ => m.ContentType == "text/plain",
        };
        return Finding.Of(kept, $"format {m.PayloadFormatIndicator}, content type {m.ContentType ?? "none"}, response topic {m.ResponseTopic ?? "none"}, "
            + $"{m.CorrelationData?.Length ?? 0} bytes of correlation data, user properties {string.Join(' ', m.UserProperties.Select(u => $"{u.Name}={u.Value}"))}");
    }

    [Statement(V5, "MQTT-3.3.4-3", "sends the identifiers of the subscriptions that a message matches")]
    public static async Task<Finding> Identifiers(Conversation talk)
    {
        var subscriber = await talk.OpenAsync();
        if (subscriber.Answer.SubscriptionIdentifierAvailable == false)
        {
            return Finding.Absent("CONNACK says that there are no subscription identifiers");
        }

        await subscriber.SendAsync(new SubscribePacket { PacketId = 1, SubscriptionIdentifier = 7, Subscriptions = [new(talk.Topic(), Qos1)] });
        await subscriber.ExpectAsync<SubAckPacket>();
        await subscriber.SendAsync(new SubscribePacket { PacketId = 2, SubscriptionIdentifier = 300, Subscriptions = [new(talk.Topic("+"), Qos1)] });
        await subscriber.ExpectAsync<SubAckPacket>();
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var first = await subscriber.MessageAsync();
        var seen = new[] { first, first is null ? null : await subscriber.NothingAsync() }.OfType<PublishPacket>().SelectMany(m => m.SubscriptionIdentifiers).Order().ToList();
        return Finding.Of(seen.SequenceEqual([7u, 300u]), $"identifiers {string.Join(' ', seen)}, for 7 and 300");
    }

    [Statement(V5, "MQTT-3.3.2-5", "deletes a message for a client that is away when its lifetime is over")]
    [Statement(V5, "MQTT-3.3.2-6", "sends the lifetime that is left, less the time the message waited")]
    public static async Task<Finding> Lifetime(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(talk.Kept(name: name));
        await first.SubscribeAsync(talk.Topic());
        await first.LeaveAsync();
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), MessageExpiryInterval = 1, Payload = "short"u8.ToArray() });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), MessageExpiryInterval = 60, Payload = "long"u8.ToArray() });
        await Task.Delay(TimeSpan.FromSeconds(2.5), talk.Stop);
        var back = await talk.OpenAsync(talk.Kept(name: name));
        var message = await back.MessageAsync();
        if (talk.Number == "MQTT-3.3.2-6" && message?.Payload.Span.SequenceEqual("short"u8) == true)
        {
            message = await back.MessageAsync(); // it is about the one that has a lifetime left
        }

        return Finding.Of(
            talk.Number == "MQTT-3.3.2-5" ? message?.Payload.Span.SequenceEqual("long"u8) == true : message?.MessageExpiryInterval is >= 50 and <= 58,
            message is null ? "nothing came" : $"\"{Encoding.UTF8.GetString(message.Payload.Span)}\" came first, with {message.MessageExpiryInterval} s left of 60 after 2.5 s");
    }

    [Statement(V5, "MQTT-3.1.2-24", "sends a client no packet above its Maximum Packet Size")]
    [Statement(V5, "MQTT-3.1.2-25", "goes on as if it had sent what is too large for a client")]
    public static async Task<Finding> Size(Conversation talk)
    {
        var subscriber = await talk.OpenAsync(new ConnectPacket { MaximumPacketSize = 100 });
        await subscriber.SubscribeAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = new byte[200] });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = "fits"u8.ToArray() });
        var message = await subscriber.MessageAsync() ?? (subscriber.Ended ? null : await subscriber.NothingAsync());
        if (message is null && talk.Number == "MQTT-3.1.2-24")
        {
            return Finding.NotDecided(subscriber.Ended ? "the connection ended" : "what fits did not come either");
        }

        return Finding.Of(message?.Payload.Length == 4, message is null ? (subscriber.Ended ? "the connection ended" : "what fits did not come") : $"{message.Payload.Length} bytes came first");
    }

    [Statement(V5, "MQTT-3.3.4-9", "sends no more unacknowledged messages than the client's Receive Maximum")]
    public static async Task<Finding> ReceiveMaximum(Conversation talk)
    {
        var subscriber = await talk.OpenAsync(new ConnectPacket { ReceiveMaximum = 2 });
        await subscriber.SubscribeAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        for (var i = 0; i < 4; i++)
        {
            await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        }

        var held = new List<PublishPacket>();
        while (held.Count < 4 && await (held.Count < 2 ? subscriber.MessageAsync(acknowledge: false) : subscriber.NothingAsync(acknowledge: false)) is { } message)
        {
            held.Add(message);
        }

        return Finding.Of(held.Count == 2, $"{held.Count} unacknowledged messages, with a Receive Maximum of 2");
    }

    [Statement(V5, "MQTT-3.1.2-27", "sends no topic aliases to a client that takes none")]
    public static async Task<Finding> NoAlias(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var seen = new[] { await subscriber.MessageAsync(), await subscriber.MessageAsync() };
        return Finding.Of(seen.All(m => m is { TopicAlias: null } && m.Topic == talk.Topic()), "topics in full, or aliases");
    }

    [Statement(V5, "MQTT-3.3.2-12", "takes every topic alias up to the highest that it announced")]
    public static async Task<Finding> Aliases(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var peer = await talk.OpenAsync();
        if (peer.Answer.TopicAliasMaximum is not > 0)
        {
            return Finding.Absent("CONNACK announces no topic aliases");
        }

        var highest = peer.Answer.TopicAliasMaximum;
        await peer.SendAsync(new PublishPacket { Topic = talk.Topic(), TopicAlias = highest }, new PublishPacket { TopicAlias = highest, Payload = "alias"u8.ToArray() });
        var seen = new[] { await subscriber.MessageAsync(), await subscriber.MessageAsync() };
        return Finding.Of(seen[1]?.Topic == talk.Topic() && seen[1]!.Payload.Length == 5, seen[1] is null ? $"alias {highest} was not taken" : $"alias {highest} was taken");
    }

    [Statement(V5, "MQTT-3.3.2-7", "forgets topic aliases with their connection")]
    public static async Task<Finding> ForgottenAliases(Conversation talk)
    {
        var subscriber = await talk.SubscriberAsync(talk.Topic());
        var name = talk.Name();
        var first = await talk.OpenAsync(talk.Kept(name: name));
        if (first.Answer.TopicAliasMaximum is not > 0)
        {
            return Finding.Absent("CONNACK announces no topic aliases");
        }

        await first.SendAsync(new PublishPacket { Topic = talk.Topic(), TopicAlias = 1 });
        _ = await subscriber.MessageAsync() ?? throw new NothingSeenException("the message that set the alias was not delivered");
        await first.LeaveAsync();
        var back = await talk.OpenAsync(talk.Kept(name: name));
        await back.SendAsync(new PublishPacket { TopicAlias = 1 }, new PingReqPacket());
        await back.NextAsync(); // an end or an answer: the broker has seen it
        var message = await talk.NothingButMarkAsync(subscriber);
        return Finding.Of(message is null, message is null ? "the alias meant nothing any more" : "the alias still meant its topic");
    }

    [Statement(V5, "MQTT-4.8.2-1", "takes no shared subscription with an empty share name")]
    [Statement(V5, "MQTT-4.8.2-2", "takes no shared subscription whose share name holds a wildcard")]
    public static async Task<Finding> ShareNames(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        if (peer.Answer.SharedSubscriptionAvailable == false)
        {
            return Finding.Absent("CONNACK says that there are no shared subscriptions");
        }

        var name = talk.Number == "MQTT-4.8.2-1" ? "" : "a+";
        await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new($"$share/{name}/{talk.Topic()}", Qos1)] });
        var answer = await peer.NextAsync();
        return Finding.Of(answer is null or DisconnectPacket or SubAckPacket { Reasons: [>= ReasonCode.UnspecifiedError] }, $"{Peer.Words(answer)} for $share/{name}/t"
            + (answer is SubAckPacket { Reasons: [var reason] } ? $", 0x{(byte)reason:x2}" : ""));
    }

    [Statement(V5, "MQTT-4.8.2-3", "keeps to the granted QoS of a shared subscription, and gives each message to one member")]
    public static async Task<Finding> Shared(Conversation talk)
    {
        var members = new List<Peer>();
        for (var i = 0; i < 2; i++)
        {
            var member = await talk.OpenAsync();
            if (member.Answer.SharedSubscriptionAvailable == false)
            {
                return Finding.Absent("CONNACK says that there are no shared subscriptions");
            }

            await member.SubscribeAsync("$share/g/" + talk.Topic(), QualityOfService.AtMostOnce);
            members.Add(member);
        }

        var peer = await talk.OpenAsync();
        for (var i = 0; i < 6; i++)
        {
            await peer.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        }

        var seen = new List<PublishPacket>();
        foreach (var member in members)
        {
            while (await member.NothingAsync() is { } message)
            {
                seen.Add(message);
            }
        }

        return Finding.Of(seen.Count == 6 && seen.TrueForAll(m => m.Qos == QualityOfService.AtMostOnce), $"{seen.Count} of 6, with QoS {string.Join(' ', seen.Select(m => (int)m.Qos).Distinct())}");
    }

    [Statement(V5, "MQTT-3.14.2-2", "sends no session expiry in its own DISCONNECT")]
    public static async Task<Finding> ExpiryInGoodbye(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(talk.Kept(name: name));
        await talk.OpenAsync(new ConnectPacket { ClientId = name });
        await first.EndsAsync(); // a session expiry would be bytes that are no packet of a server
        return first.Goodbye is null ? Finding.NotDecided("the broker sent no DISCONNECT at a take-over") : Finding.Of(first.Goodbye.SessionExpiryInterval is null, $"DISCONNECT 0x{(byte)first.Goodbye.Reason:x2} with session expiry {first.Goodbye.SessionExpiryInterval?.ToString(CultureInfo.InvariantCulture) ?? "absent"}");
    }

    [Statement(V5, "MQTT-4.12.0-6", "sends no authentication method to a client that named none")]
    public static async Task<Finding> NoMethod(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        return Finding.Of(peer.Answer.AuthenticationMethod is null, peer.Answer.AuthenticationMethod is null ? "none in CONNACK" : "one in CONNACK");
    }
}
