namespace Harness.Brokers.Audit;

/// <summary>Tries reading, publishing, a will and a retained message on one topic that whoever is tried must not use.</summary>
/// <remarks>That nothing came says something only where somebody is known to see what comes: brokers grant filters and look at the rights of each message.</remarks>
internal sealed class TopicAudit(AuditParties parties, string topic, CancellationToken cancellationToken)
{
    private const string Rights = "mosquitto: acl_file (topic deny, pattern with %u and %c) or the dynamic-security plugin; rabbitmq: set_topic_permissions; activemq: authorizationPlugin";
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(2);

    private readonly string _unseen = $"nobody here is known to see what comes on it; next: {(parties.Owner is null ? "--user of one" : "a --user")} who may publish and subscribe there";
    private readonly string _who = parties.Strangers ? "whoever has no user" : "the operator's user";

    private (string Id, string Question) Read => ($"acl.read {topic}", $"{_who} does not read {topic} by any shape of filter");

    private (string Id, string Question) Write => ($"acl.write {topic}", $"{_who} does not publish on {topic}");

    private (string Id, string Question) Will => ($"acl.will {topic}", $"no will of {_who} comes on {topic}");

    private (string Id, string Question) Retained => ($"acl.retained {topic}", $"{_who} leaves no retained message on {topic}");

    private AuditPath Path => parties.Plain.For(Read.Id, Write.Id, Will.Id, Retained.Id);

    /// <summary>Tries.</summary>
    public async Task<IEnumerable<AuditCheck>> RunAsync()
    {
        (string Id, string Question)[] all = [Read, Write, Will, Retained];
        if (parties.Owner is null && !parties.Strangers)
        {
            return all.Select(q => AuditCheck.NotTried(q.Id, q.Question, "no login"));
        }

        using var tried = AuditTalk.Open(Path, MqttVersion.V311, parties.Tried, cancellationToken);
        using var owner = AuditTalk.Open(Path, MqttVersion.V311, parties.Owner, cancellationToken);
        try
        {
            var readers = await ReadersAsync(tried).ConfigureAwait(false);
            var witness = new Reader(topic, owner, await ReaderAsync(owner, topic).ConfigureAwait(false)); // sees what was published where the one who is tried may not read
            Reader[] everybody = [.. readers, witness];
            var written = await ArrivesAsync(everybody, await PublishAsync(tried).ConfigureAwait(false)).ConfigureAwait(false);
            var owned = parties is { Owner: not null, Strangers: true } && await ArrivesAsync(everybody, await PublishAsync(owner).ConfigureAwait(false)).ConfigureAwait(false);
            var will = await WillAsync(tried, everybody).ConfigureAwait(false);
            return
            [
                OfRead(readers, witness), await OfWriteAsync(written, everybody).ConfigureAwait(false), OfWill(will, everybody),
                await OfRetainedAsync(everybody.FirstOrDefault(r => r.SawMark && !TopicFilter.IsShared(r.Filter)), written ? parties.Tried : owned ? parties.Owner : null, written || owned).ConfigureAwait(false),
            ];
        }
        catch (NothingSeenException e)
        {
            return all.Select(q => AuditCheck.Open(q.Id, q.Question, e.Message));
        }
    }

    private AuditCheck OfRead(IReadOnlyList<Reader> readers, Reader witness)
    {
        var by = readers.Where(r => r.SawTopic).Select(r => r.Filter).ToList();
        var granted = readers.Where(r => r.Peer is not null).Select(r => r.Filter).ToList();
        var words = granted.Count == 0 ? $"{readers.Count} shapes of filter, all refused" : $"{readers.Count} shapes of filter; granted, but nothing came: {string.Join(", ", granted)}";
        return by.Count > 0 ? new AuditCheck(Read.Id, Read.Question, AuditSeverity.High, $"a message came by {string.Join(", ", by)}", Rights)
            : granted.Count == 0 || witness.SawTopic ? AuditCheck.Ok(Read.Id, Read.Question, words)
            : AuditCheck.Open(Read.Id, Read.Question, $"{words}; {_unseen}");
    }

    private async Task<AuditCheck> OfWriteAsync(bool arrived, IReadOnlyList<Reader> everybody)
    {
        if (arrived || everybody.Any(r => r.SawTopic))
        {
            return AuditCheck.Of(Write.Id, Write.Question, arrived, AuditSeverity.High, arrived ? "a message arrived" : "none arrived", Rights);
        }

        var refusal = await RefusalAsync().ConfigureAwait(false);
        return refusal is null ? AuditCheck.Open(Write.Id, Write.Question, _unseen) : AuditCheck.Ok(Write.Id, Write.Question, refusal);
    }

    private AuditCheck OfWill(bool arrived, IReadOnlyList<Reader> everybody) => !arrived && !everybody.Any(r => r.SawTopic)
        ? AuditCheck.Open(Will.Id, Will.Question, _unseen)
        : AuditCheck.Of(Will.Id, Will.Question, arrived, AuditSeverity.High, arrived ? "the will of a connection that was cut arrived" : "none arrived", Rights);

    // What stands there is read first, by somebody who is known to see the topic: else it could not be put back.
    private async Task<AuditCheck> OfRetainedAsync(Reader? sees, AuditTarget? publisher, bool isPublished)
    {
        if (sees is null || !isPublished)
        {
            return AuditCheck.Open(Retained.Id, Retained.Question, $"{_unseen}, and what stands there could not be put back");
        }

        try
        {
            return await TryRetainedAsync(sees, publisher).ConfigureAwait(false);
        }
        catch (NothingSeenException e)
        {
            return AuditCheck.Open(Retained.Id, Retained.Question, e.Message);
        }
    }

    private async Task<AuditCheck> TryRetainedAsync(Reader sees, AuditTarget? publisher)
    {
        var login = sees.Talk.Broker.User is null ? null : parties.Owner;
        var version = await CommonAsync(login, parties.Tried, publisher).ConfigureAwait(false);
        using var reading = AuditTalk.Open(Path, version, login, cancellationToken);
        using var publishing = AuditTalk.Open(Path, version, publisher, cancellationToken);
        var stood = await RetainedMessage.ReadAsync(await reading.OpenAsync().ConfigureAwait(false), sees.Filter, topic, () => PublishAsync(publishing)).ConfigureAwait(false);
        if (stood is null)
        {
            return AuditCheck.Open(Retained.Id, Retained.Question, "what stands there could not be read, nor so put back");
        }

        using var tried = AuditTalk.Open(Path, version, parties.Tried, cancellationToken);
        var (stays, isBack) = (false, false);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var mark = Mark();
            var peer = await tried.OpenAsync().ConfigureAwait(false);
            await peer.SendAsync(Message(mark) with { Retain = true }).ConfigureAwait(false);
            await AnswerAsync(peer).ConfigureAwait(false);
            stays = await ArrivesAsync([new Reader(sees.Filter, reading, await ReaderAsync(reading, sees.Filter).ConfigureAwait(false))], mark).ConfigureAwait(false);
        }
        finally
        {
            isBack = await stood.PutBackAsync(parties.Plain, version, parties.Tried, topic).ConfigureAwait(false); // also after a Ctrl-C
        }

        var after = !isBack ? "the broker did not take it back: it still stands there" : stood.Packet is null ? "it was removed again"
            : $"the one that stood there was put back{(version == MqttVersion.V5 ? "" : ", as far as MQTT 3.1.1 tells what that was")}";
        return AuditCheck.Of(Retained.Id, Retained.Question, stays, AuditSeverity.High, stays ? $"a retained message came back; {after}" : "none came back", Rights);
    }

    // MQTT 5 has what 3.1.1 loses of a message, where all who take part come in by it.
    private async Task<MqttVersion> CommonAsync(params AuditTarget?[] logins)
    {
        foreach (var login in logins.Distinct())
        {
            if ((await Entrance.TryAsync(Path, MqttVersion.V5, login, cancellationToken).ConfigureAwait(false)).IsIn != true)
            {
                return MqttVersion.V311;
            }
        }

        return MqttVersion.V5;
    }

    private async Task<IReadOnlyList<Reader>> ReadersAsync(Conversation talk)
    {
        var levels = topic.Split('/');
        string[] shapes =
        [
            topic, topic + "/#", .. levels.Length > 1 ? (string[])[string.Join('/', levels[..^1]) + "/+", string.Join('/', levels[..^1]) + "/#", "+/" + string.Join('/', levels[1..])] : ["+"],
            string.Join('/', levels.Select(_ => "+")), "#", $"$share/audit/{topic}", "$share/audit/#",
        ];
        var readers = new List<Reader>();
        foreach (var shape in shapes.Distinct())
        {
            readers.Add(new Reader(shape, talk, await ReaderAsync(talk, shape).ConfigureAwait(false)));
        }

        return readers;
    }

    /// <returns>Null where the subscription is refused, or ends the connection as RabbitMQ does.</returns>
    private static async Task<Peer?> ReaderAsync(Conversation talk, string filter)
    {
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        try
        {
            return await peer.SubscribeAsync(new TopicSubscription(filter, QualityOfService.AtMostOnce)).ConfigureAwait(false) is [< ReasonCode.UnspecifiedError] ? peer : null;
        }
        catch (SilenceException)
        {
            throw; // no refusal
        }
        catch (NothingSeenException)
        {
            return null;
        }
    }

    private PublishPacket Message(byte[] mark) => new() { Topic = topic, Payload = mark, Qos = QualityOfService.AtLeastOnce, PacketId = 9 };

    private async Task<byte[]> PublishAsync(Conversation talk)
    {
        var mark = Mark();
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        await peer.SendAsync(Message(mark)).ConfigureAwait(false);
        return mark;
    }

    /// <returns>The refusal of a message by its reason, which MQTT 5 alone has; null where none came.</returns>
    private async Task<string?> RefusalAsync()
    {
        using var talk = AuditTalk.Open(Path, MqttVersion.V5, parties.Tried, cancellationToken);
        try
        {
            var peer = await talk.OpenAsync().ConfigureAwait(false);
            await peer.SendAsync(Message(Mark())).ConfigureAwait(false);
            return await peer.NextAsync().ConfigureAwait(false) switch
            {
                PubAckPacket { Reason: >= ReasonCode.UnspecifiedError and var reason } => $"PUBACK 0x{(byte)reason:x2} came by MQTT 5.0",
                DisconnectPacket { Reason: >= ReasonCode.UnspecifiedError and var reason } => $"DISCONNECT 0x{(byte)reason:x2} came by MQTT 5.0",
                _ => null,
            };
        }
        catch (NothingSeenException)
        {
            return null;
        }
    }

    private async Task<bool> WillAsync(Conversation talk, IReadOnlyList<Reader> everybody)
    {
        var mark = Mark();
        var peer = await talk.DialAsync().ConfigureAwait(false);
        await peer.SendAsync(talk.With(new ConnectPacket { Will = new MqttWill(topic, mark, QualityOfService.AtLeastOnce, Retain: false) })).ConfigureAwait(false);
        if (await AnswerAsync(peer).ConfigureAwait(false) is not ConnAckPacket { Reason: ReasonCode.Success })
        {
            return false;
        }

        peer.Dispose(); // without DISCONNECT
        return await ArrivesAsync(everybody, mark).ConfigureAwait(false);
    }

    private async Task<bool> ArrivesAsync(IReadOnlyList<Reader> readers, byte[] mark) =>
        (await Task.WhenAll(readers.Select(r => r.SeesAsync(topic, mark))).ConfigureAwait(false)).Any(s => s);

    private static async Task<MqttPacket?> AnswerAsync(Peer peer)
    {
        try
        {
            return await peer.NextAsync().ConfigureAwait(false);
        }
        catch (SilenceException)
        {
            return null; // what arrives is what judges
        }
    }

    private byte[] Mark() => Encoding.ASCII.GetBytes($"audit {topic.Length} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    /// <summary>A subscription to one shape of filter; no connection where it was refused.</summary>
    private sealed record Reader(string Filter, Conversation Talk, Peer? Peer)
    {
        /// <summary>True once a message on the topic came, a retained one included.</summary>
        public bool SawTopic { get; private set; }

        /// <summary>True once a message came that was published here.</summary>
        public bool SawMark { get; private set; }

        public async Task<bool> SeesAsync(string topic, byte[] mark)
        {
            var until = DateTime.UtcNow + Delivery;
            while (Peer is not null && DateTime.UtcNow < until && await Peer.MessageAsync(until - DateTime.UtcNow, acknowledge: false).ConfigureAwait(false) is { } message)
            {
                SawTopic |= message.Topic == topic;
                if (message.Payload.Span.SequenceEqual(mark))
                {
                    return SawMark = true;
                }
            }

            return false;
        }
    }
}
