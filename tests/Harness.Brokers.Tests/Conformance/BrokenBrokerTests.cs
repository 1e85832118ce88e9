namespace Harness.Brokers.Tests.Conformance;

/// <summary>A tap makes a broker that conforms do one thing wrong: the statement about that thing is violated, so that no statement passes unseen.</summary>
[CancelAfter(120_000)]
[Parallelizable(ParallelScope.All)]
public sealed class BrokenBrokerTests
{
    private static readonly Func<MqttPacket, MqttPacket?> Same = p => p;

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault("RETAIN always set", Publish(m => m with { Retain = true }), "3.1.1 MQTT-3.3.1-9", "5.0 MQTT-3.3.1-12");
        yield return Fault("RETAIN never set", Publish(m => m with { Retain = false }), "3.1.1 MQTT-3.3.1-8", "5.0 MQTT-3.3.1-13");
        yield return Fault("DUP always set", Publish(m => m with { Dup = m.Qos > 0 }), "3.1.1 MQTT-3.3.1-3", "5.0 MQTT-3.3.1-3");
        yield return Fault("DUP never set", Publish(m => m with { Dup = false }), "3.1.1 MQTT-3.3.1-1", "5.0 MQTT-3.3.1-1");
        yield return Fault("every message with QoS 0", Publish(m => m with { Qos = QualityOfService.AtMostOnce, Dup = false }), "3.1.1 MQTT-3.3.5-1", "5.0 MQTT-3.8.4-8", "3.1.1 MQTT-4.4.0-1");
        yield return Fault("no message", Publish(_ => null), "3.1.1 MQTT-3.1.2-5", "5.0 MQTT-4.5.0-1", "3.1.1 MQTT-3.1.2-8", "5.0 MQTT-3.3.1-9", "3.1.1 MQTT-4.6.0-6", "5.0 MQTT-4.7.1-1");
        yield return Fault("no properties of messages", Publish(m => new PublishPacket { Topic = m.Topic, Qos = m.Qos, PacketId = m.PacketId, Payload = m.Payload }),
            "5.0 MQTT-3.3.2-4", "5.0 MQTT-3.3.2-6", "5.0 MQTT-3.3.2-15", "5.0 MQTT-3.3.2-16", "5.0 MQTT-3.3.2-17", "5.0 MQTT-3.3.2-20", "5.0 MQTT-3.3.4-3");
        yield return Fault("user properties in another order", Publish(m => m with { UserProperties = [.. m.UserProperties.Reverse().OrderBy(u => u.Name)] }), "5.0 MQTT-3.3.2-18");
        yield return Fault("session always present", Answer(a => a with { SessionPresent = a.Reason == ReasonCode.Success }), "3.1.1 MQTT-3.2.2-1", "3.1.1 MQTT-3.2.2-3", "5.0 MQTT-3.2.2-2", "5.0 MQTT-4.1.0-2");
        yield return Fault("session never present", Answer(a => a with { SessionPresent = false }), "3.1.1 MQTT-3.2.2-2", "5.0 MQTT-3.2.2-3");
        yield return Fault("one name for all", Answer(a => a.AssignedClientIdentifier is null ? a : a with { AssignedClientIdentifier = "x" }), "5.0 MQTT-3.2.2-16");
        yield return Fault("an authentication method of its own", Answer(a => a with { AuthenticationMethod = "x" }), "5.0 MQTT-4.12.0-6");
        yield return Fault("SUBACK of another identifier", p => p is SubAckPacket a ? a with { PacketId = 9 } : p, "3.1.1 MQTT-3.8.4-2", "5.0 MQTT-3.8.4-2");
        yield return Fault("one code for all filters", p => p is SubAckPacket { Reasons.Count: > 1 } a ? a with { Reasons = [a.Reasons[0]] } : p, "3.1.1 MQTT-3.8.4-5", "5.0 MQTT-3.8.4-6", "5.0 MQTT-3.9.3-1");
        yield return Fault("no UNSUBACK", p => p is UnsubAckPacket ? null : p, "3.1.1 MQTT-3.10.4-5", "5.0 MQTT-3.10.4-5", "3.1.1 MQTT-3.10.4-4");
        yield return Fault("no PINGRESP", p => p is PingRespPacket ? null : p, "3.1.1 MQTT-3.12.4-1", "5.0 MQTT-3.12.4-1");
        yield return Fault("PUBACK of another identifier", p => p is PubAckPacket a ? a with { PacketId = 9 } : p, "3.1.1 MQTT-4.3.2-2", "5.0 MQTT-4.3.2-4");
        yield return Fault("PUBCOMP of another identifier", p => p is PubCompPacket a ? a with { PacketId = 77 } : p, "5.0 MQTT-4.3.3-11");
        yield return Fault("no PUBREL", p => p is PubRelPacket ? null : p, "3.1.1 MQTT-4.3.3-1", "5.0 MQTT-4.3.3-4");
        yield return Fault("a session expiry in its DISCONNECT", p => p is DisconnectPacket d ? d with { SessionExpiryInterval = 1 } : p, "5.0 MQTT-3.14.2-2");
        yield return Fault("UNSUBSCRIBE is never seen", Same, p => p is UnsubscribePacket u ? u with { Filters = ["nothing"] } : p, "3.1.1 MQTT-3.10.4-1", "3.1.1 MQTT-3.10.4-2", "5.0 MQTT-3.10.4-2");
        yield return Fault("DISCONNECT is never seen", Same, p => p is DisconnectPacket ? null : p, "3.1.1 MQTT-3.14.4-3", "5.0 MQTT-3.14.4-3");
        yield return Fault("PUBLISH again is a new one", Same, p => p is PublishPacket { Qos: QualityOfService.ExactlyOnce, Dup: true } m ? m with { PacketId = 1000, Dup = false } : p, "3.1.1 MQTT-4.3.3-2", "5.0 MQTT-4.3.3-10");
        yield return Fault("subscription options are not seen", Same, p => p is SubscribePacket s ? s with { Subscriptions = [.. s.Subscriptions.Select(o => new TopicSubscription(o.Filter, o.Qos))] } : p,
            "5.0 MQTT-3.3.1-10", "5.0 MQTT-3.3.1-11", "5.0 MQTT-3.3.1-13", "5.0 MQTT-3.8.3-3");
        yield return Fault("limits of a client are not seen", Same, p => p is ConnectPacket c ? c with { ReceiveMaximum = null, MaximumPacketSize = null, KeepAliveSeconds = 0, TopicAliasMaximum = 5 } : p,
            "5.0 MQTT-3.3.4-9", "5.0 MQTT-3.1.2-24", "5.0 MQTT-3.1.2-22", "3.1.1 MQTT-3.1.2-24", "5.0 MQTT-3.1.2-27");
        yield return Fault("every session is a clean one", Same, p => p is ConnectPacket c ? c with { CleanStart = true, SessionExpiryInterval = null } : p, "3.1.1 MQTT-3.1.2-4", "5.0 MQTT-3.1.2-5");
        yield return Fault("no session is a clean one", Same, p => p is ConnectPacket c ? c with { CleanStart = false, SessionExpiryInterval = 60 } : p, "3.1.1 MQTT-3.1.2-6", "5.0 MQTT-3.1.2-4");
        yield return Fault("wills are never retained", Same, p => p is ConnectPacket { Will: { } w } c ? c with { Will = w with { Retain = false, DelayInterval = 0 } } : p, "3.1.1 MQTT-3.1.2-17", "5.0 MQTT-3.1.2-15", "5.0 MQTT-3.1.3-9");
        yield return Fault("wills are always retained", Same, p => p is ConnectPacket { Will: { } w } c ? c with { Will = w with { Retain = true } } : p, "3.1.1 MQTT-3.1.2-16", "5.0 MQTT-3.1.2-14");
        yield return Fault("everything is retained", Same, p => p is PublishPacket m ? m with { Retain = true } : p, "3.1.1 MQTT-3.3.1-12", "5.0 MQTT-3.3.1-8");
        yield return Fault("a retained message is never removed", Same, p => p is PublishPacket { Retain: true, Payload.IsEmpty: true } m ? m with { Retain = false } : p, "3.1.1 MQTT-3.3.1-10", "3.1.1 MQTT-3.3.1-11", "5.0 MQTT-3.3.1-6", "5.0 MQTT-3.3.1-7");
        yield return Fault("topics in lower case", Same, p => p is PublishPacket m ? m with { Topic = m.Topic.ToLowerInvariant() } : p, "3.1.1 MQTT-4.7.3-4", "5.0 MQTT-4.7.3-4");
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_broker_with_one_fault_violates_the_statement_about_it(Func<MqttPacket, MqttPacket?> toClient, Func<MqttPacket, MqttPacket?> toBroker, string[] expected)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await using var proxy = await MqttProxy.StartAsync(broker.Endpoint, new Altering(toClient, toBroker));
        var statements = BrokerStatement.All.Where(s => expected.Contains($"{s.VersionName} {s.Number}")).ToList();
        Assert.That(statements, Has.Count.EqualTo(expected.Length));

        var outcomes = await ConformanceRun.RunAsync(
            new BrokerUnderTest(proxy.Endpoint) { AnswerWithin = TimeSpan.FromSeconds(2), StatementWithin = TimeSpan.FromSeconds(60) }, statements, 8, null, CancellationToken.None);

        Assert.That(outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Conforms).Select(o => $"{o.Statement.VersionName} {o.Statement.Number} {o.Finding}"), Is.Empty);
        Assert.That(outcomes.Count(o => o.Finding.Verdict == ConformanceVerdict.Violates), Is.GreaterThan(0), string.Join("; ", outcomes.Select(o => o.Finding)));
    }

    [Test]
    public async Task The_end_of_a_broker_that_goes_away_is_no_doing_of_it()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = await MqttProxy.StartAsync(broker.Endpoint, new Altering(Same, p =>
        {
            _ = p is ConnectPacket { KeepAliveSeconds: 1 } && asked.TrySetResult();
            return p;
        }));
        var going = asked.Task.ContinueWith(async _ => await proxy.DisposeAsync(), TaskScheduler.Default).Unwrap(); // with all its connections

        // An early end violates it.
        var statements = BrokerStatement.All.Where(s => s.Number is "MQTT-3.1.2-24" && s.VersionName == "3.1.1").ToList();
        var outcomes = await ConformanceRun.RunAsync(new BrokerUnderTest(proxy.Endpoint), statements, 1, null, CancellationToken.None);

        Assert.That(outcomes.Select(o => (o.Finding.Verdict, o.Finding.BrokerIsGone)), Is.All.EqualTo((ConformanceVerdict.NotDecided, true)));
        Assert.That(outcomes[0].Finding.Seen, Does.Contain("takes no connection any more"));
        await going;
    }

    private static TestCaseData Fault(string name, Func<MqttPacket, MqttPacket?> toClient, params string[] violated) => Fault(name, toClient, Same, violated);

    private static TestCaseData Fault(string name, Func<MqttPacket, MqttPacket?> toClient, Func<MqttPacket, MqttPacket?> toBroker, params string[] violated) =>
        new TestCaseData(toClient, toBroker, violated).SetArgDisplayNames(name);

    private static Func<MqttPacket, MqttPacket?> Publish(Func<PublishPacket, PublishPacket?> alter) => p => p is PublishPacket message ? alter(message) : p;

    private static Func<MqttPacket, MqttPacket?> Answer(Func<ConnAckPacket, ConnAckPacket> alter) => p => p is ConnAckPacket answer ? alter(answer) : p;

    private sealed class Altering(Func<MqttPacket, MqttPacket?> toClient, Func<MqttPacket, MqttPacket?> toBroker) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is not { } decoded)
            {
                return new([ProxyAction.Forward(packet)]);
            }

            var altered = (packet.Direction == PacketDirection.ToClient ? toClient : toBroker)(decoded);
            return new(altered is null ? [] : ReferenceEquals(altered, decoded) ? [ProxyAction.Forward(packet)] : [ProxyAction.Send(packet.Direction, altered, packet.Version)]);
        }
    }
}
