using Harness.Schemes.Scram;

namespace Harness.Sessions.Tests.Scram;

/// <summary>The broker's side of SCRAM-SHA-256, byte for byte, and devices that talk after it.</summary>
public sealed class ScramBrokerTests
{
    private const string Password = "correct horse";
    private SecureBroker _broker = null!;

    [SetUp]
    public async Task Start() => _broker = await SecureBroker.StartAsync(new SecureBrokerOptions
    {
        ServerName = "broker", Scheme = SchemeNames.Scram,
        ScramAccounts = [Enrolment.CreateScram("m4", "broker", Password, 5000), Enrolment.CreateScram("m5", "broker", Password, 5000)],
        Lockout = new LockoutOptions(3, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), 100),
    });

    [TearDown]
    public async Task Stop()
    {
        var faults = _broker.Faults.ToArray();
        await _broker.DisposeAsync();
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task A_wrong_password_an_unknown_name_and_a_locked_out_client_are_refused_alike()
    {
        var wrong = await LogInAsync("m4", "wrong");
        var unknown = await LogInAsync("nobody", Password);
        await LogInAsync("m4", "wrong");
        await LogInAsync("m4", "wrong");
        var locked = await LogInAsync("m4", Password);
        Assert.That((unknown.Refusal, locked.Refusal), Is.EqualTo((wrong.Refusal, wrong.Refusal)));
        Assert.That(wrong.Refusal, Does.StartWith("20").And.EndsWith("8700"));
        Assert.That(
            _broker.Logins.Records.Select(l => l.Outcome), Is.EqualTo(new[]
            {
                LoginOutcome.WrongProof, LoginOutcome.UnknownAccount, LoginOutcome.WrongProof, LoginOutcome.WrongProof, LoginOutcome.LockedOut,
            }));
    }

    [Test]
    public async Task A_salt_is_a_names_own_and_stays_whether_it_has_an_account_or_not()
    {
        var first = new List<ScramServerFirst>();
        foreach (var name in (string[])["nobody", "nobody", "somebody", "m4", "m4"])
        {
            first.Add((await LogInAsync(name, "wrong")).Challenge);
        }

        var salts = first.Select(f => Convert.ToHexString(f.Salt.Span)).ToArray();
        Assert.That((salts[1], salts[4]), Is.EqualTo((salts[0], salts[3])));
        Assert.That(salts.Distinct().Count(), Is.EqualTo(3));
        Assert.That(first.Select(f => (f.Salt.Length, f.Iterations)), Is.All.EqualTo((16, 5000)), "an unknown name is told what accounts have");
    }

    [TestCase("n,,n=m5,r=abc", 0x85, TestName = "A_name_other_than_the_ClientId_is_0x85")]
    [TestCase("p=tls-unique,,n=m4,r=abc", 0x8C, TestName = "Channel_binding_is_refused_plainly_with_0x8C")]
    [TestCase("n,a=m5,n=m4,r=abc", 0x82, TestName = "Another_authorization_identity_is_0x82")]
    [TestCase("nonsense", 0x82, TestName = "A_message_of_no_syntax_is_0x82")]
    public async Task A_first_message_is_refused_with_its_reason(string message, int reason)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", ScramClient.Method, System.Text.Encoding.UTF8.GetBytes(message));
        Assert.That(RawMqtt.Read((await mqtt.ReadAsync())!.Value).Reason, Is.EqualTo(reason));
    }

    [TestCase("AUGPAKE-PAPER-P256")]
    [TestCase("SCRAM-SHA-256-PLUS")]
    [TestCase("SCRAM-SHA-1")]
    public async Task Another_method_is_0x8C(string method)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", method, "n,,n=m4,r=abc"u8.ToArray());
        Assert.That(RawMqtt.Read((await mqtt.ReadAsync())!.Value).Reason, Is.EqualTo(0x8C));
    }

    [Test]
    public async Task A_proof_of_another_exchange_is_0x82()
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        await mqtt.ConnectAsync("m4", ScramClient.Method, "n,,n=m4,r=abc"u8.ToArray());
        await mqtt.ReadAsync();
        await mqtt.AuthAsync(0x18, ScramClient.Method, System.Text.Encoding.ASCII.GetBytes($"c=biws,r=abcd,p={Convert.ToBase64String(new byte[32])}"));
        Assert.That(RawMqtt.Read((await mqtt.ReadAsync())!.Value).Reason, Is.EqualTo(0x82));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Publisher_and_subscriber_talk_in_the_clear(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.Scram });
        testbed.AddHost("pub", new PartyIdentity("pub", "broker.test", "one", "p256", "rfc6628"), DevicePart.Publisher);
        testbed.AddHost("sub", new PartyIdentity("sub", "broker.test", "two", "p256", "rfc6628"), DevicePart.Subscriber);
        await testbed.StartAsync(token);
        await testbed.LogInAsync(token);
        var wire = await testbed.PublishAsync("level 4711 mm"u8.ToArray(), token);
        Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo("level 4711 mm"u8.ToArray()).And.EqualTo(wire));
        Assert.That((await testbed.Publisher.TryReauthenticateAsync(token)).Succeeded, Is.True);
        Assert.That(testbed.Publisher.Fingerprints.Distinct().Count(), Is.EqualTo(2));
        Assert.That(testbed.Broker.SessionFingerprint("pub"), Is.EqualTo(testbed.Publisher.Fingerprints[^1]));
        testbed.ReplaceAccount(testbed.Publisher, "another");
        Assert.That((await testbed.Publisher.TryLogInAsync(token)).Reason, Is.EqualTo(ReasonCode.NotAuthorized));
    }

    [Test]
    public async Task A_party_of_scram_does_not_run_AugPAKE_and_says_nothing_before_its_login()
    {
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("m4", "broker", Password, "p256", "as-published") { Scheme = SchemeNames.Scram }, default);
        Assert.That(async () => await party.AugInitAsync(default), Refused("UNSUPPORTED"));
        Assert.That(async () => await party.RegisterAsync(default), Refused("UNSUPPORTED"));
        Assert.That(async () => await party.SealAsync("t", "x"u8.ToArray(), default), Refused("STATE"));
        Assert.That(async () => await party.Scram!.StepAsync("r=x"u8.ToArray(), default), Refused("STATE"));
        await party.Scram!.InitAsync(default);
        Assert.That(async () => await party.Scram!.StepAsync("r=x"u8.ToArray(), default), Refused("BAD-MESSAGE"));
        Assert.That(async () => await party.Scram!.FinishAsync("v=x"u8.ToArray(), default), Refused("STATE"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(string code) => Throws.TypeOf<PartyRefusedException>().With.Property("Code").EqualTo(code);

    private async Task<(ScramServerFirst Challenge, string Refusal)> LogInAsync(string name, string password)
    {
        using var mqtt = await RawMqtt.OpenAsync(_broker.Endpoint);
        using var client = new ScramClient(name, System.Text.Encoding.UTF8.GetBytes(password));
        await mqtt.ConnectAsync(name, ScramClient.Method, client.Start());
        var (_, _, data, _) = RawMqtt.Read((await mqtt.ReadAsync())!.Value);
        Assert.That(ScramServerFirst.TryDecode(data, out var challenge), Is.True);
        await mqtt.AuthAsync(0x18, ScramClient.Method, client.Respond(data));
        var (first, body) = (await mqtt.ReadAsync())!.Value;
        return (challenge!, Convert.ToHexString([first, (byte)body.Length, .. body]));
    }
}
