namespace Harness.Brokers.Tests.Conformance;

/// <summary>A version of MQTT is absent where the broker refuses the version itself; a login that fails for another reason leaves its statements undecided.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class LoginTests
{
    private const string Close = "";
    private const string Silence = "silence";
    private const string Served = "served";

    [TestCase("20020001", TestName = "A_version_that_is_refused_by_CONNACK_0x01_in_the_form_of_3_1_1_is_absent")]
    [TestCase("2003008400", TestName = "A_version_that_is_refused_by_CONNACK_0x84_is_absent")]
    [TestCase(Close, TestName = "A_version_whose_every_CONNECT_is_answered_by_a_close_is_absent")]
    public async Task A_version_that_the_broker_refuses_is_absent(string answer)
    {
        var outcomes = await RunAsync(_ => answer);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.OptionalFeatureAbsent), outcomes[0].Finding.Seen);
        Assert.That(outcomes[0].Finding.Seen, Does.Contain("by the other version"));
    }

    [TestCase("2003008900", "CONNACK 0x89")]
    [TestCase("2003009700", "CONNACK 0x97")]
    [TestCase("2003009F00", "CONNACK 0x9f")]
    [TestCase(Silence, "nothing came")]
    [TestCase("D000", "0xd0 came")]
    [TestCase("20020000", "no packet")]
    public async Task A_login_that_fails_for_another_reason_leaves_its_version_undecided(string answer, string says)
    {
        var outcomes = await RunAsync(_ => answer);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.NotDecided), outcomes[0].Finding.Seen);
        Assert.That(outcomes.Select(o => o.Finding.Seen), Is.All.Contains(says));
    }

    [Test]
    public async Task One_close_and_then_silence_is_no_refusal_of_a_version()
    {
        var outcomes = await RunAsync(login => login == 1 ? Close : Silence);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.NotDecided), outcomes[0].Finding.Seen);
    }

    [Test]
    public async Task A_broker_that_answers_the_first_login_too_late_is_judged_all_the_same()
    {
        var outcomes = await RunAsync(login => login == 1 ? Silence : Served);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.Conforms), outcomes[0].Finding.Seen);
    }

    /// <summary>Runs two statements of 5.0 at a broker that answers logins of that version by a script, by their number from 1; those of 3.1.1 it serves.</summary>
    private static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(Func<int, string> answer)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await using var proxy = await MqttProxy.StartAsync(broker.Endpoint, new Answering(answer));
        var statements = BrokerStatement.All.Where(s => s is { Version: MqttVersion.V5, Number: "MQTT-3.12.4-1" or "MQTT-3.1.3-5" }).ToList();
        return await ConformanceRun.RunAsync(new BrokerUnderTest(proxy.Endpoint) { AnswerWithin = TimeSpan.FromSeconds(2) }, statements, 4, null, CancellationToken.None);
    }

    private sealed class Answering(Func<int, string> answer) : IProxyPolicy
    {
        private int _logins;

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            var script = packet.Packet is ConnectPacket { Version: MqttVersion.V5 } ? answer(Interlocked.Increment(ref _logins)) : Served;
            return new(script switch
            {
                Served => [ProxyAction.Forward(packet)],
                Silence => [],
                Close => [ProxyAction.Close],
                _ => [ProxyAction.Send(PacketDirection.ToClient, Convert.FromHexString(script)), ProxyAction.Close],
            });
        }
    }
}
