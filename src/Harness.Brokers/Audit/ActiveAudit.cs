namespace Harness.Brokers.Audit;

/// <summary>Judges a deployed broker by trying: on the ClientIds and topics that the operator names, and on nothing else.</summary>
public static class ActiveAudit
{
    private const string Bound = "mosquitto: use_username_as_clientid true, or clientid of the dynamic-security user; activemq: an authorization plugin of one's own; elsewhere: ClientIds that nobody can guess";
    private const string Rights = "mosquitto: acl_file (topic deny, pattern with %u and %c) or the dynamic-security plugin; rabbitmq: set_topic_permissions; activemq: authorizationPlugin";
    private const string Refused = "an update of the broker: a CONNECT that is refused must leave the other session alone (MQTT 5 section 3.1.4)";
    private const string Same = "an update of the broker or of its authentication plugin: one reply for every refused login";
    private const string Slow = "a limit on refused logins by address, as fail2ban on the broker's log; long random passwords; a login that resists guessing, such as AugPAKE";
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(2);

    /// <summary>Tries everything that the scope allows.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="scope">Bounds of what is touched.</param>
    /// <param name="plain">The way that takes plain MQTT for it.</param>
    /// <param name="cancellationToken">Gives up; what was kept at the broker is removed all the same.</param>
    public static async Task<IReadOnlyList<AuditCheck>> RunAsync(AuditTarget target, ActiveScope scope, AuditPath plain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(scope);
        var strangers = await AuditTalk.TryAsync(plain, MqttVersion.V311, null, cancellationToken, _ => Task.FromResult(true)).ConfigureAwait(false);
        var enters = target.User is not null && await AuditTalk.TryAsync(plain, MqttVersion.V311, target, cancellationToken, _ => Task.FromResult(true)).ConfigureAwait(false);
        var checks = new List<AuditCheck>();
        var parties = new Parties(plain, enters ? target : null, strangers, strangers || enters);
        foreach (var client in scope.Clients)
        {
            checks.Add(await RefusedTakeOverAsync(parties, client, cancellationToken).ConfigureAwait(false));
            checks.Add(await TakeOverAsync(parties, client, cancellationToken).ConfigureAwait(false));
        }

        foreach (var topic in scope.Topics)
        {
            checks.AddRange(await TopicAsync(parties, topic, cancellationToken).ConfigureAwait(false));
        }

        checks.AddRange(await ScramAudit.RunAsync(target, scope, plain, cancellationToken).ConfigureAwait(false));
        checks.Add(await EnumerationAsync(parties, cancellationToken).ConfigureAwait(false));
        checks.Add(await LockoutAsync(parties, scope.Guesses, cancellationToken).ConfigureAwait(false)); // last: it may lock the user out
        return checks;
    }

    private static async Task<AuditCheck> RefusedTakeOverAsync(Parties parties, string client, CancellationToken cancellationToken)
    {
        var (id, question) = ($"takeover.refused {client}", $"a CONNECT that it refuses leaves the session of {client} alone");
        if (parties.Owner is null)
        {
            return AuditCheck.NotTried(id, question, "no user comes in whose wrong password could be refused");
        }

        return await AuditTalk.TryAsync(parties.Plain.For(id), MqttVersion.V311, parties.Owner, cancellationToken, async talk =>
        {
            var victim = await talk.OpenAsync(new ConnectPacket { ClientId = client }).ConfigureAwait(false);
            var stranger = await talk.DialAsync().ConfigureAwait(false);
            await stranger.SendAsync(new ConnectPacket { ClientId = client, UserName = parties.Owner.User, Password = WrongPassword() }).ConfigureAwait(false);
            var answer = await AnswerAsync(stranger).ConfigureAwait(false);
            if (answer is ConnAckPacket { Reason: ReasonCode.Success })
            {
                return new AuditCheck(id, question, AuditSeverity.High, $"a wrong password of {parties.Owner.User} was let in", Same);
            }

            var stays = await StaysAsync(victim).ConfigureAwait(false);
            await victim.LeaveAsync().ConfigureAwait(false);
            return AuditCheck.Of(id, question, !stays, AuditSeverity.High, stays ? $"{Peer.Words(answer)}; the session goes on" : $"{Peer.Words(answer)}, and the session of {client} ended", Refused);
        }).ConfigureAwait(false) ?? AuditCheck.Open(id, question, "the connection broke");
    }

    private static async Task<AuditCheck> TakeOverAsync(Parties parties, string client, CancellationToken cancellationToken)
    {
        var (id, question) = ($"takeover.stranger {client}", $"whoever has no user does not take over the session of {client}");
        if (parties.Owner is null || !parties.Strangers)
        {
            return AuditCheck.NotTried(id, question, parties.Strangers ? "no user comes in whose session could be taken" : "nobody comes in without a user");
        }

        return await AuditTalk.TryAsync(parties.Plain.For(id), MqttVersion.V311, parties.Owner, cancellationToken, async talk =>
        {
            using var others = AuditTalk.Open(parties.Plain.For(id), MqttVersion.V311, null, cancellationToken);
            var victim = await talk.OpenAsync(new ConnectPacket { ClientId = client }).ConfigureAwait(false);
            var stranger = await others.DialAsync().ConfigureAwait(false);
            await stranger.SendAsync(new ConnectPacket { ClientId = client, CleanStart = true }).ConfigureAwait(false);
            var answer = await AnswerAsync(stranger).ConfigureAwait(false);
            var stays = await StaysAsync(victim).ConfigureAwait(false);
            return AuditCheck.Of(id, question, !stays, AuditSeverity.High, stays ? $"{Peer.Words(answer)}; the session goes on" : $"a CONNECT as {client} without a user ended it", Bound);
        }).ConfigureAwait(false) ?? AuditCheck.Open(id, question, "the connection broke");
    }

    private static async Task<IEnumerable<AuditCheck>> TopicAsync(Parties parties, string topic, CancellationToken cancellationToken)
    {
        var who = parties.Strangers ? "whoever has no user" : "the operator's user";
        (string Id, string Question)[] questions =
        [
            ($"acl.read {topic}", $"{who} does not read {topic} by any shape of filter"), ($"acl.write {topic}", $"{who} does not publish on {topic}"),
            ($"acl.will {topic}", $"no will of {who} comes on {topic}"), ($"acl.retained {topic}", $"{who} leaves no retained message on {topic}"),
        ];
        if (!parties.Anybody)
        {
            return questions.Select(q => AuditCheck.NotTried(q.Id, q.Question, "no login"));
        }

        var path = parties.Plain.For([.. questions.Select(q => q.Id)]);
        using var tried = AuditTalk.Open(path, MqttVersion.V311, parties.Strangers ? null : parties.Owner, cancellationToken);
        using var owner = AuditTalk.Open(path, MqttVersion.V311, parties.Owner, cancellationToken);
        try
        {
            var readers = await ReadersAsync(tried, topic).ConfigureAwait(false);
            var witness = await ReaderAsync(owner, topic).ConfigureAwait(false); // sees what was published where the one who is tried may not read
            var stood = await RetainedMessage.ReadAsync(witness ?? readers.FirstOrDefault(r => r.Peer is not null)?.Peer, topic).ConfigureAwait(false);
            var seesNothing = witness is null && readers.All(r => r.Peer is null);
            var written = await PublishedAsync(tried, readers, witness, topic, (peer, mark) => peer.SendAsync(new PublishPacket { Topic = topic, Payload = mark, Qos = QualityOfService.AtLeastOnce, PacketId = 9 })).ConfigureAwait(false);
            var read = written.By.Count > 0 ? written.By : (await PublishedAsync(owner, readers, null, topic, (peer, mark) => peer.SendAsync(new PublishPacket { Topic = topic, Payload = mark, Qos = QualityOfService.AtLeastOnce, PacketId = 9 })).ConfigureAwait(false)).By;
            var will = await WillAsync(tried, readers, witness, topic).ConfigureAwait(false);
            var retained = !seesNothing && await RetainedAsync(tried, owner, topic, stood, parties, cancellationToken).ConfigureAwait(false);
            return
            [
                AuditCheck.Of(questions[0].Id, questions[0].Question, read.Count > 0, AuditSeverity.High, read.Count > 0 ? $"a message came by {string.Join(", ", read)}" : Granted(readers), Rights),
                seesNothing ? AuditCheck.NotTried(questions[1].Id, questions[1].Question, "nobody here may read it, so nobody would see it") : AuditCheck.Of(questions[1].Id, questions[1].Question, written.Arrived, AuditSeverity.High, written.Arrived ? "a message arrived" : "none arrived", Rights),
                seesNothing ? AuditCheck.NotTried(questions[2].Id, questions[2].Question, "nobody here may read it, so nobody would see it") : AuditCheck.Of(questions[2].Id, questions[2].Question, will, AuditSeverity.High, will ? "the will of a connection that was cut arrived" : "none arrived", Rights),
                seesNothing ? AuditCheck.NotTried(questions[3].Id, questions[3].Question, "nobody here may read it, so that what stands there could not be put back") : AuditCheck.Of(questions[3].Id, questions[3].Question, retained, AuditSeverity.High, retained ? $"a retained message came back; {(stood is null ? "it was removed again" : "the one that stood there was put back")}" : "none came back", Rights),
            ];
        }
        catch (NothingSeenException e)
        {
            return questions.Select(q => AuditCheck.Open(q.Id, q.Question, e.Message));
        }
    }

    private static string Granted(IReadOnlyList<Reader> readers)
    {
        var granted = readers.Where(r => r.Peer is not null).Select(r => r.Filter).ToList();
        return granted.Count == 0 ? $"{readers.Count} shapes of filter, all refused" : $"{readers.Count} shapes of filter; granted, but nothing came: {string.Join(", ", granted)}";
    }

    private static async Task<IReadOnlyList<Reader>> ReadersAsync(Conversation talk, string topic)
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
            readers.Add(new Reader(shape, await ReaderAsync(talk, shape).ConfigureAwait(false)));
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
        catch (NothingSeenException)
        {
            return null;
        }
    }

    private static async Task<(bool Arrived, IReadOnlyList<string> By)> PublishedAsync(Conversation talk, IReadOnlyList<Reader> readers, Peer? witness, string topic, Func<Peer, byte[], Task> publish)
    {
        var mark = Mark(topic);
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        await publish(peer, mark).ConfigureAwait(false);
        var seen = await Task.WhenAll(readers.Select(r => SeesAsync(r.Peer, mark)).Append(SeesAsync(witness, mark))).ConfigureAwait(false);
        return (seen.Any(s => s), [.. readers.Where((_, i) => seen[i]).Select(r => r.Filter)]);
    }

    private static async Task<bool> WillAsync(Conversation talk, IReadOnlyList<Reader> readers, Peer? witness, string topic)
    {
        var mark = Mark(topic);
        var peer = await talk.DialAsync().ConfigureAwait(false);
        await peer.SendAsync(talk.With(new ConnectPacket { Will = new MqttWill(topic, mark, QualityOfService.AtLeastOnce, Retain: false) })).ConfigureAwait(false);
        if (await AnswerAsync(peer).ConfigureAwait(false) is not ConnAckPacket { Reason: ReasonCode.Success })
        {
            return false;
        }

        peer.Dispose(); // without DISCONNECT
        return (await Task.WhenAll(readers.Select(r => SeesAsync(r.Peer, mark)).Append(SeesAsync(witness, mark))).ConfigureAwait(false)).Any(s => s);
    }

    private static async Task<bool> RetainedAsync(Conversation talk, Conversation owner, string topic, RetainedMessage? stood, Parties parties, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = Mark(topic);
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        try
        {
            await peer.SendAsync(new PublishPacket { Topic = topic, Payload = mark, Qos = QualityOfService.AtLeastOnce, PacketId = 9, Retain = true }).ConfigureAwait(false);
            await AnswerAsync(peer).ConfigureAwait(false);
            return await SeesAsync(await ReaderAsync(owner, topic).ConfigureAwait(false), mark).ConfigureAwait(false) || await SeesAsync(await ReaderAsync(talk, topic).ConfigureAwait(false), mark).ConfigureAwait(false);
        }
        finally
        {
            await RetainedMessage.PutBackAsync(parties.Plain, parties.Strangers ? null : parties.Owner, topic, stood).ConfigureAwait(false); // also after a Ctrl-C
        }
    }

    private static async Task<AuditCheck> EnumerationAsync(Parties parties, CancellationToken cancellationToken)
    {
        const string Id = "users.reply", Question = "a refused login does not tell whether its user exists";
        if (parties.Owner is not { User: { } user })
        {
            return AuditCheck.NotTried(Id, Question, "no user comes in whose name could be compared");
        }

        var known = await RefusalAsync(parties.Plain.For(Id), user, WrongPassword(), cancellationToken).ConfigureAwait(false);
        var unknown = await RefusalAsync(parties.Plain.For(Id), "nobody-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), WrongPassword(), cancellationToken).ConfigureAwait(false);
        return AuditCheck.Of(Id, Question, known.Words != unknown.Words, AuditSeverity.Medium, $"with a user that exists: {known.Words}; with one that does not: {unknown.Words}", Same);
    }

    private static async Task<AuditCheck> LockoutAsync(Parties parties, int guesses, CancellationToken cancellationToken)
    {
        const string Id = "users.guessing", Question = "it slows down or locks out whoever guesses passwords";
        if (parties.Owner is not { User: { } user })
        {
            return AuditCheck.NotTried(Id, Question, "no user comes in whose password could be guessed at");
        }

        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < guesses; i++)
        {
            await RefusalAsync(parties.Plain.For(Id), user, WrongPassword(), cancellationToken).ConfigureAwait(false);
        }

        var each = Stopwatch.GetElapsedTime(since).TotalMilliseconds / guesses;
        var enters = await AuditTalk.TryAsync(parties.Plain.For(Id), MqttVersion.V311, parties.Owner, cancellationToken, _ => Task.FromResult(true)).ConfigureAwait(false);
        return AuditCheck.Of(
            Id, Question, enters && each < 500, AuditSeverity.Low,
            string.Create(CultureInfo.InvariantCulture, $"{guesses} wrong passwords at {each:0} ms each, after which the right one {(enters ? "came in at once" : "was refused: the name is locked out, for its owner too")}"), Slow);
    }

    private static async Task<(string Words, bool Entered)> RefusalAsync(AuditPath path, string user, byte[] password, CancellationToken cancellationToken)
    {
        using var talk = AuditTalk.Open(path, MqttVersion.V311, null, cancellationToken);
        var peer = await talk.DialAsync().ConfigureAwait(false);
        await peer.SendAsync(talk.With(new ConnectPacket()) with { UserName = user, Password = password }).ConfigureAwait(false);
        var answer = await AnswerAsync(peer).ConfigureAwait(false);
        return (Peer.Words(answer), answer is ConnAckPacket { Reason: ReasonCode.Success });
    }

    private static async Task<bool> SeesAsync(Peer? reader, byte[] mark)
    {
        var until = DateTime.UtcNow + Delivery;
        while (reader is not null && DateTime.UtcNow < until && await reader.MessageAsync(until - DateTime.UtcNow, acknowledge: false).ConfigureAwait(false) is { } message)
        {
            if (message.Payload.Span.SequenceEqual(mark))
            {
                return true;
            }
        }

        return false;
    }

    // A round trip: a connection that was taken over gives no answer.
    private static async Task<bool> StaysAsync(Peer peer)
    {
        await peer.SendAsync(new PingReqPacket()).ConfigureAwait(false);
        return await AnswerAsync(peer).ConfigureAwait(false) is PingRespPacket;
    }

    private static async Task<MqttPacket?> AnswerAsync(Peer peer)
    {
        try
        {
            return await peer.NextAsync().ConfigureAwait(false);
        }
        catch (NothingSeenException)
        {
            return null;
        }
    }

    private static byte[] Mark(string topic) => Encoding.ASCII.GetBytes($"audit {topic.Length} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    private static byte[] WrongPassword() => Encoding.ASCII.GetBytes("wrong-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>Those who are there to try with.</summary>
    private sealed record Parties(AuditPath Plain, AuditTarget? Owner, bool Strangers, bool Anybody);

    /// <summary>A subscription to one shape of filter; no connection where it was refused.</summary>
    private sealed record Reader(string Filter, Peer? Peer);
}
