using Harness.Brokers.Conformance;
using Harness.Brokers.Conformance.Clients;
using Harness.Mqtt.Client;

namespace Harness.Cli.Tests;

/// <summary>Clients that people have, held against the statements that bind a client: each violates what its row in src/Harness.Brokers/BROKERS.md says, and nothing else.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(300_000)]
public sealed partial class ClientResultsTests : WorkFolderTests
{
    private const string Document = "src/Harness.Brokers/BROKERS.md";

    [Test]
    public async Task Our_own_client_violates_what_its_row_says(CancellationToken cancellationToken)
    {
        var client = new ClientUnderTest(new IPEndPoint(IPAddress.Loopback, 0)) { Start = (server, version) => new OwnDevice(server, version), SpeaksBoth = true, AnswerWithin = TimeSpan.FromSeconds(2), ObserveFor = TimeSpan.FromSeconds(2), ReturnWithin = TimeSpan.FromSeconds(1) };

        // Its DISCONNECT 0x9B races with the reset of a socket that has unread bytes: what was not seen is tried again, and what was seen once is violated.
        var (expected, seen) = (Row("our own"), new Dictionary<string, string>());
        for (var attempt = 0; attempt < 8 && expected.Exists(e => !seen.ContainsKey(e)); attempt++)
        {
            List<ClientStatement> left = [.. ClientStatement.All.Where(s => attempt == 0 || (expected.Contains(Name(s)) && !seen.ContainsKey(Name(s))))];
            foreach (var outcome in await ClientConformanceRun.RunAsync(client, left, null, cancellationToken))
            {
                if (outcome.Finding.Verdict == ConformanceVerdict.Violates)
                {
                    seen[Name(outcome.Statement)] = outcome.Finding.Seen;
                }
            }
        }

        Assert.That(seen.Keys, Is.EquivalentTo(expected), string.Join('\n', seen));

        static string Name(Statement statement) => $"{statement.VersionName} {statement.Number}";
    }

    [TestCase("mosquitto_sub", "mosquitto_sub -h {host} -p {port} -V {mqtt} -u user -P word -i sub-device -c -k 5 -t lab/+/in -U lab/old -q 2")]
    [TestCase("mosquitto_pub", "mosquitto_pub -h {host} -p {port} -V {mqtt} -t lab/out -q 2 -r -m a-message-of-some-length --repeat 2")]
    [TestCase("Paho", "/usr/bin/python3 {root}/tests/Harness.Cli.Tests/paho_device.py {host} {port} {mqtt}")]
    [Category("Long")]
    public async Task A_client_violates_what_its_row_says(string name, string command)
    {
        var hasPaho = name != "Paho" || (File.Exists("/usr/bin/python3") && (await HarnessProcess.RunProgramAsync(_work.Path, "", "/usr/bin/python3", "-c", "import paho.mqtt")).ExitCode == 0);
        Needs.That(hasPaho, "Paho's Python client", "sudo apt-get install python3-paho-mqtt");
        _ = NeedsProgram.Find(command.Split(' ')[0], "mosquitto-clients");
        await using var run = HarnessProcess.Start(_work.Path, "conformance", "--client", "--run", command.Replace("{root}", ShellWord.Quote(ProductPaths.Root), StringComparison.Ordinal), "--json");

        var ended = await run.EndAsync(TimeSpan.FromMinutes(4));

        var statements = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("statements").EnumerateArray().ToList();
        Assert.That(statements.Where(s => s.GetProperty("verdict").GetString() == "VIOLATES").Select(s => $"{s.GetProperty("mqtt")} {s.GetProperty("statement")}"), Is.EquivalentTo(Row(name)), ended.ToString());
        Assert.That(statements.Count(s => s.GetProperty("verdict").GetString() == "conforms"), Is.GreaterThan(30), ended.ToString());
    }

    /// <summary>The statements in a row: violated of 3.1.1 in the second column, of 5.0 in the third.</summary>
    private static List<string> Row(string name)
    {
        var cells = Documents.Read(Document).Split('\n').Single(line => line.StartsWith($"| {name}", StringComparison.Ordinal)).Split('|');
        return [.. Numbers().Matches(cells[2]).Select(m => $"3.1.1 {m.Value}"), .. Numbers().Matches(cells[3]).Select(m => $"5.0 {m.Value}")];
    }

    [GeneratedRegex(@"MQTT-\d[.-]\d+\.\d+-\d+")]
    private static partial Regex Numbers();

    /// <summary>The client of host devices: subscribes, publishes with QoS 0 and 1, and stays.</summary>
    private sealed class OwnDevice : IDeviceRun
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly IPEndPoint _server;
        private readonly MqttVersion _version;

        public OwnDevice(IPEndPoint server, MqttVersion version)
        {
            (_server, _version) = (server, version);
            Ended = Task.Run(LiveAsync);
        }

        public Task Ended { get; }

        public string LastWords => "";

        public void AskToEnd() => _stop.Cancel();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Ended;
        }

        private async Task LiveAsync()
        {
            try
            {
                await using var client = await MqttClient.ConnectAsync(
                    new MqttClientOptions
                    {
                        Host = _server.Address.ToString(), Port = _server.Port, ClientId = "own-device", Version = _version, KeepAliveSeconds = 2, UserName = "user", Password = "word"u8.ToArray(),
                        Will = new MqttMessage("lab/will", "gone"u8.ToArray(), QualityOfService.AtLeastOnce, Retain: false), Timeout = TimeSpan.FromSeconds(30),
                    },
                    _stop.Token);
                await client.SubscribeAsync("lab/+/in", QualityOfService.AtLeastOnce, _stop.Token);
                await client.UnsubscribeAsync("lab/old", _stop.Token);
                await client.PublishAsync("lab/out", "state"u8.ToArray(), retain: true, cancellationToken: _stop.Token);
                await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.PublishAsync("lab/out", "a message of some length"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: _stop.Token)));
                await client.Closed.WaitAsync(_stop.Token);
            }
            catch (Exception e) when (e is MqttException or OperationCanceledException)
            {
                // It was refused, cut, or stopped.
            }
        }
    }
}
