using System.Buffers.Binary;
using System.Net.Sockets;
using Harness.Mqtt.Client;
using Harness.Mqtt.Codec;
using Harness.Mqtt.Packets;
using Harness.Sessions.Tests.Topics;

namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness tap</c>: what it lets through, alters, captures, judges and tells, and its ends.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed partial class TapCommandTests : WorkFolderTests
{
    private const string Password = "quite-secret";
    private const int Kill = 9;

    private static IEnumerable<string> DocumentedLines() => Documents.Lines("./harness").Select(l => l.Line).Where(line => CommandLines.Words(line)[0] == "tap").Distinct();

    [Test]
    public async Task It_alters_by_rule_captures_everything_and_ends_whole_at_Ctrl_C(CancellationToken token)
    {
        await using var broker = await BrokerAsync();
        await using var tap = Start(broker, "--out", "t", "--rule", "replace payload to-broker topic=plant/# with=altered", "--delay", "5ms", "--loss", "20%");
        var port = await PortAsync(tap);
        await using (var client = await ConnectAsync(port, token))
        {
            await client.SubscribeAsync("plant/1", cancellationToken: token);
            await client.PublishAsync("plant/1", "true"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: token);
            Assert.That((await client.Messages.ReadAsync(token)).Payload.ToArray(), Is.EqualTo("altered"u8.ToArray()));
        }

        await tap.WaitForAsync("connection 1 ended");
        tap.Signal(Processes.Interrupt);
        var ended = await tap.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("connection 1 \"sensor\" logs in by MQTT 5, user \"u\", with a password").And.Contain("connection 1 is let in").And.Contain("carried out 1 times").And.Contain("1 connections in"));
        Assert.That(ended.ToString(), Does.Not.Contain(Password));
        AssertCapture();
        Assert.That(Directory.EnumerateFiles(_work["t"]).Select(Path.GetFileName), Is.EqualTo(new[] { "tap.pcapng" }), "nothing was judged");
    }

    [Test]
    public async Task A_kill_leaves_the_capture_whole(CancellationToken token)
    {
        await using var broker = await BrokerAsync();
        await using var tap = Start(broker, "--out", "t");
        await using var client = await ConnectAsync(await PortAsync(tap), token);
        await tap.WaitForAsync("is let in");
        tap.Signal(Kill);
        await tap.EndAsync();
        AssertCapture();
    }

    [Test]
    public async Task Attacks_are_judged_from_the_wire_and_recorded(CancellationToken token)
    {
        await using var broker = await BrokerAsync();
        await using var tap = Start(broker, "--out", "t", "--attack", "all", "--json");
        var port = await PortAsync(tap);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var device = LogInAgainAndAgainAsync(port, over.Token);
        var ended = await tap.EndAsync();
        await over.CancelAsync();
        await device;

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        var attacks = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("attacks").EnumerateArray().ToDictionary(a => a.GetProperty("attack").GetString()!, a => a.GetProperty("verdict").GetString());
        Assert.That(attacks, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["password-in-clear"] = "fail", ["login-replay"] = "fail", ["linked-logins"] = "fail", ["payload-in-clear"] = "fail", ["equal-payloads"] = "fail", ["replayed-message"] = "fail",
            ["altered-message"] = "fail", ["stolen-name"] = "pass", ["unproven-broker"] = "fail", ["altered-proof"] = "pass", ["method-downgrade"] = "inconclusive",
        }), ended.Stdout);
        var record = _work.Record("t");
        Assert.That(record.OfType<ScenarioFinished>().Count(s => s.Verdict == Verdict.Fail), Is.EqualTo(8));
        Assert.That(record.OfType<FilesKept>().SelectMany(k => k.Files).Select(f => f.Name), Does.Contain("tap.pcapng"), "under the record's end");
        foreach (var file in Directory.EnumerateFiles(_work["t"], "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".pcapng", StringComparison.Ordinal)))
        {
            Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, token)), Does.Not.Contain(Password), file);
        }
    }

    [TestCase(true, 130)]
    [TestCase(false, 4)]
    public async Task A_silent_device_that_the_tap_itself_ends_has_judged_nothing(bool isStopped, int status, CancellationToken token)
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        await using var tap = HarnessProcess.Start(
            _work.Path, ["tap", "--listen", "0", "--to", broker.LocalEndpoint.ToString()!, "--out", "t", "--attack", "unproven-broker", .. isStopped ? Array.Empty<string>() : ["--for", "5s"]]);
        using var device = new TcpClient();
        await device.ConnectAsync(IPAddress.Loopback, await PortAsync(tap), token);
        await device.GetStream().WriteAsync(MqttCodec.Encode(new ConnectPacket { ClientId = "sensor", AuthenticationMethod = "M", AuthenticationData = new byte[] { 1 } }, MqttVersion.V5), token);
        var proof = MqttCodec.Encode(new ConnAckPacket { AuthenticationMethod = "M", AuthenticationData = new byte[] { 1, 2, 3 } }, MqttVersion.V5);
        using var session = await AcceptLoginAsync(broker, token);
        await session.SendAsync(proof, token);
        var heard = new byte[proof.Length];
        await device.GetStream().ReadExactlyAsync(heard, token);
        Assert.That(heard, Is.Not.EqualTo(proof), "one bit was flipped");
        if (isStopped)
        {
            tap.Signal(Processes.Interrupt);
        }

        var ended = await tap.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(status), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("attack unproven-broker: INCONCLUSIVE").And.Contain("the tap ended the connection after a proof").And.Contain("connection 1 ended after 2 packets, by the tap"));
    }

    [Test]
    public async Task A_tap_before_Mosquitto_is_a_bad_link_alters_by_rule_and_judges(CancellationToken token)
    {
        _ = NeedsProgram.Find("mosquitto_passwd", "mosquitto");
        await using var broker = await StockBroker.StartAsync(async folder =>
        {
            var made = await HarnessProcess.RunProgramAsync(folder, "", "mosquitto_passwd", "-b", "-c", "passwords", "u", Password);
            Assert.That(made.ExitCode, Is.Zero, made.ToString());
            return $"allow_anonymous false\npassword_file {folder}/passwords";
        });
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");
        await using var tap = HarnessProcess.Start(
            _work.Path, ["tap", "--listen", "0", "--to", address, "--out", "t", "--attack", "all", "--delay", "2ms", "--jitter", "1ms", "--loss", "2%", "--seed", "3", "--rule", "hold publish to-client topic=plant/# for=20ms", "--json"]);
        var port = await PortAsync(tap);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var device = LogInAgainAndAgainAsync(port, over.Token);
        var ended = await tap.EndAsync();
        await over.CancelAsync();
        await device;

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        var told = JsonDocument.Parse(ended.Stdout).RootElement;
        Assert.That(told.GetProperty("attacks").EnumerateArray().Select(a => $"{a.GetProperty("attack")} {a.GetProperty("verdict")}"), Is.EquivalentTo(new[]
        {
            "password-in-clear fail", "login-replay fail", "linked-logins fail", "payload-in-clear fail", "equal-payloads fail", "replayed-message fail", "altered-message fail", "stolen-name pass",
            "unproven-broker fail", "altered-proof pass", "method-downgrade inconclusive",
        }), ended.ToString());
        Assert.That(told.GetProperty("link").GetProperty("segments").GetInt64(), Is.GreaterThan(20));
        Assert.That(told.GetProperty("rules")[0].GetProperty("carried_out").GetInt32(), Is.Positive);
    }

    [TestCaseSource(nameof(DocumentedLines))]
    public async Task A_documented_line_runs_before_a_broker(string line)
    {
        await using var broker = await BrokerAsync();
        var words = CommandLines.Words(line).ToList();
        words[words.IndexOf("--listen") + 1] = "0"; // the documented ports may be in use here
        words[words.IndexOf("--to") + 1] = Address(broker);
        _work.Write("tap.rules", "# losses that are an attack\ndrop publish to-client chance=10%\n");
        var isAttack = words.Contains("--attack");
        var ended = await HarnessProcess.RunAsync(_work.Path, [.. words, "--for", "100ms", "--json"]);
        Assert.That(ended.ExitCode, Is.EqualTo(isAttack ? 4 : 0), $"{line}\n{ended}");
        Assert.That(JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("to").GetString(), Is.EqualTo(Address(broker)));
    }

    [Test]
    public void The_README_has_lines_of_it() => Assert.That(DocumentedLines().Count(), Is.GreaterThanOrEqualTo(3));

    [TestCase("Option '--to' is required", "--listen", "0")]
    [TestCase("--i-own 192.0.2.1:1883", "--listen", "0", "--to", "192.0.2.1:1883")]
    [TestCase("is no [ADDRESS:]PORT", "--listen", "here", "--to", "127.0.0.1:1")]
    [TestCase("there is no attack 'magic'", "--listen", "0", "--to", "127.0.0.1:1", "--attack", "magic")]
    [TestCase("--loss takes a rate from 0% to 90%", "--listen", "0", "--to", "127.0.0.1:1", "--loss", "95%")]
    [TestCase("--delay takes a time with its unit", "--listen", "0", "--to", "127.0.0.1:1", "--delay", "300")]
    [TestCase("--bandwidth takes bits a second", "--listen", "0", "--to", "127.0.0.1:1", "--bandwidth", "64")]
    [TestCase("the link's time of a cut", "--listen", "0", "--to", "127.0.0.1:1", "--cut-for", "5s")]
    [TestCase("--rules none cannot be read", "--listen", "0", "--to", "127.0.0.1:1", "--rules", "none")]
    [TestCase("'lose' is no packet", "--listen", "0", "--to", "127.0.0.1:1", "--rule", "drop lose")]
    public async Task A_wrong_line_is_status_2_and_starts_nothing(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["tap", .. arguments]);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }

    [Test]
    public async Task A_dead_broker_and_a_taken_port_are_status_3_with_the_next_command()
    {
        var dead = await HarnessProcess.RunAsync(_work.Path, "tap", "--listen", "0", "--to", "127.0.0.1:1");
        Assert.That((dead.ExitCode, dead.Stderr), Is.EqualTo((3, dead.Stderr)));
        Assert.That(dead.Stderr, Does.Contain("no broker at 127.0.0.1:1").And.Contain("next: ss -ltnp"));
        await using var broker = await BrokerAsync();
        var taken = await HarnessProcess.RunAsync(_work.Path, "tap", "--listen", $"{broker.Endpoint.Port}", "--to", Address(broker));
        Assert.That(taken.ExitCode, Is.EqualTo(3), taken.ToString());
        Assert.That(taken.Stderr, Does.Contain($":{broker.Endpoint.Port}").And.Contain("next: ss -ltnp"));
        var attacking = await HarnessProcess.RunAsync(_work.Path, "tap", "--listen", $"{broker.Endpoint.Port}", "--to", Address(broker), "--attack", "all", "--out", "t");
        Assert.That(attacking.ExitCode, Is.EqualTo(3), attacking.ToString());
        Assert.That(Directory.Exists(_work["runs"]) || Directory.Exists(_work["t"]), Is.False, "nothing is left of a tap that never stood");
    }

    [Test]
    public async Task A_capture_that_cannot_be_written_is_told_with_the_next_command()
    {
        await using var broker = await BrokerAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, "tap", "--listen", "0", "--to", Address(broker), "--out", "/proc/nowhere/t");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("/proc/nowhere").And.Contain("ext: "));
    }

    private static Task<MqttBroker> BrokerAsync() => MqttBroker.StartAsync(new MqttBrokerOptions
    {
        Passwords = login => Encoding.UTF8.GetString(login.Password.Span) == Password ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword,
    });

    // The tap's own look for the broker, which says nothing, is passed over.
    private static async Task<Socket> AcceptLoginAsync(TcpListener broker, CancellationToken token)
    {
        while (true)
        {
            var socket = await broker.AcceptSocketAsync(token);
            if (await socket.ReceiveAsync(new byte[1024], token) > 0)
            {
                return socket;
            }

            socket.Dispose();
        }
    }

    private static string Address(MqttBroker broker) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");

    private HarnessProcess Start(MqttBroker broker, params string[] more) => HarnessProcess.Start(_work.Path, ["tap", "--listen", "0", "--to", Address(broker), .. more]);

    private static async Task<int> PortAsync(HarnessProcess tap) => int.Parse(Listening().Match(await tap.WaitForAsync("Ctrl-C ends it")).Groups[1].Value, CultureInfo.InvariantCulture);

    private static Task<MqttClient> ConnectAsync(int port, CancellationToken token) => MqttClient.ConnectAsync(
        new MqttClientOptions { Port = port, ClientId = "sensor", UserName = "u", Password = Encoding.UTF8.GetBytes(Password) }, token);

    // As a device that never gives up.
    private static async Task LogInAgainAndAgainAsync(int port, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                await using var client = await ConnectAsync(port, token);
                await client.SubscribeAsync("plant/1", cancellationToken: token);
                for (var i = 0; i < 3 && !client.Closed.IsCompleted; i++)
                {
                    await client.PublishAsync("plant/1", "21.5 C"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: token);
                }

                await client.Closed.WaitAsync(token);
            }
            catch (Exception e) when (e is MqttException or OperationCanceledException)
            {
                // The tap ended it, or itself.
            }
        }
    }

    private void AssertCapture()
    {
        var bytes = File.ReadAllBytes(_work["t/tap.pcapng"]);
        var at = 0;
        while (at < bytes.Length)
        {
            at += (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
        }

        Assert.That(at, Is.EqualTo(bytes.Length), "whole blocks");
        Assert.That(Encoding.Latin1.GetString(bytes), Does.Contain(Password), "it is said to hold everything");
#pragma warning disable CA1416 // modes of files: Linux
        Assert.That(File.GetUnixFileMode(_work["t/tap.pcapng"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+),")]
    private static partial Regex Listening();
}
