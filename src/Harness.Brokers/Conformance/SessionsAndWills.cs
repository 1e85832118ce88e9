namespace Harness.Brokers.Conformance;

/// <summary>Sessions that outlive their connection, and wills.</summary>
internal static class SessionsAndWills
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-3.1.2-6", "discards the earlier session of a client that asks for a clean one")]
    [Statement(V5, "MQTT-3.1.2-4", "discards the earlier session of a client that asks for a clean one")]
    public static async Task<Finding> Clean(Conversation talk)
    {
        var (name, publisher) = (await LeftAsync(talk), await talk.OpenAsync());
        await talk.ForgetAsync(name);
        var back = await talk.OpenAsync(talk.Kept(name: name));
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var message = await back.NothingAsync();
        return Finding.Of(!back.Answer.SessionPresent && message is null, message is null ? $"session present {back.Answer.SessionPresent}" : "its earlier subscription still delivers");
    }

    [Statement(V3, "MQTT-3.1.2-4", "resumes a session that is to be kept: its subscriptions hold")]
    [Statement(V5, "MQTT-3.1.2-5", "resumes a session that is to be kept: its subscriptions hold")]
    public static async Task<Finding> Resumed(Conversation talk)
    {
        var name = await LeftAsync(talk);
        var back = await talk.OpenAsync(talk.Kept(name: name));
        var publisher = await talk.OpenAsync();
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var message = await back.MessageAsync();
        return Finding.Of(message is not null, message is null ? "its subscription delivers nothing" : "its subscription delivers");
    }

    [Statement(V3, "MQTT-3.1.2-5", "stores QoS 1 messages for a client that is away and whose session is kept")]
    [Statement(V5, "MQTT-4.5.0-1", "adds a message to the session of every client whose subscription matches, also of one that is away")]
    public static async Task<Finding> Stored(Conversation talk)
    {
        var name = await LeftAsync(talk);
        var publisher = await talk.OpenAsync();
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic(), Payload = "stored"u8.ToArray() });
        var back = await talk.OpenAsync(talk.Kept(name: name));
        var message = await back.MessageAsync();
        return Finding.Of(message?.Payload.Span.SequenceEqual("stored"u8) == true, message is null ? "nothing was stored" : "it came after the login");
    }

    [Statement(V3, "MQTT-3.2.0-1", "sends CONNACK before anything else, also to a client for whom messages wait")]
    [Statement(V5, "MQTT-3.2.0-1", "sends CONNACK before anything else, also to a client for whom messages wait")]
    public static async Task<Finding> AnswerFirst(Conversation talk)
    {
        var name = await LeftAsync(talk);
        var publisher = await talk.OpenAsync();
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var back = await talk.DialAsync();
        await back.SendAsync(talk.With(talk.Kept(name: name)));
        var first = await back.NextAsync();
        return Finding.Of(first is ConnAckPacket, Peer.Words(first));
    }

    [Statement(V3, "MQTT-3.2.2-1", "says no session present to a client that asks for a clean one")]
    [Statement(V5, "MQTT-3.2.2-2", "says no session present to a client that asks for a clean one")]
    public static async Task<Finding> PresentAfterClean(Conversation talk)
    {
        var name = await LeftAsync(talk);
        var back = await talk.OpenAsync(talk.Kept(cleanStart: true, name));
        return Finding.Of(!back.Answer.SessionPresent, $"session present {back.Answer.SessionPresent}");
    }

    [Statement(V3, "MQTT-3.2.2-2", "says session present where it kept the session")]
    [Statement(V5, "MQTT-3.2.2-3", "says session present where it kept the session, and not where there is none")]
    public static async Task<Finding> Present(Conversation talk)
    {
        var name = await LeftAsync(talk);
        var back = await talk.OpenAsync(talk.Kept(name: name));
        var other = await talk.OpenAsync(talk.Kept());
        return Finding.Of(back.Answer.SessionPresent && !other.Answer.SessionPresent, $"session present {back.Answer.SessionPresent} for one kept, {other.Answer.SessionPresent} for none");
    }

    [Statement(V3, "MQTT-3.2.2-3", "says no session present where there is none")]
    public static async Task<Finding> NotPresent(Conversation talk)
    {
        var peer = await talk.OpenAsync(talk.Kept());
        return Finding.Of(!peer.Answer.SessionPresent, $"session present {peer.Answer.SessionPresent}");
    }

    [Statement(V3, "MQTT-4.4.0-1", "sends an unacknowledged message again when the client comes back, under its identifier")]
    [Statement(V5, "MQTT-4.4.0-1", "sends an unacknowledged message again when the client comes back, under its identifier")]
    [Statement(V3, "MQTT-3.3.1-1", "sets DUP on a message that it sends again")]
    [Statement(V5, "MQTT-3.3.1-1", "sets DUP on a message that it sends again")]
    public static async Task<Finding> SentAgain(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(talk.Kept(name: name));
        await first.SubscribeAsync(talk.Topic());
        var publisher = await talk.OpenAsync();
        await publisher.PublishAsync(new PublishPacket { Topic = talk.Topic() });
        var sent = await first.MessageAsync(acknowledge: false) ?? throw new NothingSeenException("the message was not delivered at all");
        if (sent.Qos == QualityOfService.AtMostOnce)
        {
            throw new NothingSeenException("the message was delivered with QoS 0");
        }

        first.Dispose();
        var back = await talk.OpenAsync(talk.Kept(name: name));
        var again = await back.MessageAsync();
        if (again is null && talk.Number == "MQTT-3.3.1-1")
        {
            return Finding.NotDecided("it was not sent again at all");
        }

        return Finding.Of(
            talk.Number == "MQTT-3.3.1-1" ? again?.Dup != false : again?.PacketId == sent.PacketId, again is null ? "it was not sent again" : $"identifier {sent.PacketId} at first, then {again.PacketId} with DUP {again.Dup}");
    }

    [Statement(V5, "MQTT-4.1.0-2", "discards a session when its expiry has passed")]
    public static async Task<Finding> Expired(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(new ConnectPacket { ClientId = name, SessionExpiryInterval = 1 });
        if (first.Answer.SessionExpiryInterval is { } own and not 1)
        {
            return Finding.Absent($"the broker sets an expiry of {own} s itself");
        }

        await first.LeaveAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), talk.Stop);
        var back = await talk.OpenAsync(talk.Kept(name: name));
        return Finding.Of(!back.Answer.SessionPresent, $"session present {back.Answer.SessionPresent} 3 s after an expiry of 1 s");
    }

    [Statement(V3, "MQTT-3.1.2-8", "publishes the will of a client whose connection breaks")]
    [Statement(V5, "MQTT-3.1.2-8", "publishes the will of a client whose connection breaks")]
    [Statement(V3, "MQTT-3.1.2-16", "publishes a will without retain as one that is not retained")]
    [Statement(V5, "MQTT-3.1.2-14", "publishes a will without retain as one that is not retained")]
    public static Task<Finding> Will(Conversation talk) => WillAsync(talk, retain: false);

    [Statement(V3, "MQTT-3.1.2-17", "publishes a will with retain as a retained message")]
    [Statement(V5, "MQTT-3.1.2-15", "publishes a will with retain as a retained message")]
    public static Task<Finding> RetainedWill(Conversation talk) => WillAsync(talk, retain: true);

    [Statement(V3, "MQTT-3.14.4-3", "discards the will of a client that says goodbye")]
    [Statement(V5, "MQTT-3.14.4-3", "discards the will of a client that says goodbye")]
    public static async Task<Finding> NoWill(Conversation talk)
    {
        var watcher = await talk.SubscriberAsync(talk.Topic());
        var polite = await talk.OpenAsync(new ConnectPacket { Will = new MqttWill(talk.Topic(), "will"u8.ToArray(), QualityOfService.AtMostOnce, false) });
        await polite.LeaveAsync();
        return Finding.Of(await talk.NothingButMarkAsync(watcher) is null, "a will, or none, after DISCONNECT");
    }

    [Statement(V5, "MQTT-3.1.3-9", "publishes no will where the client is back before the will's delay is over")]
    public static async Task<Finding> DelayedWill(Conversation talk)
    {
        var name = talk.Name();
        var watcher = await talk.SubscriberAsync(talk.Topic());
        var rude = await talk.OpenAsync(talk.Kept(name: name) with { Will = new MqttWill(talk.Topic(), default, QualityOfService.AtMostOnce, false) { DelayInterval = 2 } });
        rude.Dispose();
        await talk.OpenAsync(talk.Kept(name: name));
        var will = await talk.NothingButMarkAsync(watcher, TimeSpan.FromSeconds(3.5));
        return Finding.Of(will is null, will is null ? "no will came" : "the will came, though the client was back");
    }

    private static async Task<Finding> WillAsync(Conversation talk, bool retain)
    {
        var watcher = await talk.SubscriberAsync(talk.Topic());
        var rude = await talk.OpenAsync(new ConnectPacket { Will = new MqttWill(talk.Topic(), "will"u8.ToArray(), QualityOfService.AtMostOnce, retain) });
        if (retain && rude.Answer.RetainAvailable == false)
        {
            return Finding.Absent("CONNACK says that nothing is retained");
        }

        rude.Dispose();
        if (await watcher.MessageAsync() is null)
        {
            return Finding.Violates("the will did not come");
        }

        if (talk.Number == "MQTT-3.1.2-8")
        {
            return Finding.Conforms("the will came");
        }

        var later = await talk.SubscriberAsync(talk.Topic());
        var kept = retain ? await later.MessageAsync() : await talk.NothingButMarkAsync(later);
        return Finding.Of(retain == (kept is not null), kept is null ? "the will came and is not retained" : "the will came and is retained");
    }

    /// <summary>A client that subscribed and left; its session is kept.</summary>
    private static async Task<string> LeftAsync(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(talk.Kept(name: name));
        if (talk.Five && first.Answer.SessionExpiryInterval == 0)
        {
            throw new NothingSeenException("the broker says that it keeps no session");
        }

        await first.SubscribeAsync(talk.Topic());
        await first.LeaveAsync();
        return name;
    }
}
