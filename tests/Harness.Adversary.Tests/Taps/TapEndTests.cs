using System.Diagnostics;
using System.Net;
using Harness.Adversary.Taps;
using Harness.Mqtt.Codec;
using Harness.Record;

namespace Harness.Adversary.Tests.Taps;

/// <summary>An end of a connection counts for an attack only where the side that the attack is about ended it, and where a broker that did is still there.</summary>
[CancelAfter(60_000)]
public sealed class TapEndTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Ends that are no answer of a side, and what is said of them.</summary>
    private static IEnumerable<TestCaseData> NoAnswersOf(ConnectionSide side, ConnectionSide other)
    {
        yield return Named(() => new ConnectionEnd(1, ConnectionSide.Proxy), "the tap ended the connection");
        yield return Named(() => new ConnectionEnd(1, other), $"the {Word(other)} ended the connection");
        yield return Named(() => new ConnectionEnd(1, side) { HadHeardAll = false }, $"the {Word(side)} ended the connection before it can have read what was sent");
        yield return Named(() => new ConnectionEnd(1, side) { At = Stopwatch.GetTimestamp() - (60 * Stopwatch.Frequency) }, $"the {Word(side)} ended the connection before it can have read what was sent");

        static TestCaseData Named(Func<ConnectionEnd> end, string says) => new(end, says);

        static string Word(ConnectionSide side) => side == ConnectionSide.Client ? "device" : "broker";
    }

    private static IEnumerable<TestCaseData> NoAnswersOfDevices() => NoAnswersOf(ConnectionSide.Client, ConnectionSide.Broker);

    private static IEnumerable<TestCaseData> NoAnswersOfBrokers() =>
    [
        .. NoAnswersOf(ConnectionSide.Broker, ConnectionSide.Client),
        new TestCaseData(new Func<ConnectionEnd>(() => new ConnectionEnd(1, ConnectionSide.Broker) { At = Stopwatch.GetTimestamp() + (60 * Stopwatch.Frequency) }), "s later, which is no answer any more"),
    ];

    private static IEnumerable<TestCaseData> NoAnswersToMessages() =>
        from attack in new[] { "replayed-message", "altered-message" }
        from data in NoAnswersOfBrokers()
        select new TestCaseData([attack, .. data.Arguments]);

    [TestCaseSource(nameof(NoAnswersOfDevices))]
    public async Task A_silent_device_has_not_left_a_broker_that_proved_nothing(Func<ConnectionEnd> end, string says, CancellationToken token)
    {
        var finding = await UnprovenAsync(null, true, end, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((Verdict.Inconclusive, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says).And.Contain("one bit flipped"));
    }

    [TestCaseSource(nameof(NoAnswersOfDevices))]
    public async Task A_device_that_left_before_it_read_the_proof_judged_nothing(Func<ConnectionEnd> end, string says, CancellationToken token)
    {
        var finding = await UnprovenAsync(ReasonCode.Success, true, end, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((Verdict.Inconclusive, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says));
    }

    [TestCase(null, true, Verdict.Pass)]
    [TestCase(ReasonCode.Success, true, Verdict.Pass)]
    [TestCase(ReasonCode.NotAuthorized, false, Verdict.Pass)]
    [TestCase(ReasonCode.Success, false, Verdict.Inconclusive)]
    [TestCase(null, false, Verdict.Inconclusive)]
    public async Task A_device_that_closes_itself_left_the_broker(ReasonCode? disconnect, bool hasProof, Verdict expected, CancellationToken token)
    {
        var finding = await UnprovenAsync(disconnect, hasProof, () => new ConnectionEnd(1, ConnectionSide.Client), token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
    }

    [TestCaseSource(nameof(NoAnswersToMessages))]
    public async Task An_end_that_is_no_answer_of_the_broker_refuses_no_message(string attack, Func<ConnectionEnd> end, string says, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var finding = await SentAgainAsync(attack, MqttVersion.V311, null, end, broker.Endpoint, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((Verdict.Inconclusive, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says).And.Contain("no other message came"));
    }

    [TestCase("answers", Verdict.Pass, "and takes new ones")]
    [TestCase("closes", Verdict.Pass, "and takes new ones")]
    [TestCase("is gone", Verdict.Inconclusive, "it takes no new connection")]
    [TestCase("hangs", Verdict.Inconclusive, "it did not answer a new connection within")]
    public async Task A_close_by_a_broker_of_MQTT_3_1_1_refuses_a_message_where_the_broker_goes_on(string then, Verdict expected, string says, CancellationToken token)
    {
        using var broker = new ScriptedBroker(MqttVersion.V311);
        broker.Then(then);
        var limit = then == "hangs" ? TimeSpan.FromSeconds(2) : Limit;
        var finding = await SentAgainAsync("replayed-message", MqttVersion.V311, null, () => new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, token, limit);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says));
    }

    [TestCase(ReasonCode.PayloadFormatInvalid, true, Verdict.Pass)]
    [TestCase(ReasonCode.NotAuthorized, true, Verdict.Pass)]
    [TestCase(ReasonCode.NotAuthorized, false, Verdict.Inconclusive)]
    [TestCase(ReasonCode.ServerShuttingDown, true, Verdict.Inconclusive)]
    [TestCase(ReasonCode.KeepAliveTimeout, true, Verdict.Inconclusive)]
    [TestCase(ReasonCode.SessionTakenOver, true, Verdict.Inconclusive)]
    [TestCase(null, true, Verdict.Inconclusive)]
    public async Task A_DISCONNECT_refuses_a_message_where_it_speaks_of_it_and_came_after_it(ReasonCode? reason, bool hadHeard, Verdict expected, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var finding = await SentAgainAsync("altered-message", MqttVersion.V5, reason, () => new ConnectionEnd(1, ConnectionSide.Broker) { HadHeardAll = hadHeard }, broker.Endpoint, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
    }

    [Test]
    public async Task A_message_whose_end_said_nothing_is_made_good_by_the_next(CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var policy = new AttackingPolicy([TapAttacks.Create("replayed-message")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Message, MqttVersion.V311, token);
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Proxy), broker.Endpoint, Limit, token);
        await SayAsync(policy, 2, PacketDirection.ToBroker, Message, MqttVersion.V311, token);
        await SayAsync(policy, 2, PacketDirection.ToClient, new PubAckPacket { PacketId = 0xF5A1 }, MqttVersion.V311, token);
        Assert.That(policy.Finish()[0].Verdict, Is.EqualTo(Verdict.Fail));
    }

    [TestCase(ReasonCode.Success, false, Verdict.Pass)]
    [TestCase(ReasonCode.NotAuthorized, false, Verdict.Inconclusive)]
    [TestCase(null, false, Verdict.Inconclusive)]
    [TestCase(ReasonCode.Success, true, Verdict.Pass)]
    [TestCase(ReasonCode.NotAuthorized, true, Verdict.Inconclusive)]
    [TestCase(null, true, Verdict.Inconclusive)]
    public async Task A_broker_refuses_a_message_again_only_where_it_took_the_devices_own(ReasonCode? own, bool byPuback, Verdict expected, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var policy = new AttackingPolicy([TapAttacks.Create("replayed-message")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Message with { Qos = QualityOfService.AtLeastOnce, PacketId = 7 }, MqttVersion.V5, token);
        if (own is { } answer)
        {
            await SayAsync(policy, 1, PacketDirection.ToClient, new PubAckPacket { PacketId = 7, Reason = answer }, MqttVersion.V5, token);
        }

        MqttPacket refusal = byPuback ? new PubAckPacket { PacketId = 0xF5A1, Reason = ReasonCode.NotAuthorized } : new DisconnectPacket { Reason = ReasonCode.NotAuthorized };
        await SayAsync(policy, 1, PacketDirection.ToClient, refusal, MqttVersion.V5, token);
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, Limit, token);
        var finding = policy.Finish()[0];
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
    }

    [Test]
    public async Task One_close_refuses_one_message(CancellationToken token)
    {
        using var broker = new ScriptedBroker(MqttVersion.V311);
        var policy = new AttackingPolicy([TapAttacks.Create("replayed-message"), TapAttacks.Create("altered-message")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Message, MqttVersion.V311, token);
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, Limit, token);
        await SayAsync(policy, 2, PacketDirection.ToBroker, Message, MqttVersion.V311, token);
        await SayAsync(policy, 2, PacketDirection.ToClient, new PubAckPacket { PacketId = 0xF5A2 }, MqttVersion.V311, token);
        Assert.That(policy.Finish().Select(f => f.Verdict), Is.EqualTo(new[] { Verdict.Pass, Verdict.Fail }));
    }

    [TestCaseSource(nameof(NoAnswersOfBrokers))]
    public async Task An_end_that_is_no_answer_of_the_broker_refuses_no_proof(Func<ConnectionEnd> end, string says, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var finding = await AlteredProofAsync(null, end, broker.Endpoint, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((Verdict.Inconclusive, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says).And.Contain("that is no refusal"));
    }

    [TestCase("answers", Verdict.Pass, "let the same device in unaltered")]
    [TestCase("is gone", Verdict.Inconclusive, "it takes no new connection")]
    public async Task A_close_by_the_broker_refuses_a_proof_where_the_broker_goes_on(string then, Verdict expected, string says, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        broker.Then(then);
        var finding = await AlteredProofAsync(null, () => new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says));
    }

    [TestCase(ReasonCode.BadUserNameOrPassword, Verdict.Pass)]
    [TestCase(ReasonCode.ServerUnavailable, Verdict.Inconclusive)]
    [TestCase(ReasonCode.ServerBusy, Verdict.Inconclusive)]
    public async Task A_broker_that_has_no_time_refuses_no_proof(ReasonCode reason, Verdict expected, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        var finding = await AlteredProofAsync(reason, () => new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, token);
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
    }

    [Test]
    public async Task The_next_login_waits_until_the_broker_was_looked_at(CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        broker.Then("hangs");
        var policy = new AttackingPolicy([TapAttacks.Create("altered-proof")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        var looking = policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Broker), broker.Endpoint, Limit, token);
        var next = SayAsync(policy, 2, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        Assert.That((looking.IsCompleted, next.IsCompleted), Is.EqualTo((false, false)), "a login that is the control must not be missed");
        broker.Then("answers");
        await Task.WhenAll(looking, next);
        await SayAsync(policy, 2, PacketDirection.ToClient, new ConnAckPacket(), MqttVersion.V5, token);
        Assert.That(policy.Finish()[0].Verdict, Is.EqualTo(Verdict.Pass));
    }

    [TestCase("closes", Verdict.Pass, "the broker closed without a reason")]
    [TestCase("falls over", Verdict.Inconclusive, "it takes no new connection")]
    [TestCase("is busy", Verdict.Inconclusive, "0x89")]
    [TestCase("answers", Verdict.Fail, "in again")]
    public async Task A_recorded_login_is_refused_by_a_broker_that_goes_on(string then, Verdict expected, string says, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        broker.Then(then);
        var policy = new AttackingPolicy([TapAttacks.Create("login-replay")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        await SayAsync(policy, 1, PacketDirection.ToClient, new ConnAckPacket(), MqttVersion.V5, token);
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Proxy), broker.Endpoint, Limit, token);
        var finding = policy.Finish()[0];
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
        Assert.That(finding.Evidence, Does.Contain(says));
    }

    [TestCase("closes", ReasonCode.SessionTakenOver, Verdict.Fail)]
    [TestCase("closes", ReasonCode.ServerShuttingDown, Verdict.Inconclusive)]
    [TestCase("closes", ReasonCode.KeepAliveTimeout, Verdict.Inconclusive)]
    [TestCase("closes", null, Verdict.Pass)]
    [TestCase("falls over", null, Verdict.Inconclusive)]
    [TestCase("is busy", null, Verdict.Inconclusive)]
    public async Task A_stolen_name_is_judged_by_what_a_broker_that_goes_on_says_of_it(string then, ReasonCode? disconnect, Verdict expected, CancellationToken token)
    {
        using var broker = new ScriptedBroker();
        broker.Then(then);
        var policy = new AttackingPolicy([TapAttacks.Create("stolen-name")], new RulePolicy([]), broker.Endpoint);
        await SayAsync(policy, 1, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        await SayAsync(policy, 1, PacketDirection.ToClient, new ConnAckPacket(), MqttVersion.V5, token);
        await SayAsync(policy, 1, PacketDirection.ToClient, disconnect is { } reason ? new DisconnectPacket { Reason = reason } : new PingRespPacket(), MqttVersion.V5, token);
        var finding = policy.Finish()[0];
        Assert.That((finding.Verdict, finding.Evidence), Is.EqualTo((expected, finding.Evidence)));
    }

    private static ConnectPacket Login => new() { ClientId = "c", UserName = "u", Password = "secret"u8.ToArray() };

    private static PublishPacket Message => new() { Topic = "t", Payload = "21.5 C"u8.ToArray() };

    private static async Task SayAsync(AttackingPolicy policy, int connection, PacketDirection direction, MqttPacket packet, MqttVersion version, CancellationToken token) =>
        await policy.OnPacketAsync(new ProxiedPacket(connection, direction, packet, MqttCodec.Encode(packet, version), version), token);

    [Test]
    public async Task A_device_whose_session_another_login_took_is_judged_by_its_next_login(CancellationToken token)
    {
        var policy = new AttackingPolicy([TapAttacks.Create("unproven-broker")], new RulePolicy([]));
        await policy.OnPacketAsync(Packets.Connect([1]), token);
        await policy.OnPacketAsync(Packets.ConnAck([1, 2, 3]), token);
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Broker), new IPEndPoint(IPAddress.Loopback, 1), Limit, token);
        await policy.OnPacketAsync(Packets.Connect([1], 2), token);
        await policy.OnPacketAsync(Packets.ConnAck([1, 2, 3], 2), token);
        await policy.OnPacketAsync(Packets.Of(new PingReqPacket(), PacketDirection.ToBroker, 2), token);
        Assert.That(policy.Finish()[0], Has.Property("Verdict").EqualTo(Verdict.Fail).And.Property("Evidence").Contains("PingReq"));
    }

    private static async Task<TapFinding> UnprovenAsync(ReasonCode? disconnect, bool hasProof, Func<ConnectionEnd> end, CancellationToken token)
    {
        var policy = new AttackingPolicy([TapAttacks.Create("unproven-broker")], new RulePolicy([]));
        await policy.OnPacketAsync(Packets.Connect([1]), token);
        await policy.OnPacketAsync(hasProof ? Packets.ConnAck([1, 2, 3]) : Packets.Of(new ConnAckPacket(), PacketDirection.ToClient), token);
        if (disconnect is { } reason)
        {
            await policy.OnPacketAsync(Packets.Of(new DisconnectPacket { Reason = reason }, PacketDirection.ToBroker), token);
        }

        await policy.EndAsync(end(), new IPEndPoint(IPAddress.Loopback, 1), Limit, token);
        return policy.Finish()[0];
    }

    private static async Task<TapFinding> SentAgainAsync(
        string attack, MqttVersion version, ReasonCode? disconnect, Func<ConnectionEnd> end, IPEndPoint broker, CancellationToken token, TimeSpan? limit = null)
    {
        var policy = new AttackingPolicy([TapAttacks.Create(attack)], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Message, version, token);
        if (disconnect is { } reason)
        {
            await SayAsync(policy, 1, PacketDirection.ToClient, new DisconnectPacket { Reason = reason }, version, token);
        }

        await policy.EndAsync(end(), broker, limit ?? Limit, token);
        return policy.Finish()[0];
    }

    // The device comes again, and is let in unaltered.
    private static async Task<TapFinding> AlteredProofAsync(ReasonCode? refusal, Func<ConnectionEnd> end, IPEndPoint broker, CancellationToken token)
    {
        var policy = new AttackingPolicy([TapAttacks.Create("altered-proof")], new RulePolicy([]));
        await SayAsync(policy, 1, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        if (refusal is { } reason)
        {
            await SayAsync(policy, 1, PacketDirection.ToClient, new ConnAckPacket { Reason = reason }, MqttVersion.V5, token);
        }

        await policy.EndAsync(end(), broker, Limit, token);
        await SayAsync(policy, 2, PacketDirection.ToBroker, Login, MqttVersion.V5, token);
        await SayAsync(policy, 2, PacketDirection.ToClient, new ConnAckPacket(), MqttVersion.V5, token);
        return policy.Finish()[0];
    }
}
