using Harness.Brokers.Load;

namespace Harness.Brokers.Tests.Load;

/// <summary>Checks the load on brokers: deliveries are counted, losses told, and a stall shows in every message that waited for it.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class LoadTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    [Test]
    public async Task Messages_of_every_QoS_arrive_and_none_is_lost(
        [Values] QualityOfService qos, [Values(8, 1024)] int bytes, [Values("ours", "mqttnet")] string kind, CancellationToken stop)
    {
        await using var broker = await StartAsync(kind, stop);
        var result = await Throughput.MeasureAsync(At(broker), new LoadWorkload(qos, bytes), TimeSpan.Zero, Short, stop);
        Assert.That(result.Lost, Is.Zero);
        Assert.That(result.Delivered, Is.Positive);
        Assert.That(result.PerSecond, Is.Positive);
    }

    [Test]
    public async Task The_relay_carries_every_QoS_without_a_broker([Values] QualityOfService qos, [Values(1, 3)] int readers, CancellationToken stop)
    {
        await using var relay = LoadRelay.Start();
        var result = await Throughput.MeasureAsync(new BrokerUnderTest(relay.Endpoint), new LoadWorkload(qos, 1024, readers), TimeSpan.Zero, Short, stop);
        Assert.That((result.Lost, result.Delivered > 0), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task The_relay_holds_idle_connections_and_answers_a_fixed_rate(CancellationToken stop)
    {
        await using var relay = LoadRelay.Start();
        Assert.That((await IdleConnections.MeasureAsync(new BrokerUnderTest(relay.Endpoint), 25, null, stop)).Connections, Is.EqualTo(25));
        var result = await FixedRate.MeasureAsync(
            new BrokerUnderTest(relay.Endpoint), new LoadWorkload(QualityOfService.AtLeastOnce, 64), 200, WarmUp.None, TimeSpan.FromMilliseconds(200), stop);
        Assert.That((result.Sent, result.Lost), Is.EqualTo((40, 0)));
    }

    [Test]
    public async Task Each_reader_of_many_counts(CancellationToken stop)
    {
        await using var broker = await StartAsync("ours", stop);
        await using var flow = await LoadFlow.OpenAsync(At(broker), new LoadWorkload(QualityOfService.AtLeastOnce, 64, 5), stop);
        flow.Start();
        var message = new byte[flow.Message.Length];
        flow.Message.Write(message, 7, 1);
        flow.Send(message);
        Assert.That(await flow.WaitAsync(5, TimeSpan.FromSeconds(30), stop), Is.True);
        Assert.That(flow.Delivered, Is.EqualTo(5));
    }

    [Test]
    public async Task A_broker_that_keeps_messages_back_loses_them(CancellationToken stop)
    {
        var hooks = new Hooks { Every = 3 };
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks }, stop);
        var result = await Throughput.MeasureAsync(At(broker), new LoadWorkload(QualityOfService.AtLeastOnce, 64), TimeSpan.Zero, TimeSpan.FromMilliseconds(100), stop);
        Assert.That(result.Lost, Is.Positive);
    }

    [Test]
    public async Task A_broker_that_grants_a_lower_QoS_is_told_by_both(CancellationToken stop)
    {
        await using var broker = await StartAsync("ours", stop);
        await using var lowering = await MqttProxy.StartAsync(broker.Endpoint, new Lowering(), stop);

        Assert.That(
            async () => await Throughput.MeasureAsync(new BrokerUnderTest(lowering.Endpoint), new LoadWorkload(QualityOfService.ExactlyOnce, 64), TimeSpan.Zero, Short, stop),
            Throws.TypeOf<MqttProtocolException>().With.Property(nameof(MqttProtocolException.Reason)).EqualTo(ReasonCode.QosNotSupported).And.Message.Contains("grants QoS 1 where QoS 2"));
    }

    [Test]
    public async Task A_stall_counts_for_every_message_that_was_due_in_it(CancellationToken stop)
    {
        var hooks = new Hooks { StallAt = 20, Stall = TimeSpan.FromMilliseconds(500) };
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks }, stop);
        var result = await FixedRate.MeasureAsync(At(broker), new LoadWorkload(QualityOfService.AtLeastOnce, 64), 200, WarmUp.None, TimeSpan.FromSeconds(1), stop);

        // 100 of the 200 messages were due while it stood still; a client that waits for each answer would have sent one of them.
        Assert.That(result, Has.Property(nameof(LatencyResult.Sent)).EqualTo(200).And.Property(nameof(LatencyResult.Lost)).Zero);
        Assert.That(result.Maximum, Is.GreaterThan(450_000_000));
        Assert.That(result.P99, Is.GreaterThan(400_000_000));
    }

    [Test]
    public async Task Messages_of_the_warm_up_are_sent_and_not_counted(CancellationToken stop)
    {
        var hooks = new Hooks();
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks }, stop);
        var warmUp = new WarmUp(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300));
        var result = await FixedRate.MeasureAsync(At(broker), new LoadWorkload(QualityOfService.AtLeastOnce, 64), 200, warmUp, TimeSpan.FromMilliseconds(200), stop);
        Assert.That((result.Sent, result.Lost), Is.EqualTo((40, 0)));
        Assert.That(hooks.Judged, Is.GreaterThan(40));
    }

    [Test]
    public async Task Messages_that_never_arrive_are_lost_to_latencies_too(CancellationToken stop)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = new Hooks { Every = 2 } }, stop);
        var result = await FixedRate.MeasureAsync(At(broker), new LoadWorkload(QualityOfService.AtMostOnce, 64), 100, WarmUp.None, TimeSpan.FromMilliseconds(200), stop);
        Assert.That((result.Sent, result.Lost), Is.EqualTo((20, 10)));
    }

    [Test]
    public async Task Idle_connections_are_held_and_the_process_is_asked(CancellationToken stop)
    {
        await using var broker = await StartAsync("ours", stop);
        var unknown = await IdleConnections.MeasureAsync(At(broker), 25, null, stop);
        var known = await IdleConnections.MeasureAsync(At(broker), 25, new BrokerProcessInfo(Environment.ProcessId), stop);
        Assert.That(unknown, Is.EqualTo(new IdleResult(25, null)));
        Assert.That(known.BytesEach, Is.Not.Null);
    }

    [Test]
    public async Task A_broker_that_takes_too_few_connections_is_told_with_the_number(CancellationToken stop)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumConnections = 10 }, stop);
        var error = Assert.ThrowsAsync<MqttNotConnectedException>(() => IdleConnections.MeasureAsync(At(broker), 25, null, stop));
        Assert.That(error!.Message, Does.StartWith("connection 11 of 25").And.Contain("--connections"));
    }

    [Test]
    public async Task A_broker_that_ends_under_load_is_told(CancellationToken stop)
    {
        var broker = await StartAsync("ours", stop);
        var measuring = Throughput.MeasureAsync(At(broker), new LoadWorkload(QualityOfService.AtLeastOnce, 64), TimeSpan.Zero, TimeSpan.FromSeconds(50), stop);
        await broker.DisposeAsync();
        Assert.ThrowsAsync(Is.InstanceOf<MqttException>(), () => measuring);
    }

    [TestCase("", "closed before ConnAck")]
    [TestCase("20020005", "refuses")]
    [TestCase("30020000", "in the place of ConnAck")]
    public async Task An_answer_that_lets_nobody_in_is_told(string answer, string says, CancellationToken stop)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var peer = await listener.AcceptSocketAsync(stop);
                await peer.ReceiveAsync(new byte[256], stop);
                await peer.SendAsync(Convert.FromHexString(answer), stop);
            },
            stop);
        var error = Assert.ThrowsAsync(
            Is.InstanceOf<MqttException>(), () => LoadConnection.OpenAsync(new BrokerUnderTest((IPEndPoint)listener.LocalEndpoint), "c", stop));
        Assert.That(error!.Message, Does.Contain(says));
        await serving;
    }

    [Test]
    public void A_process_that_is_not_there_is_told() =>
        Assert.That(() => new BrokerProcessInfo(int.MaxValue).ResidentBytes(), Throws.InstanceOf<IOException>().With.Message.Contains($"{int.MaxValue}"));

    [Test]
    public void The_own_process_uses_memory_and_time()
    {
        var own = new BrokerProcessInfo(Environment.ProcessId);
        Assert.That(own.ResidentBytes(), Is.GreaterThan(1024 * 1024));
        Assert.That(own.ProcessorTime(), Is.GreaterThan(TimeSpan.Zero));
    }

    private static BrokerUnderTest At(IMqttBroker broker) => new(broker.Endpoint);

    private static async Task<IMqttBroker> StartAsync(string kind, CancellationToken stop)
    {
        var options = new MqttBrokerOptions { AllowAnonymous = true };
        return kind == "ours" ? await MqttBroker.StartAsync(options, stop) : await MqttNetBroker.StartAsync(options, stop);
    }

    /// <summary>Grants QoS 1 at most, as RabbitMQ does.</summary>
    private sealed class Lowering : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => new([packet.Packet is SubAckPacket ack
            ? ProxyAction.Send(packet.Direction, MqttCodec.Encode(ack with { Reasons = [.. ack.Reasons.Select(r => r == ReasonCode.GrantedQos2 ? ReasonCode.GrantedQos1 : r)] }, packet.Version))
            : ProxyAction.Forward(packet)]);
    }

    private sealed class Hooks : IBrokerHooks
    {
        private int _judged;

        public int Every { get; init; } = int.MaxValue;

        public int Judged => _judged;

        public int StallAt { get; init; } = int.MaxValue;

        public TimeSpan Stall { get; init; }

        public async ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _judged);
            if (number == StallAt)
            {
                await Task.Delay(Stall, cancellationToken);
            }

            return number % Every == 0 ? PublishJudgement.AcknowledgeOnly : PublishJudgement.Route(message.Payload);
        }
    }
}
