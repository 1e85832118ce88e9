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

    /// <summary>Longest wait for the answer to a hello of TLS, and for a handshake.</summary>
    public TimeSpan TlsWithin { get; init; } = TlsHello.AnswerWithin;

    /// <summary>True where the user's password may go to a broker of plain MQTT beyond this machine.</summary>
    public bool TakesPlain { get; init; }

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

    /// <summary>Tells whether a broker that speaks TLS gets no question by MQTT, as no handshake came about.</summary>
    /// <param name="tls">The answers about TLS.</param>
    /// <param name="shown">The certificate that it showed.</param>
    /// <returns>The answer in place of those of MQTT; null where they are asked.</returns>
    public static AuditCheck? WithholdsAll(IReadOnlyList<AuditCheck> tls, X509Certificate2? shown)
    {
        ArgumentNullException.ThrowIfNull(tls);
        return shown is not null || IsPlain(tls) ? null
            : AuditCheck.Open("login", "clients come in as they should", $"not asked: {(tls.Any(c => c is { Id: "tls.offered", IsOpen: true }) ? "nothing tells whether it speaks TLS" : "no handshake of TLS came about")}, and it is not spoken to in plain");
    }

    /// <summary>Tells whether the operator's user is to be kept back: plain MQTT beyond this machine for which nobody asked, or no authority vouches for the broker.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="tls">The answers about TLS.</param>
    /// <returns>The answer in place of the user's login; null where the user may log in.</returns>
    public static AuditCheck? WithholdsUser(AuditTarget target, IReadOnlyList<AuditCheck> tls)
    {
        ArgumentNullException.ThrowIfNull(target);
        bool Fails(string id) => !tls.Any(c => c.Id == id && c is { WasTried: true, IsFinding: false });
        var why = IsPlain(tls)
            ? target.Authorities is not null ? "the named authority does not vouch for a broker of plain MQTT, and the password goes to nobody else"
            : target.TakesPlain || IPAddress.IsLoopback(target.Address.Address) ? null : "whoever is on the way would read the password; next: --plain, where that may be"
            : Fails("tls.dates") && tls.Any(c => c.Id == "tls.dates") ? "its certificate is not valid now, and the password goes to nobody who shows such a one"
            : Fails("tls.trust") ? target.Authorities is null
                ? "no authority that this system trusts vouches for the broker, and the password goes to nobody else; next: --ca FILE with its own authority"
                : "the named authority does not vouch for the broker, and the password goes to nobody else"
            : Fails("tls.name") ? $"its certificate is not for {target.Host}, and the password goes to nobody else; next: the name that it is for" : null;
        return why is null ? null : AuditCheck.Open("login.user", "the operator's user comes in", $"not asked: {why}");
    }

    private static bool IsPlain(IReadOnlyList<AuditCheck> tls) => tls.Any(c => c is { Id: "tls.offered", Severity: not null });

    /// <summary>Asks about logins, subscriptions and limits.</summary>
    /// <param name="target">The broker.</param>
    /// <param name="plain">The way that takes plain MQTT for it: its own address, a tap's, or a gate's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<AuditCheck>> AskMqttAsync(AuditTarget target, AuditPath plain, CancellationToken cancellationToken)
    {
        var checks = new List<AuditCheck>();
        var (letIn, open) = (new List<string>(), new List<string>());
        foreach (var version in new[] { MqttVersion.V311, MqttVersion.V5 })
        {
            var entrance = await Entrance.TryAsync(plain.For("login.anonymous"), version, null, cancellationToken).ConfigureAwait(false);
            (entrance.IsIn == true ? letIn : entrance.IsIn is null ? open : []).Add(entrance.IsIn is null ? $"MQTT {Name(version)}: {entrance.Words}" : Name(version));
        }

        const string Nobody = "it lets nobody in without a user or a certificate";
        checks.Add(letIn.Count == 0 && open.Count > 0 ? AuditCheck.Open("login.anonymous", Nobody, string.Join("; ", open))
            : AuditCheck.Of("login.anonymous", Nobody, letIn.Count > 0, AuditSeverity.High, letIn.Count > 0 ? $"let in by MQTT {string.Join(" and ", letIn)}" : "refused by MQTT 3.1.1 and 5.0", Anonymous));
        checks.AddRange(await ListenAsync(target, plain, "anonymous", letIn.Count > 0, null, AuditSeverity.High, cancellationToken).ConfigureAwait(false));
        if (target.User is not null)
        {
            var enters = (await Entrance.TryAsync(plain.For("login.user"), MqttVersion.V311, target, cancellationToken).ConfigureAwait(false)).IsIn == true;
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
                // Some brokers grant every filter and look at the rights of each message: one that gave nothing away may be such a one.
                : AuditCheck.Of(q.Id, q.Question, heard.IsGranted && (heard.Messages > 0 || q.Filter == "#"), heard.Messages > 0 ? q.Severity : AuditSeverity.Low, heard.ToString(), Rights);
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
        var path = plain.For("limits.packet", "limits.keep-alive");
        var (answer, entrance) = await AuditTalk.TryAsync(path, MqttVersion.V5, login, cancellationToken, async talk =>
        {
            var peer = await talk.DialAsync().ConfigureAwait(false);
            await peer.SendAsync(talk.With(new ConnectPacket { KeepAliveSeconds = 0 })).ConfigureAwait(false);
            var (came, accepted) = await Entrance.ReadAsync(path, peer, cancellationToken).ConfigureAwait(false);
            return Tuple.Create(accepted, came);
        }).ConfigureAwait(false) ?? Tuple.Create<ConnAckPacket?, Entrance>(null, new Entrance(null, "no answer"));
        if (answer is null || entrance.IsIn != true)
        {
            return entrance.IsIn is null
                ? [AuditCheck.Open("limits.packet", Packet, entrance.Words), AuditCheck.Open("limits.keep-alive", Alive, entrance.Words)] : [AuditCheck.NotTried("limits.packet", Packet, "no login by MQTT 5.0"), AuditCheck.NotTried("limits.keep-alive", Alive, "no login by MQTT 5.0")];
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
            ? string.Create(CultureInfo.InvariantCulture, $"granted; {Messages} messages on {Topics} topics in {For.TotalSeconds:0.#} s{(Broke ? ", when the connection ended" : "")}, {Retained} of them retained; {(Messages > 0 ? "payloads were counted and not kept" : "nothing came that could tell")}")
            : "refused";
    }
}
