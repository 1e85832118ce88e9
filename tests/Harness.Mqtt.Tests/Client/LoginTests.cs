namespace Harness.Mqtt.Tests.Client;

/// <summary>The client's side of MQTT 5 section 4.12, with a scripted broker.</summary>
public partial class LoginTests
{
    private static AuthPacket Auth(byte data, ReasonCode reason = ReasonCode.ContinueAuthentication, string? method = FakeAuthenticator.Method)
        => new() { Reason = reason, AuthenticationMethod = method, AuthenticationData = [data] };

    private static ConnAckPacket Accepted(string? method = FakeAuthenticator.Method) => new() { AuthenticationMethod = method, AuthenticationData = [4] };

    [Test]
    public async Task A_login_through_the_real_broker_hands_each_datum_over()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        var (login, again) = (new FakeAuthenticationClient(), new FakeAuthenticationClient());
        var client = await environment.ConnectAsync("c", with: o => o with { Authentication = login });

        await client.ReauthenticateAsync(again);

        Assert.That(login.Seen, Is.EqualTo(new[] { new byte[] { 2 }, [4] }));
        Assert.That(again.Seen, Is.EqualTo(new[] { new byte[] { 2 }, [4] }));
        Assert.That(await client.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
    }

    [Test]
    public async Task Nothing_is_sent_before_the_last_proof_is_accepted()
    {
        using var server = new RawServer();
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var authentication = new FakeAuthenticationClient
        {
            Complete = async (_, _) =>
            {
                reached.SetResult();
                await go.Task;
            },
        };
        var connecting = MqttClient.ConnectAsync(server.Options with { Authentication = authentication, KeepAliveSeconds = 1 });
        using var peer = await server.AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync(Auth(2));
        await peer.ReceiveAsync();
        await peer.SendAsync([.. MqttCodec.Encode(Accepted(), MqttVersion.V5), .. MqttCodec.Encode(new PublishPacket { Topic = "t", Qos = QualityOfService.AtLeastOnce, PacketId = 1 }, MqttVersion.V5)]);
        await reached.Task.WaitAsync(TestEnvironment.Timeout);
        Assert.That(peer.Available, Is.Zero);
        Assert.That(connecting.IsCompleted, Is.False);

        go.SetResult();
        var client = await connecting.WaitAsync(TestEnvironment.Timeout);
        await peer.ExpectAsync("40 02 0001"); // only now the PUBACK
        client.Abort();
        await client.DisposeAsync();
    }

    [Test]
    public Task A_proof_that_is_refused_is_told_and_thrown_unchanged() =>
        RefusedAsync(Accepted(), thrown => new FakeAuthenticationClient { Complete = (_, _) => throw thrown });

    [Test]
    public Task An_element_that_is_refused_is_told_and_thrown_unchanged() =>
        RefusedAsync(Auth(2), thrown => new FakeAuthenticationClient { Continue = (_, _) => throw thrown });

    private static async Task RefusedAsync(MqttPacket answer, Func<Exception, FakeAuthenticationClient> authentication)
    {
        using var server = new RawServer();
        var thrown = new FormatException("bad element or tag");
        var connecting = MqttClient.ConnectAsync(server.Options with { Authentication = authentication(thrown) });
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(answer);
            await peer.ExpectAsync("E0 01 80");
            await peer.ExpectEndAsync();
        }

        Assert.That(async () => await connecting, Throws.Exception.SameAs(thrown));
    }

    private static IEnumerable<TestCaseData> Wrong =>
    [
        new TestCaseData(Auth(2, method: "ELSE")).SetArgDisplayNames("AUTH of another method"),
        new TestCaseData(Auth(2, method: null)).SetArgDisplayNames("AUTH without a method"),
        new TestCaseData(Auth(2, ReasonCode.ReAuthenticate)).SetArgDisplayNames("AUTH 0x19"),
        new TestCaseData(Auth(2, ReasonCode.Success)).SetArgDisplayNames("AUTH 0x00"),
        new TestCaseData(Accepted("ELSE")).SetArgDisplayNames("CONNACK of another method"),
        new TestCaseData(Accepted(null) with { AuthenticationData = null }).SetArgDisplayNames("CONNACK without a method"),
        new TestCaseData(new PingRespPacket()).SetArgDisplayNames("PINGRESP"),
        new TestCaseData(new DisconnectPacket()).SetArgDisplayNames("DISCONNECT"),
    ];

    [TestCaseSource(nameof(Wrong))]
    public async Task A_broker_that_breaks_the_exchange_is_left_with_0x82(MqttPacket wrong)
    {
        using var server = new RawServer();
        var connecting = MqttClient.ConnectAsync(server.Options with { Authentication = new FakeAuthenticationClient() });
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(wrong);
            await peer.ExpectAsync("E0 01 82");
        }

        Assert.That(async () => await connecting, Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.ProtocolError));
    }

    [TestCase(MqttVersion.V5, ReasonCode.Success)]
    [TestCase(MqttVersion.V5, ReasonCode.NotAuthorized)]
    [TestCase(MqttVersion.V311, ReasonCode.Success)]
    public async Task A_session_present_where_none_can_be_is_left(MqttVersion version, ReasonCode reason)
    {
        // [MQTT-3.2.2-4]: after a clean start there is no session; [MQTT-3.2.2-6]: nor with a refusal.
        using var server = new RawServer();
        var connecting = MqttClient.ConnectAsync(server.Options with { Version = version, CleanStart = reason == ReasonCode.Success });
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync(version);
            await peer.SendAsync(RawPeer.Hex(version == MqttVersion.V5 ? $"20 03 01 {(byte)reason:X2} 00" : "20 02 01 00"));
            if (version == MqttVersion.V5)
            {
                await peer.ExpectAsync("E0 01 82");
            }

            await peer.ExpectEndAsync();
        }

        Assert.That(async () => await connecting, Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.ProtocolError).And.Message.Contains("session present"));
    }

    [Test]
    public async Task A_session_that_may_be_there_is_told()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync(o => o with { CleanStart = false }, new ConnAckPacket { SessionPresent = true });
        Assert.That(client.SessionPresent, Is.True);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task An_auth_that_nobody_asked_for_is_left_with_0x82()
    {
        using var server = new RawServer();
        var connecting = MqttClient.ConnectAsync(server.Options);
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(Auth(2));
            await peer.ExpectAsync("E0 01 82");
        }

        Assert.That(async () => await connecting, Throws.TypeOf<MqttProtocolException>());
    }

    [Test]
    public async Task A_broker_that_goes_before_connack_is_not_connected()
    {
        using var server = new RawServer();
        var connecting = MqttClient.ConnectAsync(server.Options with { Authentication = new FakeAuthenticationClient(), Timeout = TimeSpan.FromHours(1) });
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(Auth(2));
            await peer.ReceiveAsync();
        }

        Assert.That(async () => await connecting.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task A_silent_broker_is_timed_out()
    {
        using var server = new RawServer();
        var time = new FakeTimeProvider();
        var connecting = MqttClient.ConnectAsync(server.Options with { TimeProvider = time, Timeout = TimeSpan.FromMinutes(3) });
        using var peer = await server.AcceptAsync();
        await peer.ReceiveAsync();

        time.Advance(TimeSpan.FromMinutes(3));

        Assert.That(async () => await connecting.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttTimedOutException>().With.Message.Contains("180 s"));
    }

    [Test]
    public async Task A_cancelled_wait_throws_OperationCanceled()
    {
        using var server = new RawServer();
        using var cancel = new CancellationTokenSource();
        var connecting = MqttClient.ConnectAsync(server.Options, cancel.Token);
        using var peer = await server.AcceptAsync();
        await peer.ReceiveAsync();

        await cancel.CancelAsync();

        Assert.That(async () => await connecting.WaitAsync(TestEnvironment.Timeout), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void No_broker_at_all_is_not_connected_and_says_where()
    {
        int port;
        using (var server = new RawServer())
        {
            port = server.Options.Port;
        }

        Assert.That(
            async () => await MqttClient.ConnectAsync(new MqttClientOptions { Port = port }),
            Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains($"127.0.0.1:{port}"));
    }

    [Test]
    public async Task A_malformed_answer_is_left_with_its_reason()
    {
        using var server = new RawServer();
        var connecting = MqttClient.ConnectAsync(server.Options);
        using (var peer = await server.AcceptAsync())
        {
            await peer.ReceiveAsync();
            await peer.SendAsync("20 03 02 00 00");
            await peer.ExpectAsync("E0 01 81");
        }

        Assert.That(async () => await connecting, Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.MalformedPacket));
    }
}
