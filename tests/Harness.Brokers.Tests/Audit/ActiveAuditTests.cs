namespace Harness.Brokers.Tests.Audit;

/// <summary>Findings of an active audit at brokers whose faults are known, and their absence at those without.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class ActiveAuditTests
{
    private static readonly BrokerLogin Tester = new("tester", "quite-secret"u8.ToArray());

    [Test]
    public async Task An_open_broker_lets_strangers_read_write_leave_wills_and_retained_messages_and_take_sessions(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken); // which takes any user

        var checks = await TryAsync(broker.Endpoint, Tester, cancellationToken);

        Assert.That(checks.Values.Where(c => c.Severity == AuditSeverity.High).Select(c => c.Id), Is.SupersetOf(new[]
        {
            "acl.read plant/valve", "acl.write plant/valve", "acl.will plant/valve", "acl.retained plant/valve", "takeover.stranger m4", "takeover.refused m4",
        }));
        Assert.That(checks["acl.read plant/valve"].Evidence, Does.Contain("plant/+").And.Contain("$share/audit/plant/valve"));
        await using var late = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "late" }, cancellationToken);
        await late.SubscribeAsync("#", cancellationToken: cancellationToken);
        await broker.PublishAsync("end", default, cancellationToken: cancellationToken);
        Assert.That((await late.Messages.ReadAsync(cancellationToken)).Topic, Is.EqualTo("end"), "nothing retained is left behind");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_retained_message_that_stood_on_a_topic_stands_there_again_also_where_the_audit_is_stopped(bool isStopped, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = new Retaining(isStopped ? stop.Cancel : null) }, cancellationToken);
        await broker.PublishAsync("plant/valve", "open"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, cancellationToken: cancellationToken);

        if (isStopped)
        {
            Assert.That(async () => await TryAsync(broker.Endpoint, null, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        }
        else
        {
            Assert.That((await TryAsync(broker.Endpoint, null, stop.Token))["acl.retained plant/valve"].Evidence, Does.Contain("put back"));
        }

        await using var late = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "late" }, cancellationToken);
        await late.SubscribeAsync("plant/valve", cancellationToken: cancellationToken);
        Assert.That((await late.Messages.ReadAsync(cancellationToken)).Payload.ToArray(), Is.EqualTo("open"u8.ToArray()));
    }

    [Test]
    public async Task A_topic_that_is_refused_by_name_and_granted_by_another_shape_is_a_hole(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = new NamesOnly() }, cancellationToken);

        var checks = await TryAsync(broker.Endpoint, null, cancellationToken);

        var read = checks["acl.read plant/valve"];
        Assert.That(read.Severity, Is.EqualTo(AuditSeverity.High));
        Assert.That(read.Evidence, Does.Contain("plant/+").And.Not.Contain("by plant/valve,"));
    }

    [Test]
    public async Task A_broker_with_users_and_rights_has_no_finding(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var broker = await MosquittoDriver.StartAsync(new MqttBrokerOptions { Setup = new BrokerSetup { Rights = BrokerRights.Password, Login = Tester } }, cancellationToken);

        var checks = await TryAsync(broker.Endpoint, Tester, cancellationToken, topics: []);

        Assert.That(checks.Values.Where(c => c.IsFinding), Is.Empty);
        Assert.That(checks["takeover.refused m4"].WasTried && checks["users.reply"].WasTried, Is.True);
        Assert.That(checks["users.guessing"].Severity, Is.EqualTo(AuditSeverity.Low), "Mosquitto does not slow guessing down");
        Assert.That(checks.Values.Select(c => c.Evidence), Has.None.Contains("quite-secret"));
    }

    [Test]
    public async Task Strangers_under_dynamic_security_read_and_keep_nothing_on_a_topic_of_others(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var broker = await MosquittoDriver.StartAsync(new MqttBrokerOptions { Setup = new BrokerSetup { Rights = BrokerRights.DynamicSecurity } }, cancellationToken);

        var checks = await TryAsync(broker.Endpoint, null, cancellationToken);

        Assert.That((checks["acl.read plant/valve"].Severity, checks["acl.retained plant/valve"].Severity), Is.EqualTo(((AuditSeverity?)null, (AuditSeverity?)null)));
        Assert.That((checks["acl.write plant/valve"].Severity, checks["acl.write plant/valve"].Evidence), Is.EqualTo(((AuditSeverity?)null, "PUBACK 0x87 came by MQTT 5.0")), "though nobody here would see it");
        Assert.That((checks["acl.will plant/valve"].IsOpen, checks["acl.retained plant/valve"].IsOpen), Is.EqualTo((true, true)), "of these nothing tells");
    }

    [Test]
    public async Task A_reply_that_tells_that_a_user_exists_is_found(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var broker = await MosquittoDriver.StartAsync(new MqttBrokerOptions { Setup = new BrokerSetup { Rights = BrokerRights.Password, Login = Tester } }, cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new Telling(), cancellationToken);

        var checks = await TryAsync(tap.Endpoint, Tester, cancellationToken, topics: []);

        Assert.That(checks["users.reply"].Severity, Is.EqualTo(AuditSeverity.Medium), checks["users.reply"].Evidence);
    }

    private static async Task<Dictionary<string, AuditCheck>> TryAsync(IPEndPoint broker, BrokerLogin? login, CancellationToken cancellationToken, string[]? topics = null)
    {
        var target = new AuditTarget(broker, "127.0.0.1") { User = login?.User, Password = login?.Password.ToArray() };
        return (await ActiveAudit.RunAsync(target, new ActiveScope(["m4"], topics ?? ["plant/valve"]) { Guesses = 3 }, broker, cancellationToken)).ToDictionary(c => c.Id);
    }

    /// <summary>Rights that compare a filter with a topic's name, as careless ones do.</summary>
    private sealed class NamesOnly : IBrokerHooks
    {
        public bool MaySubscribe(ClientIdentity client, string filter) => filter != "plant/valve";
    }

    /// <summary>Tells of a message that is to be retained and has a payload.</summary>
    private sealed class Retaining(Action? seen) : IBrokerHooks
    {
        public ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
        {
            if (message.Retain && !message.Payload.IsEmpty && !message.Payload.Span.SequenceEqual("open"u8))
            {
                seen?.Invoke();
            }

            return ValueTask.FromResult(PublishJudgement.Route(message.Payload));
        }
    }

    /// <summary>Makes the refusal of a user that does not exist another one.</summary>
    private sealed class Telling : IProxyPolicy
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<int, bool> _unknown = new();

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is ConnectPacket { UserName: { } user } && user.StartsWith("nobody-", StringComparison.Ordinal))
            {
                _unknown[packet.Connection] = true;
            }

            return new([packet.Packet is ConnAckPacket && _unknown.ContainsKey(packet.Connection)
                ? ProxyAction.Send(packet.Direction, new byte[] { 0x20, 2, 0, 4 })
                : ProxyAction.Forward(packet)]);
        }
    }
}
