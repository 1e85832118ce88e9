using System.Net.Sockets;

namespace Harness.Brokers.Tests.Audit;

/// <summary>Checks that silence, garbage and a broker that went away leave questions open: none of them is a refusal.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class UnansweredAuditTests
{
    private static readonly BrokerLogin Tester = new("tester", "quite-secret"u8.ToArray());

    [TestCase("")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task A_peer_that_is_silent_or_no_broker_refuses_nobody(string says, CancellationToken cancellationToken)
    {
        await using var peer = new FalseBroker(says, closes: false);
        var checks = await BrokerAudit.AskMqttAsync(new AuditTarget(peer.Endpoint, "127.0.0.1"), peer.Endpoint, cancellationToken);

        Assert.That(checks.Select(c => (c.Id, c.IsOpen)), Is.SupersetOf(new[] { ("login.anonymous", true), ("limits.packet", true), ("limits.keep-alive", true) }), string.Join('\n', checks));
        Assert.That((await ActiveAudit.RunAsync(new AuditTarget(peer.Endpoint, "127.0.0.1"), new ActiveScope(["m4"], ["plant/1"]), peer.Endpoint, cancellationToken)).Single().IsOpen, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_end_of_a_connection_is_a_refusal_only_of_a_broker_that_is_there(bool stands, CancellationToken cancellationToken)
    {
        await using var peer = new FalseBroker("", closes: true);
        using var gone = new ClosedPort();
        var path = new AuditPath(peer.Endpoint) { Direct = stands ? peer.Endpoint : gone.Endpoint };
        var checks = await BrokerAudit.AskMqttAsync(new AuditTarget(peer.Endpoint, "127.0.0.1"), path, cancellationToken);

        var login = checks.Single(c => c.Id == "login.anonymous");
        Assert.That((login.WasTried, login.IsOpen), Is.EqualTo((stands, !stands)), login.Evidence);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_hello_without_an_answer_is_neither_plain_MQTT_nor_a_refusal(bool closes, CancellationToken cancellationToken)
    {
        await using var peer = new FalseBroker("", closes);
        using var gone = new ClosedPort();
        var target = new AuditTarget(peer.Endpoint, "127.0.0.1") { User = Tester.User, TlsWithin = TimeSpan.FromSeconds(1) };
        var (checks, shown) = await BrokerAudit.AskTlsAsync(target, new AuditPath(peer.Endpoint) { Direct = gone.Endpoint }, cancellationToken);

        Assert.That(checks.Select(c => (c.Id, c.IsOpen)), Is.EqualTo(new[] { ("tls.offered", true) }));
        Assert.That(BrokerAudit.WithholdsUser(target, checks), Is.Not.Null);
        Assert.That(BrokerAudit.WithholdsAll(checks, shown)!.Evidence, Does.Contain("nothing tells whether it speaks TLS"));
    }

    [Test]
    public void A_broker_whose_handshake_does_not_come_about_is_not_spoken_to_in_plain()
    {
        AuditCheck[] tls = [AuditCheck.Ok("tls.offered", "it speaks TLS", "a hello"), AuditCheck.Open("tls.certificate", "its certificate is valid", "no handshake came about")];
        Assert.That(BrokerAudit.WithholdsAll(tls, null)!.IsOpen, Is.True);
    }

    [TestCase("127.0.0.1", false, true)]
    [TestCase("192.0.2.1", false, false)]
    [TestCase("192.0.2.1", true, true)]
    public void A_password_goes_in_plain_beyond_this_machine_only_where_that_was_asked_for(string address, bool asked, bool goes)
    {
        var target = new AuditTarget(new IPEndPoint(IPAddress.Parse(address), 1883), "broker") { User = Tester.User, TakesPlain = asked };
        AuditCheck[] tls = [new("tls.offered", "it speaks TLS", AuditSeverity.High, "plain MQTT")];
        Assert.That(BrokerAudit.WithholdsUser(target, tls)?.Evidence, goes ? Is.Null : Does.EndWith("next: --plain, where that may be"));
    }

    [Test]
    public async Task A_broker_of_MQTT_3_1_1_alone_leaves_nothing_open_that_MQTT_5_would_tell(CancellationToken cancellationToken)
    {
        await using var peer = new FalseBroker(" \u0002\0\u0001", closes: true); // CONNACK 0x01 in the form of 3.1.1
        var target = new AuditTarget(peer.Endpoint, "127.0.0.1") { User = Tester.User, Password = Tester.Password.ToArray() };
        var checks = (await BrokerAudit.AskMqttAsync(target with { User = null }, peer.Endpoint, cancellationToken)).Concat(await ScramAudit.RunAsync(target, new ActiveScope([], []), peer.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        foreach (var id in new[] { "limits.packet", "limits.keep-alive", "scram" })
        {
            Assert.That((checks[id].WasTried, checks[id].IsOpen), Is.EqualTo((false, false)), $"{id}: {checks[id].Evidence}");
        }
    }

    [Test]
    public async Task A_wrong_password_that_is_let_in_is_a_finding(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken); // which takes any user
        var checks = await TryAsync(broker.Endpoint, cancellationToken);

        Assert.That(checks["users.password"].Severity, Is.EqualTo(AuditSeverity.High));
        Assert.That(checks.Keys, Has.None.EqualTo("users.reply").And.None.EqualTo("users.guessing"), "nothing was refused that they could tell of");
        var times = await RefusalTimes.MeasureAsync(new AuditTarget(broker.Endpoint, "127.0.0.1") { User = Tester.User, Password = [] }, broker.Endpoint, 30, cancellationToken);
        Assert.That(times.Unknown.Count + times.Known.Count + times.Control.Count, Is.Zero);
        Assert.That(times.LetIn, Does.Contain("was let in"));
    }

    [Test]
    public async Task A_device_that_comes_back_under_its_ClientId_is_no_take_over(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var device = Task.Run(async () =>
        {
            while (!gone.IsCancellationRequested)
            {
                try
                {
                    await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "m4" }, gone.Token);
                    await client.Closed.WaitAsync(gone.Token);
                }
                catch (MqttException)
                {
                    // Thrown out while it came in: it comes again.
                }
            }
        }, CancellationToken.None);
        var checks = await TryAsync(broker.Endpoint, cancellationToken, "m4");
        await gone.CancelAsync();
        await device.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(checks.Values.Where(c => c.Id.StartsWith("takeover.", StringComparison.Ordinal)).Select(c => (c.IsOpen, c.Evidence.Contains("somebody else has that ClientId", StringComparison.Ordinal))), Is.EqualTo(new[] { (true, true), (true, true) }));
    }

    [Test]
    public async Task Findings_about_SCRAM_stay_where_a_later_trial_gets_no_answer(CancellationToken cancellationToken)
    {
        var server = new FaultyScram(Tester.User, "quite-secret") { ChecksNonce = false };
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Authenticator = server }, cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new SilentAtExtensions(), cancellationToken);
        var target = new AuditTarget(tap.Endpoint, "127.0.0.1") { User = Tester.User, Password = Tester.Password.ToArray() };

        var checks = (await ScramAudit.RunAsync(target, new ActiveScope([], []), tap.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        Assert.That(checks["scram.nonce-checked"].Severity, Is.EqualTo(AuditSeverity.High));
        Assert.That(checks["scram.extension"].IsOpen, Is.True, checks["scram.extension"].Evidence);
    }

    private static async Task<Dictionary<string, AuditCheck>> TryAsync(IPEndPoint broker, CancellationToken cancellationToken, params string[] clients)
    {
        var target = new AuditTarget(broker, "127.0.0.1") { User = Tester.User, Password = Tester.Password.ToArray() };
        return (await ActiveAudit.RunAsync(target, new ActiveScope(clients, []) { Guesses = 3 }, broker, cancellationToken)).ToDictionary(c => c.Id);
    }

    /// <summary>Keeps a first message that has an extension from the broker, which so gives no answer.</summary>
    private sealed class SilentAtExtensions : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) =>
            new([.. packet.Packet is ConnectPacket { AuthenticationData: { } data } && data.AsSpan().IndexOf("m=audit"u8) >= 0 ? (ProxyAction[])[] : [ProxyAction.Forward(packet)]]);
    }

    /// <summary>Takes connections, says its words, and then nothing, or the end.</summary>
    private sealed class FalseBroker : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> _taken = [];
        private readonly Task _serving;

        public FalseBroker(string says, bool closes)
        {
            _listener.Start();
            Endpoint = (IPEndPoint)_listener.LocalEndpoint;
            _serving = Task.Run(async () =>
            {
                while (true)
                {
                    var socket = await _listener.AcceptSocketAsync();
                    _taken.Add(socket);
                    await socket.SendAsync(Encoding.ASCII.GetBytes(says));
                    if (closes)
                    {
                        await socket.ReceiveAsync(new byte[512]); // no reset, which unread bytes would cause
                        socket.Dispose();
                    }
                }
            });
        }

        public IPEndPoint Endpoint { get; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _taken.ForEach(s => s.Dispose());
        }
    }
}
