namespace Harness.Mqtt.Tests.Broker;

/// <summary>Tests of MQTT 5 section 4.12 and the AugPAKE binding, byte for byte. The bytes were put together from the specification, not by the codec.</summary>
public partial class AuthenticationTests
{
    /// <summary>A CONNECT packet with ClientId "c", method FAKE, data 01, clean start, keep-alive 0.</summary>
    private const string Connect = "10 19 0004 4D515454 05 02 0000 0B 15 0004 46414B45 16 0001 01 0001 63";
    private const string Auth02 = "F0 0D 18 0B 15 0004 46414B45 16 0001 02";
    private const string Auth03 = "F0 0D 18 0B 15 0004 46414B45 16 0001 03";
    private const string ReAuth01 = "F0 0D 19 0B 15 0004 46414B45 16 0001 01";
    private const string Auth00 = "F0 0D 00 0B 15 0004 46414B45 16 0001 04";

    /// <summary>A CONNACK packet with method FAKE, data 04, receive maximum 64, 16 topic aliases, 64 KiB.</summary>
    private const string Accepted = "20 19 00 00 16 15 0004 46414B45 16 0001 04 21 0040 22 0010 27 00010000";
    private const string NoMethod = "10 0E 0004 4D515454 05 02 0000 00 0001 63";

    private static MqttBrokerOptions With(IEnhancedAuthenticator? authenticator, IBrokerHooks? hooks = null) => new() { Authenticator = authenticator, Hooks = hooks };

    [Test]
    public async Task A_login_and_a_re_authentication_are_these_bytes()
    {
        var authenticator = new FakeAuthenticator();
        await using var environment = await TestEnvironment.StartAsync(With(authenticator));
        using var peer = await environment.RawAsync();

        await peer.SendAsync(Connect);
        await peer.ExpectAsync(Auth02);
        Assert.That(environment.Broker.ConnectedClients, Is.Empty);
        await peer.SendAsync(Auth03);
        await peer.ExpectAsync(Accepted);
        Assert.That(environment.Broker.ConnectedClients, Is.EqualTo(new[] { "c" }));
        await peer.SendAsync(ReAuth01);
        await peer.ExpectAsync(Auth02);
        await peer.SendAsync("C0 00"); // other packets may come in between
        await peer.ExpectAsync("D0 00");
        await peer.SendAsync(Auth03);
        await peer.ExpectAsync(Auth00);
        await peer.SendAsync("C0 00");
        await peer.ExpectAsync("D0 00");

        Assert.That(authenticator.Completed, Is.EqualTo(2));
        await authenticator.DisposedAsync(2); // an answer is sent before its exchange is disposed of
        Assert.That(authenticator.Disposed, Is.EqualTo(2));
        Assert.That(authenticator.Begun.Select(r => (r.ClientId, r.Method, r.IsReauthentication)), Is.EqualTo(new[] { ("c", "FAKE", false), ("c", "FAKE", true) }));
    }

    [TestCase("10 19 0004 4D515454 05 02 0000 0B 15 0004 4E4F5045 16 0001 01 0001 63", "8C", TestName = "An unknown method is 0x8C")]
    [TestCase("10 18 0004 4D515454 05 02 0000 0B 15 0004 4E4F5045 16 0001 01 0000", "8C", TestName = "An unknown method is 0x8C with an empty ClientId too")]
    [TestCase("10 18 0004 4D515454 05 02 0000 0B 15 0004 46414B45 16 0001 01 0000", "85", TestName = "An empty ClientId is 0x85")]
    [TestCase(NoMethod, "87", TestName = "No method is 0x87")]
    [TestCase("10 19 0004 4D515454 05 02 0000 0B 15 0004 46414B45 16 0001 09 0001 63", "87", TestName = "What the authenticator refuses is its reason")]
    [TestCase("10 11 0004 4D515454 05 02 0000 04 16 0001 AA 0000", "82", TestName = "Data without a method is 0x82")]
    [TestCase("10 0D 0004 4D515454 05 03 0000 00 0000", "81", TestName = "A malformed CONNECT is 0x81")]
    [TestCase("10 FF FF 7F 0004 4D515454 05", "95", TestName = "A CONNECT larger than the limit is 0x95 before it came")]
    [TestCase("10 0D 0004 4D515454 06 02 0000 00 0000", "84", TestName = "An unknown level is 0x84")]
    public async Task A_refused_connect_gets_a_connack_and_the_end(string connect, string reason)
    {
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator()));
        using var peer = await environment.RawAsync();

        await peer.SendAsync(connect);
        await peer.ExpectAsync($"20 03 00 {reason} 00");
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task Without_an_authenticator_every_method_is_unknown()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        using var peer = await environment.RawAsync();

        await peer.SendAsync(Connect);
        await peer.ExpectAsync("20 03 00 8C 00");
    }

    [TestCase("F0 0D 18 0B 15 0004 454C5345 16 0001 03", TestName = "AUTH of another method")]
    [TestCase("F0 09 18 07 15 0004 46414B45", TestName = "AUTH without data")]
    [TestCase("F0 06 18 04 16 0001 03", TestName = "AUTH without a method")]
    [TestCase("F0 00", TestName = "An empty AUTH")]
    [TestCase(ReAuth01, TestName = "AUTH 0x19 before CONNACK")]
    [TestCase("30 04 0001 61 00", TestName = "PUBLISH before CONNACK")]
    [TestCase(Connect, TestName = "A second CONNECT")]
    [TestCase("F0 0D 18 0B 15 0004 46414B45 15 0001 03", TestName = "AUTH with the method twice")]
    [TestCase("F0 0D 18 0C 15 0004 46414B45 16 0001 03", "81", TestName = "A malformed AUTH")]
    [TestCase("F0 0D 18 0B 15 0004 46414B45 16 0001 09", "87", TestName = "A wrong proof")]
    public async Task A_wrong_second_step_gets_a_connack_and_the_end(string second, string reason = "82")
    {
        var authenticator = new FakeAuthenticator();
        await using var environment = await TestEnvironment.StartAsync(With(authenticator));
        using var peer = await environment.RawAsync();

        await peer.SendAsync(Connect);
        await peer.ExpectAsync(Auth02);
        await peer.SendAsync(second);
        await peer.ExpectAsync($"20 03 00 {reason} 00");
        await peer.ExpectEndAsync();

        Assert.That(authenticator.Completed, Is.Zero);
        await authenticator.DisposedAsync(1); // an answer is sent before its exchange is disposed of
        Assert.That(authenticator.Disposed, Is.EqualTo(1));
    }

    [TestCase("F0 0D 18 0B 15 0004 46414B45 16 0001 03", TestName = "Re-authentication that starts with 0x18")]
    [TestCase("F0 0D 19 0B 15 0004 454C5345 16 0001 01", TestName = "Re-authentication by another method")]
    [TestCase("F0 0D 00 0B 15 0004 46414B45 16 0001 01", TestName = "AUTH 0x00 from a client")]
    [TestCase("F0 0D 19 0B 15 0004 46414B45 16 0001 09", "87", TestName = "Re-authentication that is refused")]
    public async Task A_wrong_re_authentication_gets_a_disconnect_and_the_end(string auth, string reason = "82")
    {
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator()));
        using var peer = await environment.RawAsync();
        await LogInAsync(peer);

        await peer.SendAsync(auth);
        await peer.ExpectAsync($"E0 01 {reason}");
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task An_anonymous_client_cannot_re_authenticate()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator() });
        using var peer = await environment.RawAsync();

        await peer.SendAsync(NoMethod);
        await peer.ReceiveAsync();
        await peer.SendAsync(ReAuth01);
        await peer.ExpectAsync("E0 01 82");
    }

    [Test]
    public async Task A_failed_login_takes_nothing_over()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator(), hooks));
        using var owner = await environment.RawAsync();
        await LogInAsync(owner);
        using var thief = await environment.RawAsync();

        // The thief also asks for a will and a clean start.
        await thief.SendAsync(new ConnectPacket
        {
            ClientId = "c", AuthenticationMethod = "FAKE", AuthenticationData = [1], Will = new MqttWill("w", new byte[] { 1 }, QualityOfService.AtMostOnce, true),
        });
        await thief.ExpectAsync(Auth02);
        await thief.SendAsync("F0 0D 18 0B 15 0004 46414B45 16 0001 09");
        await thief.ExpectAsync("20 03 00 87 00");
        await thief.ExpectEndAsync();

        await owner.SendAsync("C0 00");
        await owner.ExpectAsync("D0 00");
        await owner.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("w", QualityOfService.AtMostOnce)] });
        await owner.ExpectAsync("90 04 0001 00 00");
        await owner.SendAsync("C0 00");
        await owner.ExpectAsync("D0 00"); // with no retained will before it
        Assert.That(hooks.Log, Is.EqualTo(new[] { "+c", "c:w" }));
    }

    [Test]
    public async Task A_successful_login_takes_over_and_hooks_alternate()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator(), hooks));
        using var first = await environment.RawAsync();
        await LogInAsync(first);
        using var second = await environment.RawAsync();
        await LogInAsync(second);

        await first.ExpectAsync("E0 01 8E");
        await first.ExpectEndAsync();
        Assert.That(hooks.Log, Is.EqualTo(new[] { "+c", "-c", "+c" }));
    }

    [Test]
    public async Task An_anonymous_client_cannot_take_a_proven_name()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator() });
        using var owner = await environment.RawAsync();
        await LogInAsync(owner);
        using var thief = await environment.RawAsync();

        await thief.SendAsync(NoMethod);
        await thief.ExpectAsync("20 03 00 87 00");
        await owner.SendAsync("C0 00");
        await owner.ExpectAsync("D0 00");
    }

    [Test]
    public async Task A_proven_client_does_not_inherit_what_an_anonymous_one_left()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator() });
        var squatter = await environment.ConnectAsync("c", with: o => o with { SessionExpirySeconds = 1000 });
        await squatter.SubscribeAsync("#");
        using var owner = await environment.RawAsync();

        await owner.SendAsync(new ConnectPacket { ClientId = "c", CleanStart = false, AuthenticationMethod = "FAKE", AuthenticationData = [1] });
        await owner.ExpectAsync(Auth02);
        await owner.SendAsync(Auth03);
        Assert.That(((ConnAckPacket)await owner.ReceiveAsync()).SessionPresent, Is.False);
        Assert.That(await squatter.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.SessionTakenOver));
    }

    [Test]
    public async Task An_authenticator_that_throws_is_0x80_and_told_and_harms_nobody()
    {
        var hooks = new FakeHooks();
        var authenticator = new FakeAuthenticator((_, data, _) => data[0] == 1 ? throw new InvalidOperationException("bug") : ValueTask.FromResult(AuthenticationStep.Success([4])));
        await using var environment = await TestEnvironment.StartAsync(With(authenticator, hooks));
        using var unlucky = await environment.RawAsync();
        await unlucky.SendAsync(Connect);
        await unlucky.ExpectAsync("20 03 00 80 00");
        await unlucky.ExpectEndAsync();

        using var lucky = await environment.RawAsync();
        await lucky.SendAsync(Connect.Replace("16 0001 01", "16 0001 02", StringComparison.Ordinal));
        await lucky.ExpectAsync(Accepted);

        Assert.That(hooks.Faults.Single().Exception.Message, Is.EqualTo("bug"));
        Assert.That(hooks.Faults.Single().ClientId, Is.EqualTo("c"));
        await authenticator.DisposedAsync(2); // an answer is sent before its exchange is disposed of
        Assert.That(authenticator.Disposed, Is.EqualTo(2));
    }

    [Test]
    public async Task A_forgotten_answer_of_an_authenticator_logs_nobody_in()
    {
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator((_, _, _) => default)));
        using var peer = await environment.RawAsync();

        await peer.SendAsync(Connect);
        await peer.ExpectAsync("20 03 00 80 00");
    }

    [Test]
    public async Task A_completion_that_throws_ends_the_connection()
    {
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator { OnCompleted = () => throw new InvalidOperationException() }));
        using var peer = await environment.RawAsync();

        await LogInAsync(peer);
        await peer.ExpectAsync("E0 01 80");
    }

    private static async Task LogInAsync(RawPeer peer)
    {
        await peer.SendAsync(Connect);
        await peer.ExpectAsync(Auth02);
        await peer.SendAsync(Auth03);
        await peer.ExpectAsync(Accepted);
    }
}
