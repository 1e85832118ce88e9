namespace Harness.Brokers.Audit;

/// <summary>The deployed broker that is judged.</summary>
/// <param name="Address">The one address that is connected to: a name is resolved once, before.</param>
/// <param name="Host">The name that its certificate must have.</param>
public sealed record AuditTarget(IPEndPoint Address, string Host)
{
    /// <summary>The operator's user; null for none.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public byte[]? Password { get; init; }

    /// <summary>The only authorities that its clients trust; null for those of this system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>ClientIds of somebody's that may be used: a broker may take no other than the user's name.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>Time for which it listens to what it was granted.</summary>
    public TimeSpan ListenFor { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Judges a deployed broker by what it shows to whoever connects: it logs in and subscribes, publishes nothing and guesses nothing.</summary>
/// <remarks>Payloads are counted and dropped. Connections go to an address before the broker where the caller has a tap or a TLS gate there.</remarks>
public static class BrokerAudit
{
    private const string Anonymous = "mosquitto: allow_anonymous false; rabbitmq: mqtt.allow_anonymous = false; activemq: anonymousAccessAllowed=\"false\"";
    private const string Rights = "mosquitto: acl_file or the dynamic-security plugin; rabbitmq: set_topic_permissions; activemq: authorizationPlugin: each client its own topics, nobody # or $SYS/#";
    private const string Limits = "mosquitto: max_packet_size, max_keepalive; rabbitmq: mqtt.max_packet_size (3.12 on); activemq: transport.maxFrameSize, transport.keepAliveTimeout";

    /// <summary>Asks about TLS.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="path">The way to it: its own address, or a tap's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<(IReadOnlyList<AuditCheck> Checks, X509Certificate2? Shown)> AskTlsAsync(AuditTarget target, AuditPath path, CancellationToken cancellationToken) =>
        TlsAudit.RunAsync(target, path, cancellationToken);

    /// <summary>Tells whether the operator's user is to be kept back: the broker speaks TLS, or an authority was named, and it showed no valid certificate for its name.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="tls">The answers about TLS.</param>
    /// <returns>The answer in place of the user's login; null where the user may log in.</returns>
    public static AuditCheck? WithholdsUser(AuditTarget target, IReadOnlyList<AuditCheck> tls)
    {
        ArgumentNullException.ThrowIfNull(target);
        var isPlain = !tls.Any(c => c is { Id: "tls.offered", Severity: null });
        // One that is not valid now says nothing of its authority.
        var vouched = tls.Any(c => c is { Id: "tls.trust", Severity: null }) && tls.Any(c => c is { Id: "tls.name", Severity: null })
            && tls.Any(c => c is { Id: "tls.dates", Severity: not AuditSeverity.High });
        return vouched || (isPlain && target.Authorities is null) ? null
            : AuditCheck.Open("login.user", "the operator's user comes in", target.Authorities is null
                ? "not asked: no authority that this system trusts vouches for the broker, and the password goes to nobody else; next: --ca FILE with its own authority, and the name that its certificate is for"
                : "not asked: the named authority does not vouch for the broker, and the password goes to nobody else");
    }

    /// <summary>Asks about logins, subscriptions and limits.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="plain">The way that takes plain MQTT for it: its own address, a tap's, or a gate's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<AuditCheck>> AskMqttAsync(AuditTarget target, AuditPath plain, CancellationToken cancellationToken)
    {
        var checks = new List<AuditCheck>();
        var letIn = new List<string>();
        foreach (var version in new[] { MqttVersion.V311, MqttVersion.V5 })
        {
            if (await AuditTalk.TryAsync(plain.For("login.anonymous"), version, null, cancellationToken, talk => Task.FromResult(true)).ConfigureAwait(false) is true)
            {
                letIn.Add(Name(version));
            }
        }

        checks.Add(AuditCheck.Of("login.anonymous", "it lets nobody in without a user or a certificate", letIn.Count > 0, AuditSeverity.High, letIn.Count > 0 ? $"let in by MQTT {string.Join(" and ", letIn)}" : "refused by MQTT 3.1.1 and 5.0", Anonymous));
        checks.AddRange(await ListenAsync(target, plain, "anonymous", letIn.Count > 0, null, AuditSeverity.High, cancellationToken).ConfigureAwait(false));
        if (target.User is not null)
        {
            var enters = await AuditTalk.TryAsync(plain.For("login.user"), MqttVersion.V311, target, cancellationToken, talk => Task.FromResult(true)).ConfigureAwait(false) is true;
            checks.Add(enters ? AuditCheck.Ok("login.user", "the operator's user comes in", "let in by MQTT 3.1.1") : await ScramAudit.LoginAsync(target, plain.For("login.user"), cancellationToken).ConfigureAwait(false));
            checks.AddRange(await ListenAsync(target, plain, "user", enters, target, AuditSeverity.Medium, cancellationToken).ConfigureAwait(false));
        }

        checks.AddRange(await AskLimitsAsync(plain, letIn.Count > 0 ? null : target, cancellationToken).ConfigureAwait(false));
        return checks;
    }

    private static async Task<IEnumerable<AuditCheck>> ListenAsync(AuditTarget target, AuditPath plain, string who, bool enters, AuditTarget? login, AuditSeverity severity, CancellationToken cancellationToken)
    {
        (string Id, string Question, string Filter, AuditSeverity Severity)[] questions =
        [
            ($"read.{who}.all", $"{Whom(who)} does not read every topic (#)", "#", severity), ($"read.{who}.sys", $"{Whom(who)} does not read the broker's own state ($SYS/#)", "$SYS/#", AuditSeverity.Low),
        ];
        return await Task.WhenAll(questions.Select(async q =>
        {
            if (!enters)
            {
                return AuditCheck.NotTried(q.Id, q.Question, "no login");
            }

            var heard = await AuditTalk.TryAsync(plain.For(q.Id), MqttVersion.V311, login, cancellationToken, talk => HearAsync(talk, q.Filter, target.ListenFor)).ConfigureAwait(false);
            return heard is null
                ? AuditCheck.Open(q.Id, q.Question, "the connection broke")
                : AuditCheck.Of(q.Id, q.Question, heard.IsGranted && (heard.Messages > 0 || q.Filter == "#"), q.Severity, heard.ToString(), Rights);
        })).ConfigureAwait(false);
    }

    private static string Whom(string who) => who == "anonymous" ? "whoever has no user" : "the operator's user";

    private static async Task<Heard> HearAsync(Conversation talk, string filter, TimeSpan listenFor)
    {
        var peer = await talk.OpenAsync().ConfigureAwait(false);
        var reasons = await peer.SubscribeAsync(new TopicSubscription(filter, QualityOfService.AtMostOnce)).ConfigureAwait(false);
        if (reasons is not [< ReasonCode.UnspecifiedError])
        {
            return new Heard(false, 0, 0, 0, listenFor);
        }

        var (messages, retained, topics) = (0L, 0L, new HashSet<string>(StringComparer.Ordinal));
        var (since, until) = (Stopwatch.GetTimestamp(), DateTime.UtcNow + listenFor);
        while (DateTime.UtcNow < until && await peer.MessageAsync(until - DateTime.UtcNow, acknowledge: false).ConfigureAwait(false) is { } message)
        {
            messages++;
            retained += message.Retain ? 1 : 0;
            if (topics.Count < 100_000)
            {
                topics.Add(message.Topic);
            }
        }

        // A connection that the broker ended was listened to for as long as it stood.
        var broke = peer.Ended;
        var listened = broke ? Stopwatch.GetElapsedTime(since) : listenFor;
        await peer.LeaveAsync().ConfigureAwait(false);
        return new Heard(true, messages, retained, topics.Count, listened) { Broke = broke };
    }

    private static async Task<IReadOnlyList<AuditCheck>> AskLimitsAsync(AuditPath plain, AuditTarget? login, CancellationToken cancellationToken)
    {
        const string Packet = "it announces a Maximum Packet Size of 1 MiB or less", Alive = "it bounds the keep-alive of a client that asks for none";
        if (await AuditTalk.TryAsync(plain.For("limits.packet", "limits.keep-alive"), MqttVersion.V5, login, cancellationToken, async talk => (await talk.OpenAsync(new ConnectPacket { KeepAliveSeconds = 0 }).ConfigureAwait(false)).Answer).ConfigureAwait(false) is not { } answer)
        {
            return [AuditCheck.NotTried("limits.packet", Packet, "no login by MQTT 5.0"), AuditCheck.NotTried("limits.keep-alive", Alive, "no login by MQTT 5.0")];
        }

        return
        [
            AuditCheck.Of("limits.packet", Packet, answer.MaximumPacketSize is not <= 1 << 20, AuditSeverity.Low,
                answer.MaximumPacketSize is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most} bytes") : "none: a client may send 256 MiB in one packet", Limits),
            AuditCheck.Of("limits.keep-alive", Alive, answer.ServerKeepAlive is null, AuditSeverity.Low,
                answer.ServerKeepAlive is { } alive ? string.Create(CultureInfo.InvariantCulture, $"{alive} s") : "none: a connection whose client is gone stays", Limits),
        ];
    }

    private static string Name(MqttVersion version) => version == MqttVersion.V5 ? "5.0" : "3.1.1";

    /// <summary>The messages of a subscription, counted.</summary>
    private sealed record Heard(bool IsGranted, long Messages, long Retained, int Topics, TimeSpan For)
    {
        public bool Broke { get; init; }

        public override string ToString() => IsGranted
            ? string.Create(CultureInfo.InvariantCulture, $"granted; {Messages} messages on {Topics} topics in {For.TotalSeconds:0.#} s{(Broke ? ", when the connection ended" : "")}, {Retained} of them retained; payloads were counted and not kept")
            : "refused";
    }
}
