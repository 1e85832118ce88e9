namespace Harness.Brokers.Audit;

/// <summary>Tries reading, publishing, a will and a retained message on one topic that whoever is tried must not use.</summary>
/// <remarks>That nothing came says something only where somebody is known to see what comes: brokers grant filters and look at the rights of each message.</remarks>
internal sealed class TopicAudit(AuditParties parties, string topic, CancellationToken cancellationToken)
{
    private const string Rights = "mosquitto: acl_file (topic deny, pattern with %u and %c) or the dynamic-security plugin; rabbitmq: set_topic_permissions; activemq: authorizationPlugin";
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(2);

    private readonly string _unseen = $"nobody here is known to be heard on it, so that silence tells nothing; next: {(parties.Owner is null ? "--user of one" : "a --user")} who may publish and subscribe there";
    private readonly string _who = parties.Strangers ? "whoever has no user" : "the operator's user";
    private Reader[] _everybody = [];
    private string? _willRefusal;

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
        IReadOnlyList<Reader> readers;
        Reader witness;
        try
        {
            readers = await ReadersAsync(tried).ConfigureAwait(false);
            witness = new Reader(topic, owner, await ReaderAsync(owner, topic).ConfigureAwait(false)); // sees what was published where the one who is tried may not read
        }
        catch (NothingSeenException e)
        {
            return all.Select(q => AuditCheck.Open(q.Id, q.Question, e.Message));
        }

        _everybody = [.. readers, witness];
        var write = await TryAsync(() => PublishAsync(tried)).ConfigureAwait(false);
        var own = parties is { Owner: not null, Strangers: true } ? await TryAsync(() => PublishAsync(owner)).ConfigureAwait(false) : Trial.None;
        var will = await TryAsync(() => WillAsync(tried)).ConfigureAwait(false);
        // Whoever is known to be heard says something last: what was said before and comes late has come by then, and readers who hear that would have heard the rest.
        var heard = Saw(write) ? tried : Saw(own) ? owner : null;
        var control = heard is null ? Trial.None : await TryAsync(() => PublishAsync(heard)).ConfigureAwait(false);
        var sees = Saw(control) ? _everybody.FirstOrDefault(r => r.Saw(control.Mark) && !TopicFilter.IsShared(r.Filter)) : null;
        return
        [
            OfRead(readers, witness, own), await OfWriteAsync(write, control).ConfigureAwait(false), OfWill(will, control),
            await OfRetainedAsync(sees, heard == owner && parties.Strangers ? parties.Owner : parties.Tried).ConfigureAwait(false),
        ];
    }

    private bool Saw(Trial trial) => trial.Mark is { } mark && _everybody.Any(r => r.Saw(mark));

    private AuditCheck OfRead(IReadOnlyList<Reader> readers, Reader witness, Trial own)
    {
        var by = readers.Where(r => r.SawTopic).Select(r => r.Filter).ToList();
        var granted = readers.Where(r => r.Peer is not null).Select(r => r.Filter).ToList();
        var words = granted.Count == 0 ? $"{readers.Count} shapes of filter, all refused" : $"{readers.Count} shapes of filter; granted, but nothing came: {string.Join(", ", granted)}";
        return by.Count > 0 ? new AuditCheck(Read.Id, Read.Question, AuditSeverity.High, $"a message came by {string.Join(", ", by)}", Rights)
            : granted.Count == 0 || witness.Saw(own.Mark) ? AuditCheck.Ok(Read.Id, Read.Question, words)
            : AuditCheck.Open(Read.Id, Read.Question, $"{words}; {_unseen}");
    }

    private async Task<AuditCheck> OfWriteAsync(Trial write, Trial control)
    {
        if (Saw(write) || Saw(control))
        {
            return AuditCheck.Of(Write.Id, Write.Question, Saw(write), AuditSeverity.High, Saw(write) ? "a message arrived" : "none arrived", Rights);
        }

        var refusal = await RefusalAsync().ConfigureAwait(false);
        return refusal is null ? AuditCheck.Open(Write.Id, Write.Question, write.Why ?? _unseen) : AuditCheck.Ok(Write.Id, Write.Question, refusal);
    }

    private AuditCheck OfWill(Trial will, Trial control) => _willRefusal is { } refusal ? AuditCheck.Ok(Will.Id, Will.Question, refusal) : Saw(will) || (will.Why is null && Saw(control))
        ? AuditCheck.Of(Will.Id, Will.Question, Saw(will), AuditSeverity.High, Saw(will) ? "the will of a connection that was cut arrived" : "none arrived", Rights)
        : AuditCheck.Open(Will.Id, Will.Question, will.Why ?? _unseen);

    // What stands there is read first, by somebody who is known to see the topic: else it could not be put back.
    private async Task<AuditCheck> OfRetainedAsync(Reader? sees, AuditTarget? publisher)
    {
        if (sees is null)
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
        Task<RetainedMessage?> ReadAsync() => RetainedMessage.ReadAsync(reading, sees.Filter, topic, () => PublishAsync(publishing));
        if (await ReadAsync().ConfigureAwait(false) is not { } stood)
        {
            return AuditCheck.Open(Retained.Id, Retained.Question, "what stands there could not be read, nor so put back");
        }

        using var tried = AuditTalk.Open(Path, version, parties.Tried, cancellationToken);
        var (mark, now, why, isBack) = (Mark(), (RetainedMessage?)null, "what stands there then could not be read", false);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var peer = await tried.OpenAsync().ConfigureAwait(false);
            await peer.SendAsync(Message(mark) with { Retain = true }).ConfigureAwait(false);
            await peer.NextAsync().ConfigureAwait(false);
            now = await ReadAsync().ConfigureAwait(false);
        }
        catch (NothingSeenException e)
        {
            why = e.Message;
        }
        finally
        {
            isBack = await stood.PutBackAsync(parties.Plain, version, parties.Tried, topic).ConfigureAwait(false); // also after a Ctrl-C
        }

        var stays = now?.Packet?.Payload.Span.SequenceEqual(mark) == true;
        var after = !isBack ? "the broker did not take back what was put there: it may still stand" : stood.Packet is null ? "it was removed again"
            : $"the one that stood there was put back{(version == MqttVersion.V5 ? "" : ", as far as MQTT 3.1.1 tells what that was")}";
        return stays ? new AuditCheck(Retained.Id, Retained.Question, AuditSeverity.High, $"a retained message came back; {after}", Rights)
            : now is null ? AuditCheck.Open(Retained.Id, Retained.Question, isBack ? why : $"{why}; {after}")
            : AuditCheck.Ok(Retained.Id, Retained.Question, "none came back");
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

    private async Task<Trial> TryAsync(Func<Task<byte[]>> send)
    {
        try
        {
            var mark = await send().ConfigureAwait(false);
            await Task.WhenAll(_everybody.Select(r => r.ListenAsync(topic, mark))).ConfigureAwait(false);
            return new Trial(mark, null);
        }
        catch (NothingSeenException e)
        {
            return new Trial(null, e.Message);
        }
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

    /// <exception cref="NothingSeenException">No will was registered.</exception>
    private async Task<byte[]> WillAsync(Conversation talk)
    {
        var mark = Mark();
        var peer = await talk.DialAsync().ConfigureAwait(false);
        await peer.SendAsync(talk.With(new ConnectPacket { Will = new MqttWill(topic, mark, QualityOfService.AtLeastOnce, Retain: false) })).ConfigureAwait(false);
        switch (await peer.NextAsync().ConfigureAwait(false))
        {
            case ConnAckPacket { Reason: ReasonCode.Success }:
                peer.Dispose(); // without DISCONNECT
                return mark;
            case ConnAckPacket refused:
                _willRefusal = Peer.Words(refused);
                throw new NothingSeenException(_willRefusal);
            case var other:
                throw new NothingSeenException(Peer.Words(other));
        }
    }

    private byte[] Mark() => Encoding.ASCII.GetBytes($"audit {topic.Length} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    /// <summary>Something that was said, with its mark; null and why where it was not.</summary>
    private sealed record Trial(byte[]? Mark, string? Why)
    {
        public static Trial None { get; } = new(null, null);
    }

    /// <summary>A subscription to one shape of filter; no connection where it was refused.</summary>
    private sealed record Reader(string Filter, Conversation Talk, Peer? Peer)
    {
        private readonly List<byte[]> _seen = [];

        /// <summary>True once a message on the topic came, a retained one included.</summary>
        public bool SawTopic { get; private set; }

        /// <summary>Tells whether a message came, whenever it did.</summary>
        public bool Saw(byte[]? mark) => mark is not null && _seen.Any(s => s.AsSpan().SequenceEqual(mark));

        /// <summary>Takes what comes until a message did, or for the longest time that one takes.</summary>
        public async Task ListenAsync(string topic, byte[] mark)
        {
            var until = DateTime.UtcNow + Delivery;
            while (!Saw(mark) && Peer is not null && DateTime.UtcNow < until && await Peer.MessageAsync(until - DateTime.UtcNow, acknowledge: false).ConfigureAwait(false) is { } message)
            {
                SawTopic |= message.Topic == topic;
                if (message.Payload.Length == mark.Length)
                {
                    _seen.Add(message.Payload.ToArray());
                }
            }
        }
    }
}
