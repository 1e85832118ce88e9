namespace Harness.Brokers.Tests.StandAlone;

/// <summary>The table in src/Harness.Brokers/BROKERS.md says what each broker carries, and why not; every cell is tried.</summary>
[CancelAfter(280_000)]
public sealed class MatrixTests
{
    private const string Document = "src/Harness.Brokers/BROKERS.md";

    [TestCase("embedded")]
    [TestCase("mqttnet")]
    [TestCase("mosquitto")]
    [TestCase("rabbitmq", Category = "Long")]
    [TestCase("activemq", Category = "Long")]
    public async Task A_broker_carries_what_the_table_says(string kind, CancellationToken cancellationToken)
    {
        // Slow starters serve every cell, each by a connection of its own.
        await using var shared = kind is "rabbitmq" or "activemq" ? await Start(kind)(new MqttBrokerOptions { Setup = new BrokerSetup { StartWithin = TimeSpan.FromSeconds(100) } }, cancellationToken) : null;
        var start = shared is null ? Start(kind) : (options, token) => ExternalDriver.StartAsync(options with { Port = shared.Endpoint.Port }, token);
        var expected = Cells(kind);

        var seen = new Dictionary<string, string>();
        foreach (var row in expected.Keys)
        {
            var words = row.Split(' ', 2);
            var binding = words[1] == "on topics" ? LoginBinding.Topics : LoginBinding.EnhancedAuthentication;
            seen[row] = await Talk.TryAsync(start, words[0], binding, cancellationToken) switch
            {
                "no: a broker that asks the harness in AUTH" => "no (1)",
                "no: a broker that opens and re-seals every payload" => "no (2)",
                var other => other,
            };
        }

        Assert.That(seen, Is.EqualTo(expected));
        Assert.That(expected.Keys.Select(row => row.Split(' ')[0]).Distinct(), Is.EquivalentTo(SchemeNames.OfAugPake));
    }

    internal static StartMqttBroker Start(string kind)
    {
        switch (kind)
        {
            case "embedded":
                return async (options, token) => await MqttBroker.StartAsync(options, token);
            case "mqttnet":
                return MqttNetBroker.StartAsync;
            case "mosquitto":
                _ = NeedsProgram.Find("mosquitto", "mosquitto");
                return MosquittoDriver.StartAsync;
            case "rabbitmq":
                Needs.That(BrokerProcess.TryFind("/usr/lib/rabbitmq/bin/rabbitmq-server") is not null, "RabbitMQ", "sudo rigs/brokers/install rabbitmq-server");
                return RabbitMqDriver.StartAsync;
            default:
                Needs.That(BrokerProcess.TryFind("/usr/share/java/mqtt-client.jar") is not null, "ActiveMQ", "sudo rigs/brokers/install activemq libmqtt-client-java");
                return ActiveMqDriver.StartAsync;
        }
    }

    private static Dictionary<string, string> Cells(string kind)
    {
        var rows = File.ReadLines(Path.Combine(Root(), Document)).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .SkipWhile(row => row[0].Length > 0).TakeWhile(row => row.Length == 6).ToList();
        var column = Array.IndexOf(rows[0], kind);
        return rows.Skip(2).ToDictionary(row => row[0], row => row[column]);
    }

    private static string Root()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "Harness.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
