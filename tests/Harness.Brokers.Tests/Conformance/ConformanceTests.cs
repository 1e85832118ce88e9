using Harness.Sessions.Tests.Topics;

namespace Harness.Brokers.Tests.Conformance;

/// <summary>Statements decided at our own broker, at MQTTnet's server and at Mosquitto: known violations are found, and what offers nothing conforms to nothing.</summary>
[CancelAfter(180_000)]
public sealed class ConformanceTests
{
    [TestCase(MqttVersion.V311, 60)]
    [TestCase(MqttVersion.V5, 85)]
    public void Numbers_are_those_of_one_version_and_each_is_there_once(MqttVersion version, int atLeast)
    {
        var numbers = BrokerStatement.All.Where(s => s.Version == version).Select(s => s.Number).ToList();

        Assert.That(numbers, Is.Unique.And.All.Match(@"^MQTT-\d[.-]\d+\.\d+-\d+$")); // 3.1.1 itself writes MQTT-3-8.3-4
        Assert.That(numbers, Has.Count.AtLeast(atLeast));
    }

    [Test]
    public async Task Our_own_broker_conforms_and_lacks_nothing(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);

        var outcomes = await RunAsync(broker.Endpoint, cancellationToken);

        Assert.That(outcomes.Where(o => o.Finding.Verdict != ConformanceVerdict.Conforms).Select(Words), Is.Empty);
    }

    [Test]
    public async Task The_violations_of_MQTTnet_5_2_are_found_and_named(CancellationToken cancellationToken)
    {
        await using var broker = await MqttNetBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);

        var violated = Violated(await RunAsync(broker.Endpoint, cancellationToken));

        Assert.That(violated, Is.SupersetOf(KnownViolations.AlwaysOfMqttNet), "a/+/c misses a//c, among others");
        Assert.That(violated, Is.SubsetOf(KnownViolations.OfMqttNet));
    }

    [Test]
    public async Task The_violations_of_Mosquitto_2_0_11_are_found_and_named(CancellationToken cancellationToken)
    {
        await using var broker = await StockBroker.StartAsync();

        var outcomes = await RunAsync(broker.Endpoint, cancellationToken);

        Assert.That(Violated(outcomes), Is.EquivalentTo(KnownViolations.OfMosquitto));
    }

    [TestCase("rabbitmq")]
    [TestCase("activemq")]
    [Category("Long")]
    public async Task The_violations_of_RabbitMQ_and_ActiveMQ_are_found_and_MQTT_5_is_absent_there(string kind, CancellationToken cancellationToken)
    {
        await using var broker = await StandAlone.MatrixTests.Start(kind)(new MqttBrokerOptions(), cancellationToken);

        var outcomes = await RunAsync(broker.Endpoint, cancellationToken);

        Assert.That(Violated(outcomes), Is.EquivalentTo(kind == "rabbitmq" ? KnownViolations.OfRabbitMq : KnownViolations.OfActiveMq));
        Assert.That(outcomes.Where(o => o.Statement.Version == MqttVersion.V5).Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.OptionalFeatureAbsent));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_broker_that_never_answers_or_always_hangs_up_conforms_to_nothing(bool hangsUp, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var held = new List<Socket>();
        var accepting = Task.Run(
            async () =>
            {
                while (true)
                {
                    var socket = await listener.AcceptSocketAsync(cancellationToken);
                    if (hangsUp)
                    {
                        socket.Dispose();
                    }
                    else
                    {
                        held.Add(socket);
                    }
                }
            },
            cancellationToken);

        var outcomes = await RunAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken, answerWithin: 0.3, atOnce: 50);

        Assert.That(outcomes.Where(o => o.Finding.Verdict is ConformanceVerdict.Conforms or ConformanceVerdict.OptionalFeatureAbsent).Select(Words), Is.Empty);
        listener.Stop();
        Assert.That(async () => await accepting, Throws.InstanceOf<Exception>());
        held.ForEach(s => s.Dispose());
    }

    [Test]
    public async Task A_broker_that_wants_a_user_leaves_statements_undecided_and_violates_none(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions(), cancellationToken); // refuses whoever proves nothing

        var outcomes = await RunAsync(broker.Endpoint, cancellationToken);

        Assert.That(Violated(outcomes), Is.Empty);
        Assert.That(outcomes.Count(o => o.Finding.Verdict == ConformanceVerdict.NotDecided), Is.GreaterThan(140));
    }

    private static Task<IReadOnlyList<ConformanceOutcome>> RunAsync(IPEndPoint broker, CancellationToken cancellationToken, double answerWithin = 6, int atOnce = 16) =>
        ConformanceRun.RunAsync(
            new BrokerUnderTest(broker) { AnswerWithin = TimeSpan.FromSeconds(answerWithin), StatementWithin = TimeSpan.FromSeconds(60) }, BrokerStatement.All, atOnce, null, cancellationToken);

    private static List<string> Violated(IEnumerable<ConformanceOutcome> outcomes) =>
        [.. outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Violates).Select(o => $"{o.Statement.VersionName} {o.Statement.Number}")];

    private static string Words(ConformanceOutcome outcome) => $"{outcome.Statement.VersionName} {outcome.Statement.Number} {outcome.Finding}";
}
