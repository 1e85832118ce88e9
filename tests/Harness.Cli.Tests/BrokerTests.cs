using Harness.Mqtt.Client;
using Harness.Sessions;

namespace Harness.Cli.Tests;

/// <summary><c>harness broker</c> used by a client that is not part of the harness.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class BrokerTests : IDisposable
{
    private static readonly PartyIdentity Sensor = new("sensor-7", "lab-broker", "correct horse", "p256", "rfc6628");
    private readonly WorkFolder _work = new();
    private readonly CancellationTokenSource _deadline = new(HarnessProcess.Limit);

    public void Dispose()
    {
        _deadline.Dispose();
        _work.Dispose();
    }

    [Test]
    public async Task An_enrolled_client_logs_in_a_wrong_password_is_refused_and_Ctrl_C_ends_it_with_0()
    {
        await using var broker = await StartAsync(out var endpoint, "--accounts", Accounts(Item()));
        using (var party = new HostParty("sensor"))
        {
            await using var session = await DeviceSession.LoginAsync(party, Options(await endpoint, Sensor), _deadline.Token);
            await broker.WaitForAsync($"Accepted fp={session.Fingerprint}");
        }

        using (var party = new HostParty("sensor"))
        {
            var refused = Assert.ThrowsAsync<SessionRefusedException>(async () =>
                await DeviceSession.LoginAsync(party, Options(await endpoint, Sensor with { Password = "wrong" }), _deadline.Token));
            Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
            await broker.WaitForAsync("WrongProof");
        }

        var anonymous = Assert.ThrowsAsync<MqttRefusedException>(async () => await MqttClient.ConnectAsync(
            new MqttClientOptions { Port = (await endpoint).Port, ClientId = "sensor-7" }, _deadline.Token));
        Assert.That(anonymous!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));

        broker.Signal(Processes.Interrupt);
        var ended = await broker.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("\"sensor-7\" AUGPAKE-RFC6628-P256").And.Not.Contain("correct").And.Not.Contain("wrong\n"));
    }

    [Test]
    public async Task Under_augmqtt_it_opens_and_re_seals_and_names_what_it_refuses()
    {
        await using var broker = await StartAsync(out var endpoint, "--accounts", Accounts(Item()), "--scheme", "augmqtt");
        using var party = new HostParty("sensor");
        await using var session = await DeviceSession.LoginAsync(party, Options(await endpoint, Sensor with { Scheme = "augmqtt" }), _deadline.Token);
        await session.SubscribeAsync("plant/1", _deadline.Token);
        await session.PublishSealedAsync("plant/1", "21.5 C"u8.ToArray(), _deadline.Token);
        Assert.That((await session.ReceiveAndOpenAsync(HarnessProcess.Limit)).Plaintext.ToArray(), Is.EqualTo("21.5 C"u8.ToArray()));
        Assert.ThrowsAsync<SessionRefusedException>(() => session.PublishAsync("plant/1", new byte[40], _deadline.Token));
        await broker.WaitForAsync("\"sensor-7\" \"plant/1\" refused: BAD-TAG");
        broker.Signal(Processes.Interrupt);
        var ended = await broker.EndAsync();
        Assert.That(ended.Stdout, Does.Contain("augmqtt (as described)").And.Not.Contain("21.5"));
    }

    [Test]
    public async Task It_serves_on_a_thread_of_its_own_that_sleeps_where_it_is_told_to()
    {
        await using var broker = await StartAsync(out var endpoint, "--allow-anonymous", "--no-busy-wait");
        await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = (await endpoint).Port, ClientId = "c" }, _deadline.Token);
        await client.PublishAsync("t", new byte[1], QualityOfService.AtLeastOnce);

        Assert.That(Directory.GetDirectories($"/proc/{broker.Id}/task").Select(t => File.ReadAllText(Path.Combine(t, "comm")).Trim()), Has.One.EqualTo("sockets"));
    }

    [Test]
    public async Task An_unknown_scheme_is_a_usage_error_that_names_the_known_ones()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "broker", "--server-name", "lab-broker", "--accounts", Accounts(Item()), "--scheme", "agmqtt");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("agmqtt").And.Contain("augmqtt").And.Contain("mqtt-auth"));
    }

    [Test]
    public async Task It_ends_with_0_on_SIGTERM_too_while_a_client_is_connected()
    {
        await using var broker = await StartAsync(out var endpoint, "--accounts", Accounts(Item()));
        using var party = new HostParty("sensor");
        await using var session = await DeviceSession.LoginAsync(party, Options(await endpoint, Sensor), _deadline.Token);
        broker.Signal(Processes.Terminate);
        var ended = await broker.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        await session.Closed.WaitAsync(_deadline.Token);
    }

    [Test]
    public async Task A_busy_port_is_a_broken_rig_with_the_next_command()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var ended = await HarnessProcess.RunAsync(_work.Path, "broker", "--port", port, "--server-name", "lab-broker", "--accounts", Accounts(Item()));
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"127.0.0.1:{port}").And.Contain("in use").And.Contain($"ss -ltnp 'sport = :{port}'"));
    }

    [Test]
    public async Task An_account_of_another_server_is_refused_with_its_line()
    {
        var ended = await RefusedAsync("broker", "--port", "0", "--server-name", "other-broker", "--accounts", Accounts(Item()));
        Assert.That(ended.Stderr, Does.Match(@"accounts\.yaml:\d+:\d+: ").And.Contain("lab-broker").And.Contain("other-broker"));
    }

    [TestCase("00")]
    [TestCase("04")]
    public async Task A_verifier_outside_the_group_is_refused_with_its_line_and_never_printed(string first)
    {
        var item = Item();
        var w = HexPattern().Match(item).Value;
        var bad = first + w[2..^2] + (w[^2..] == "00" ? "01" : "00");
        var ended = await RefusedAsync("broker", "--port", "0", "--server-name", "lab-broker", "--accounts", Accounts(item.Replace(w, bad, StringComparison.Ordinal)));
        Assert.That(ended.Stderr, Does.Match(@"accounts\.yaml:5:\d+: ").And.Not.Contain(bad[4..40]));
    }

    [TestCase("is no TCP port", "--port", "70000")]
    [TestCase("is no TCP port", "--port", "-1")]
    [TestCase("is no IP address", "--address", "localhost.")]
    [TestCase("80 or 128", "--key-bits", "64")]
    [TestCase("nobody could log in")]
    [TestCase("no such file", "--accounts", "none.yaml")]
    [TestCase("'--bogus'", "--bogus")]
    public async Task A_wrong_option_is_refused(string says, params string[] options)
    {
        string[] anyone = says.Contains("nobody", StringComparison.Ordinal) ? [] : ["--allow-anonymous"];
        var ended = await RefusedAsync(["broker", "--server-name", "lab-broker", .. anyone, .. options]);
        Assert.That(ended.Stderr, Does.Contain(says).And.Contain("next:").And.Not.Contain("   at Harness."));
    }

    [TestCase("0")]
    [TestCase("65")]
    [TestCase("66000")]
    [TestCase("a\nb")]
    public async Task A_server_name_that_no_client_takes_is_refused_at_the_start(string name)
    {
        name = int.TryParse(name, out var length) ? new string('s', length) : name;
        var ended = await RefusedAsync("broker", "--port", "0", "--allow-anonymous", "--server-name", name);
        Assert.That(ended.Stderr, Does.Contain("--server-name").And.Contain("a server name has").And.Length.LessThan(1000));
    }

    [Test]
    public async Task A_file_that_others_can_read_is_warned_about()
    {
        var accounts = Accounts(Item());
#pragma warning disable CA1416
        File.SetUnixFileMode(accounts, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
#pragma warning restore CA1416
        await using var broker = await StartAsync(out var endpoint, "--accounts", accounts);
        await endpoint;
        Assert.That(await broker.WaitForAsync("chmod 600"), Does.Contain("warning"));
    }

    [Test]
    public async Task Anonymous_clients_of_MQTT_3_1_1_are_served_where_allowed_and_only_there()
    {
        await using var open = await StartAsync(out var endpoint, "--allow-anonymous");
        var port = (await endpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using var subscriber = HarnessProcess.StartProgram(_work.Path, "mosquitto_sub", "-V", "mqttv311", "-p", port, "-t", "lab/#", "-C", "1", "-W", "60");
        var published = await HarnessProcess.RunProgramAsync(_work.Path, "", "mosquitto_pub", "-V", "mqttv311", "-p", port, "-t", "lab/x", "-m", "21 C", "-q", "1", "-r");
        Assert.That(published.ExitCode, Is.Zero, published.ToString());
        Assert.That((await subscriber.EndAsync()).Stdout, Is.EqualTo("21 C\n"));

        await using var closed = await StartAsync(out var other, "--accounts", Accounts(Item()));
        var refused = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "mosquitto_pub", "-V", "mqttv311", "-p", (await other).Port.ToString(CultureInfo.InvariantCulture), "-t", "lab/x", "-m", "21 C");
        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.Stderr, Does.Contain("not authorised").Or.Contain("Not authorized").Or.Contain("refused"));
    }

    [TestCase("evil\u009b2J", "\"evil\\u{9b}2J\" AUGPAKE")]
    [TestCase("evil\u202e\u200b", "\"evil\\u{202e}\\u{200b}\" AUGPAKE")]
    [TestCase("evil\" AUGPAKE-RFC6628-P256 Accepted fp=0123456789abcdef", "\"evil\\\" AUGPAKE-RFC6628-P256 Accepted fp=0123456789abcdef\" AUGPAKE")]
    [TestCase("evil AUGPAKE-RFC6628-P256 Accepted fp=0123456789abcdef and more than are shown", "0123456789abcdef and more \"... (78 characters) AUGPAKE")]
    public async Task A_client_name_from_the_network_moves_no_cursor_and_forges_no_login(string name, string shown)
    {
        await using var broker = await StartAsync(out var endpoint, "--accounts", Accounts(Item()));
        Fail(await endpoint, name);
        var log = await broker.WaitForAsync("UnacceptableElement");
        Assert.That(log.Split('\n'), Has.One.Contains(shown));
    }

    [Test]
    public async Task A_log_that_nobody_reads_holds_neither_a_login_nor_the_end()
    {
        // One pipe for both streams, of which only one line is ever read.
        await using var shell = HarnessProcess.StartProgram(
            _work.Path, "bash", "-c",
            $"mkfifo log; exec 3<>log; dotnet '{HarnessProcess.Program}' broker --port 0 --server-name lab-broker --accounts '{Accounts(Item())}' >&3 2>&3 & "
            + "read -r line <&3; echo \"$line\"; read -r go; kill -TERM $!; wait $!; echo \"ended with $?\"");
        var endpoint = await ReadyAsync(shell);
        var long64 = new string('\u202e', 64); // a line of 600 bytes: a pipe holds 64 KiB of them
        for (var i = 0; i < 200; i++)
        {
            Fail(endpoint, long64);
        }

        using var party = new HostParty("sensor");
        await using (await DeviceSession.LoginAsync(party, Options(endpoint, Sensor), _deadline.Token))
        {
            await shell.SayAsync("\n");
            Assert.That((await shell.EndAsync()).Stdout, Does.EndWith("ended with 0\n"));
        }
    }

    [Test]
    public async Task A_message_that_must_be_dropped_is_in_the_log_with_whose_it_was_and_how_many_in_all()
    {
        await using var broker = await StartAsync(out var endpoint, "--allow-anonymous");
        await using (var publisher = await MqttClient.ConnectAsync(new MqttClientOptions { Port = (await endpoint).Port, ClientId = "evil\u202e" }, _deadline.Token))
        {
            for (var i = 0; i < 4099; i++)
            {
                await publisher.PublishAsync($"r/{i}", new byte[1], QualityOfService.AtLeastOnce, retain: true, cancellationToken: _deadline.Token);
            }
        }

        await broker.WaitForAsync(" dropped 1 message of \"evil\\u{202e}\", as no more can be retained");
        broker.Signal(Processes.Interrupt);
        Assert.That((await broker.EndAsync()).Stdout, Does.Contain("in all, dropped 3 messages of \"evil\\u{202e}\", as no more can be retained"));
    }

    /// <summary>A login that ends with a line in the log after one message: X outside the group.</summary>
    private void Fail(IPEndPoint endpoint, string client) => Assert.That(
        Assert.ThrowsAsync<MqttRefusedException>(async () => await MqttClient.ConnectAsync(
            new MqttClientOptions { Port = endpoint.Port, ClientId = client, Authentication = new Nothing() }, _deadline.Token))!.Reason,
        Is.EqualTo(ReasonCode.ProtocolError));

    private Task<HarnessProcess> StartAsync(out Task<IPEndPoint> endpoint, params string[] options)
    {
        var broker = HarnessProcess.Start(_work.Path, ["broker", "--port", "0", "--server-name", "lab-broker", .. options]);
        endpoint = ReadyAsync(broker);
        return Task.FromResult(broker);
    }

    private static async Task<IPEndPoint> ReadyAsync(HarnessProcess broker)
    {
        var text = await broker.WaitForAsync("Ctrl-C ends it");
        return IPEndPoint.Parse(Listening().Match(text).Groups[1].Value);
    }

    private async Task<Ended> RefusedAsync(params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, arguments);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        return ended;
    }

    private string Accounts(string text)
    {
        var path = _work.Write("accounts.yaml", text);
#pragma warning disable CA1416
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        return path;
    }

    private static string Item() => Enrolment.ToYaml(
        Enrolment.Create(Sensor.Client, Sensor.Server, AugPakeGroup.P256, AugPakeProfile.Rfc6628, Sensor.Password));

    private static DeviceSessionOptions Options(IPEndPoint endpoint, PartyIdentity identity) => new() { Endpoint = endpoint, Identity = identity };

    /// <summary>A client that sends an empty X.</summary>
    private sealed class Nothing : IEnhancedAuthenticationClient
    {
        public string Method => "AUGPAKE-RFC6628-P256";

        public ValueTask<byte[]> StartAsync(CancellationToken cancellationToken) => new([]);

        public ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new InvalidOperationException("nothing was proposed");

        public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new InvalidOperationException("nothing was proved");
    }

    [GeneratedRegex(@"listening on (\S+:\d+) as lab-broker")]
    private static partial Regex Listening();

    [GeneratedRegex("[0-9a-f]{130}")]
    private static partial Regex HexPattern();
}
