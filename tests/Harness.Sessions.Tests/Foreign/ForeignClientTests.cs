namespace Harness.Sessions.Tests.Foreign;

/// <summary>AugPAKE in MQTT 5 enhanced authentication (MQTT 5 section 4.12), byte for byte, seen by a client that knows nothing else.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class ForeignClientTests(bool asPublished)
{
    private const string Password = "correct horse";

    private SecureBroker _broker = null!;

    private string Method => new ForeignAugPake(asPublished, "c", "s", "p").Method;

    [SetUp]
    public async Task Start()
    {
        var profile = asPublished ? AugPakeProfile.AsPublished : AugPakeProfile.Rfc6628;
        _broker = await SecureBroker.StartAsync(new SecureBrokerOptions
        {
            ServerName = "broker",
            Accounts = [Enrolment.Create("m4", "broker", AugPakeGroup.Modp2048Q256, profile, Password)],
            Lockout = new LockoutOptions(3, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), 100),
        });
    }

    [TearDown]
    public async Task Stop()
    {
        var faults = _broker.Faults.ToArray();
        await _broker.DisposeAsync();
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task It_logs_in_and_both_ends_hold_the_same_key()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        var pake = Client("m4", Password);
        await mqtt.ConnectAsync("m4", Method, pake.X());
        var hello = await mqtt.ReadAsync();
        Assert.That(hello!.Value.First, Is.EqualTo(0xF0));
        var (reason, method, data, others) = RawMqtt.Read(hello.Value);
        Assert.That((reason, method, others.Count), Is.EqualTo(((byte)0x18, Method, 0)));
        Assert.That(data![..8], Is.EqualTo((byte[])[0, 6, .. "broker"u8]));
        Assert.That(data, Has.Length.EqualTo(8 + 256));

        await mqtt.AuthAsync(0x18, Method, pake.Proof(data[8..]));
        var connack = await mqtt.ReadAsync();
        Assert.That(connack!.Value.First, Is.EqualTo(0x20));
        (reason, method, data, _) = RawMqtt.Read(connack.Value);
        Assert.That((connack.Value.Body[0], reason, method), Is.EqualTo(((byte)0, (byte)0, Method)));
        Assert.That(pake.Verifies(data!), Is.True, "V_S");
        await PingAsync(mqtt);
        Assert.That(_broker.SessionFingerprint("m4"), Is.EqualTo(Fingerprint(pake.SessionKey)));
        Assert.That(_broker.ConnectedClients, Is.EqualTo(new[] { "m4" }));
    }

    [Test]
    public async Task Unknown_names_wrong_passwords_and_locked_out_clients_get_the_same_bytes()
    {
        var wrong = await RefusedAsync("m4", "wrong");
        var unknown = await RefusedAsync("m5", Password);
        await RefusedAsync("m4", "wrong");
        await RefusedAsync("m4", "wrong");
        var locked = await RefusedAsync("m4", Password);
        Assert.That(_broker.Logins.Last("m4")!.Outcome, Is.EqualTo(LoginOutcome.LockedOut));
        Assert.That(unknown, Is.EqualTo(wrong));
        Assert.That(locked, Is.EqualTo(wrong));
        Assert.That(wrong, Does.StartWith("20").And.EndsWith("8700").And.Length.EqualTo(8), "CONNACK 0x87, no property");
    }

    [TestCase(0)]
    [TestCase(255)]
    [TestCase(256)]
    [TestCase(257)]
    public async Task An_unacceptable_X_is_0x82(int zeros)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", Method, new byte[zeros]);
        Assert.That(await ReasonAsync(mqtt), Is.EqualTo(0x82));
        Assert.That(await mqtt.ReadAsync(), Is.Null, "closed");
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public async Task A_V_C_of_another_length_is_0x82(int length)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", Method, Client("m4", Password).X());
        await mqtt.ReadAsync();
        await mqtt.AuthAsync(0x18, Method, new byte[length]);
        Assert.That(await ReasonAsync(mqtt), Is.EqualTo(0x82));
    }

    [TestCase("AUGPAKE-PAPER-MODP9")]
    [TestCase("PLAIN")]
    public async Task An_unknown_method_is_0x8C(string method)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", method, [1]);
        Assert.That(await ReasonAsync(mqtt), Is.EqualTo(0x8C));
    }

    [Test]
    public async Task An_empty_ClientId_is_0x85()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("", Method, Client("", Password).X());
        Assert.That(await ReasonAsync(mqtt), Is.EqualTo(0x85));
    }

    [Test]
    public async Task No_method_is_0x87()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", null, null);
        Assert.That(await ReasonAsync(mqtt), Is.EqualTo(0x87));
    }

    [Test]
    public async Task Another_clients_login_does_not_end_a_session_before_V_C_verifies()
    {
        using var owner = await RawMqtt.OpenAsync(_broker.Endpoint);
        await LogInAsync(owner);
        await RefusedAsync("m4", "wrong");
        await PingAsync(owner);
    }

    [Test]
    public async Task Re_authentication_gives_both_ends_a_new_key()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await LogInAsync(mqtt);
        var before = _broker.SessionFingerprint("m4");
        var pake = Client("m4", Password);
        await mqtt.AuthAsync(0x19, Method, pake.X());
        var (reason, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(reason, Is.EqualTo(0x18));
        await mqtt.AuthAsync(0x18, Method, pake.Proof(data![8..]));
        var last = await mqtt.ReadAsync();
        (reason, _, data, _) = RawMqtt.Read(last!.Value);
        Assert.That((last.Value.First, reason), Is.EqualTo(((byte)0xF0, (byte)0)));
        Assert.That(pake.Verifies(data!), Is.True);
        await PingAsync(mqtt);
        Assert.That(_broker.SessionFingerprint("m4"), Is.EqualTo(Fingerprint(pake.SessionKey)).And.Not.EqualTo(before));
    }

    [Test]
    public async Task A_failed_re_authentication_is_DISCONNECT_0x87()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await LogInAsync(mqtt);
        var pake = Client("m4", "wrong");
        await mqtt.AuthAsync(0x19, Method, pake.X());
        var (_, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        await mqtt.AuthAsync(0x18, Method, pake.Proof(data![8..]));
        var last = await mqtt.ReadAsync();
        Assert.That((last!.Value.First, last.Value.Body[0]), Is.EqualTo(((byte)0xE0, (byte)0x87)));
    }

    [Test]
    public async Task V_S_is_never_sent_before_V_C()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        var pake = Client("m4", Password);
        await mqtt.ConnectAsync("m4", Method, pake.X());
        var (_, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        pake.Proof(data![8..]);
        Assert.That(data, Has.Length.EqualTo(8 + 256), "no room for V_S");
        await mqtt.SendAsync(0xC0, []);
        // PINGREQ in the middle of the handshake: whatever comes, no success.
        if (await mqtt.ReadAsync() is { } answer)
        {
            Assert.That(RawMqtt.Read(answer).Reason, Is.GreaterThanOrEqualTo(0x80));
        }
    }

    private ForeignAugPake Client(string client, string password) => new(asPublished, client, "broker", password);

    private async Task LogInAsync(RawMqtt mqtt)
    {
        var pake = Client("m4", Password);
        await mqtt.ConnectAsync("m4", Method, pake.X());
        var (_, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        await mqtt.AuthAsync(0x18, Method, pake.Proof(data![8..]));
        Assert.That(await ReasonAsync(mqtt), Is.Zero);
        await PingAsync(mqtt);
    }

    // The session is served, and the broker has done with the login before it.
    private static async Task PingAsync(RawMqtt mqtt)
    {
        await mqtt.SendAsync(0xC0, []);
        Assert.That((await mqtt.ReadAsync())?.First, Is.EqualTo(0xD0), "PINGRESP");
    }

    private async Task<string> RefusedAsync(string client, string password)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        var pake = Client(client, password);
        await mqtt.ConnectAsync(client, Method, pake.X());
        var (reason, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(reason, Is.EqualTo(0x18));
        Assert.That(data, Has.Length.EqualTo(8 + 256));
        await mqtt.AuthAsync(0x18, Method, pake.Proof(data![8..]));
        var refusal = await mqtt.ReadAsync();
        Assert.That(await mqtt.ReadAsync(), Is.Null, "closed");
        return Convert.ToHexString([refusal!.Value.First, .. refusal.Value.Body]);
    }

    private static async Task<byte> ReasonAsync(RawMqtt mqtt)
    {
        var packet = await mqtt.ReadAsync();
        Assert.That(packet, Is.Not.Null);
        Assert.That(packet!.Value.First, Is.EqualTo(0x20));
        return RawMqtt.Read(packet.Value).Reason;
    }

    private static string Fingerprint(byte[] key) => Convert.ToHexStringLower(SHA256.HashData([.. "fp"u8, .. key])[..8]);
}
