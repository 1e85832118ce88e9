using Harness.Adversary.Taps;
using Harness.Mqtt.Broker;
using Harness.Mqtt.Client;
using Harness.Mqtt.Codec;
using Harness.Record;
using Harness.Sessions;
using Harness.Sessions.Testbed;

namespace Harness.Adversary.Tests.Taps;

/// <summary>Attacks at a tap before brokers that hold against them and brokers that do not.</summary>
[CancelAfter(60_000)]
public sealed class TapAttackTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Plain_passwords_lose_to_whoever_listens_and_to_whoever_answers(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(
            new MqttBrokerOptions { Passwords = login => login.Password.Span.SequenceEqual("secret"u8) ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            try
            {
                await using var client = await MqttClient.ConnectAsync(
                    new MqttClientOptions { Port = endpoint.Port, ClientId = "c", UserName = "u", Password = "secret"u8.ToArray() }, token);
                await client.SubscribeAsync("t", cancellationToken: token);
                await client.PublishAsync("t", "21.5 C"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: token);
            }
            catch (MqttException)
            {
                // The tap ended it: a device comes again.
            }
        }, token);

        Assert.That(Verdicts(findings), Is.EqualTo(new[]
        {
            ("password-in-clear", Verdict.Fail), ("login-replay", Verdict.Fail), ("linked-logins", Verdict.Fail), ("payload-in-clear", Verdict.Fail), ("equal-payloads", Verdict.Fail), ("replayed-message", Verdict.Fail),
            ("altered-message", Verdict.Fail), ("stolen-name", Verdict.Pass), ("unproven-broker", Verdict.Fail), ("altered-proof", Verdict.Pass), ("method-downgrade", Verdict.Inconclusive),
        }), string.Join('\n', findings));
        Assert.That(string.Join('\n', findings.Select(f => f.Evidence)), Does.Not.Contain("secret").And.Not.Contain("21.5").And.Contain("password of 6 bytes").And.Contain("Subscribe"));
    }

    [Test]
    public async Task AugPAKE_holds_against_every_one(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.AugMqtt });
        var device = testbed.AddHost("device", new PartyIdentity("device", "broker.test", "correct horse", AugPakeGroup.P256.Name, AugPakeProfile.Rfc6628.Name()) { Scheme = SchemeNames.AugMqtt });
        await testbed.StartAsync(token);
        var findings = await AttackAsync(testbed.Endpoint, async endpoint =>
        {
            if ((await device.TryLogInAsync(new LoginRequest(Endpoint: endpoint), token)).Succeeded)
            {
                try
                {
                    await device.RequiredSession.PublishSealedAsync("lab/sealed", "21.5 C"u8.ToArray(), token);
                }
                catch (SessionException)
                {
                    // The tap ended it.
                }
            }

            await device.LogOutAsync();
        }, token);

        Assert.That(Verdicts(findings).Where(f => f.Item2 != Verdict.Pass), Is.EqualTo(new[] { ("linked-logins", Verdict.Fail) }), string.Join('\n', findings) + "\nC stands in every CONNECT of AugMQTT");
    }

    [Test]
    public async Task A_broker_that_lets_strangers_in_lets_them_take_a_name(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "c" }, token);
        }, token, "stolen-name");
        Assert.That(Verdicts(findings), Is.EqualTo(new[] { ("stolen-name", Verdict.Fail) }), string.Join('\n', findings));
    }

    [TestCase(true, Verdict.Fail)]
    [TestCase(false, Verdict.Pass)]
    public async Task A_device_that_falls_back_to_a_password_is_talked_out_of_its_method(bool fallsBack, Verdict expected, CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.AugMqtt });
        var device = testbed.AddHost("device", new PartyIdentity("device", "broker.test", "correct horse", AugPakeGroup.P256.Name, AugPakeProfile.Rfc6628.Name()) { Scheme = SchemeNames.AugMqtt });
        await testbed.StartAsync(token);
        var refused = false;
        var findings = await AttackAsync(testbed.Endpoint, async endpoint =>
        {
            if (refused && fallsBack)
            {
                Assert.That(async () => await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "device", UserName = "device", Password = "correct horse"u8.ToArray() }, token), Throws.InstanceOf<MqttException>());
                return;
            }

            refused = (await device.TryLogInAsync(new LoginRequest(Endpoint: endpoint), token)).Reason == ReasonCode.BadAuthenticationMethod;
            await device.LogOutAsync();
        }, token, "method-downgrade");
        Assert.That(Verdicts(findings), Is.EqualTo(new[] { ("method-downgrade", expected) }), string.Join('\n', findings));
        Assert.That(findings[0].Evidence, Does.Not.Contain("horse"));
    }

    [Test]
    public async Task Logins_under_other_names_and_messages_that_never_repeat_hold(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, token);
        var number = 0;
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = $"pseudonym-{++number}" }, token);
            for (var i = 0; i < 2; i++)
            {
                await client.PublishAsync("t", System.Security.Cryptography.SHA256.HashData([(byte)number, (byte)i]), QualityOfService.AtLeastOnce, cancellationToken: token);
            }
        }, token, "linked-logins", "payload-in-clear", "equal-payloads");
        Assert.That(findings.Select(f => f.Verdict), Has.All.EqualTo(Verdict.Pass), string.Join('\n', findings));
    }

    [Test]
    public async Task A_block_that_a_cipher_repeats_shows(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "c" }, token);
            await client.PublishAsync("t", (byte[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 1], QualityOfService.AtLeastOnce, cancellationToken: token);
            await client.PublishAsync("t", (byte[])[8, 8, 8, 8, 8, 8, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8], QualityOfService.AtLeastOnce, cancellationToken: token);
        }, token, "equal-payloads");
        Assert.That((findings[0].Verdict, findings[0].Evidence), Is.EqualTo((Verdict.Fail, "a block of eight bytes of connection 1 stood in an earlier message of the topic")));
    }

    [TestCase("altered-message")]
    [TestCase("replayed-message")]
    public async Task A_broker_that_refuses_what_was_sent_again_holds_and_the_device_hears_nothing_of_it(string attack, CancellationToken token)
    {
        var first = true;
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = new Once(() => first && !(first = false)) }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "c" }, token);
            Assert.That(await client.PublishAsync("t", "21.5 C"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: token), Is.LessThan(ReasonCode.UnspecifiedError));
            await client.SubscribeAsync("t", cancellationToken: token); // a round trip behind the broker's answer
            Assert.That(client.Failure, Is.Null);
        }, token, attack);
        Assert.That((findings[0].Verdict, findings[0].Evidence), Is.EqualTo((Verdict.Pass, findings[0].Evidence)));
        Assert.That(findings[0].Evidence, Does.Contain("0x87"));
    }

    [Test]
    public async Task A_broker_that_checks_nothing_lets_an_altered_proof_in(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Passwords = _ => ReasonCode.Success }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "c", UserName = "u", Password = [1] }, token);
        }, token, "altered-proof");
        Assert.That(Verdicts(findings), Is.EqualTo(new[] { ("altered-proof", Verdict.Fail) }));
    }

    [TestCase("right", Verdict.Pass, "let the same device in unaltered")]
    [TestCase("wrong", Verdict.Inconclusive, "refuses the device unaltered too, with 0x86")]
    public async Task A_refusal_of_an_altered_proof_counts_only_where_the_device_comes_in_unaltered(string password, Verdict verdict, string says, CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(
            new MqttBrokerOptions { Passwords = connect => connect.Password.Span.SequenceEqual("right"u8) ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword }, token);
        var findings = await AttackAsync(broker.Endpoint, async endpoint =>
        {
            try
            {
                await using var client = await MqttClient.ConnectAsync(new MqttClientOptions { Port = endpoint.Port, ClientId = "c", UserName = "u", Password = System.Text.Encoding.UTF8.GetBytes(password) }, token);
            }
            catch (MqttException)
            {
                // Refused: a device comes again.
            }
        }, token, "altered-proof");

        Assert.That((findings[0].Verdict, findings[0].Evidence), Is.EqualTo((verdict, findings[0].Evidence)));
        Assert.That(findings[0].Evidence, Does.Contain(says));
    }

    [Test]
    public async Task The_next_login_waits_until_a_recorded_one_was_tried(CancellationToken token)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, token);
        var policy = new AttackingPolicy([TapAttacks.Create("login-replay"), TapAttacks.Create("stolen-name")], new RulePolicy([]));
        await policy.OnPacketAsync(Packet(1, PacketDirection.ToBroker, new ConnectPacket { ClientId = "c" }), token);
        Assert.That(await policy.OnPacketAsync(Packet(1, PacketDirection.ToClient, new ConnAckPacket()), token), Has.Member(ProxyAction.Close));

        var next = policy.OnPacketAsync(Packet(2, PacketDirection.ToBroker, new ConnectPacket { ClientId = "c" }), token).AsTask();
        Assert.That(next.IsCompleted, Is.False, "the replay would take its session, and the next attack be blamed for that");
        await policy.EndAsync(new ConnectionEnd(1, ConnectionSide.Proxy), broker.Endpoint, Limit, token);
        await next;

        Assert.That(policy.Finish()[0].Verdict, Is.EqualTo(Verdict.Fail), "an open broker lets the recorded login in");

        static ProxiedPacket Packet(int connection, PacketDirection direction, MqttPacket packet) => new(connection, direction, packet, MqttCodec.Encode(packet, MqttVersion.V5), MqttVersion.V5);
    }

    [Test]
    public async Task An_attack_that_no_login_came_for_proves_nothing()
    {
        var policy = new AttackingPolicy([.. TapAttacks.Names.Select(TapAttacks.Create)], new RulePolicy([]));
        Assert.That(policy.Settled.IsCompleted, Is.False);
        Assert.That(policy.Finish().Select(f => f.Verdict), Has.All.EqualTo(Verdict.Inconclusive));
        await policy.Settled;
    }

    [Test]
    public void An_unknown_attack_is_refused_with_those_that_there_are() =>
        Assert.That(() => TapAttacks.Create("magic"), Throws.TypeOf<FormatException>().With.Message.Contains("login-replay"));

    private static IEnumerable<(string, Verdict)> Verdicts(IEnumerable<TapFinding> findings) => findings.Select(f => (f.Attack, f.Verdict));

    private static async Task<IReadOnlyList<TapFinding>> AttackAsync(System.Net.IPEndPoint broker, Func<System.Net.IPEndPoint, Task> logIn, CancellationToken token, params string[] only)
    {
        var policy = new AttackingPolicy([.. (only.Length > 0 ? only : TapAttacks.Names).Select(TapAttacks.Create)], new RulePolicy([]), broker);
        await using var proxy = await MqttProxy.StartAsync(broker, policy, token);
        var ended = new System.Collections.Concurrent.ConcurrentBag<Task>();
        proxy.ConnectionEnded += end => ended.Add(policy.EndAsync(end, broker, Limit, token));
        for (var login = 1; login <= 16 && !policy.Settled.IsCompleted; login++)
        {
            await logIn(proxy.Endpoint);
            foreach (var connection in proxy.OpenConnections)
            {
                await proxy.EndOf(connection).WaitAsync(token);
            }

            await Task.WhenAll(ended);
        }

        return policy.Finish();
    }

    /// <summary>Takes the first message and refuses the others.</summary>
    private sealed class Once(Func<bool> isFirst) : IBrokerHooks
    {
        public ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) =>
            new(isFirst() ? PublishJudgement.Route(message.Payload) : PublishJudgement.Refuse(ReasonCode.NotAuthorized));
    }
}
