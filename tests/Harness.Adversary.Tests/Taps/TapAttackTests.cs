using Harness.Adversary.Taps;
using Harness.Mqtt.Broker;
using Harness.Mqtt.Client;
using Harness.Record;
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
            }
            catch (MqttException)
            {
                // The tap ended it: a device comes again.
            }
        }, token);

        Assert.That(Verdicts(findings), Is.EqualTo(new[]
        {
            ("password-in-clear", Verdict.Fail), ("login-replay", Verdict.Fail), ("unproven-broker", Verdict.Fail), ("altered-proof", Verdict.Pass),
        }));
        Assert.That(string.Join('\n', findings.Select(f => f.Evidence)), Does.Not.Contain("secret").And.Contain("password of 6 bytes").And.Contain("Subscribe"));
    }

    [Test]
    public async Task AugPAKE_holds_against_every_one(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.AugMqtt });
        var device = testbed.AddHost("device", new PartyIdentity("device", "broker.test", "correct horse", AugPakeGroup.P256.Name, AugPakeProfile.Rfc6628.Name()) { Scheme = SchemeNames.AugMqtt });
        await testbed.StartAsync(token);
        var findings = await AttackAsync(testbed.Endpoint, async endpoint =>
        {
            await device.TryLogInAsync(new LoginRequest(Endpoint: endpoint), token);
            await device.LogOutAsync();
        }, token);

        Assert.That(findings.Select(f => f.Verdict), Has.All.EqualTo(Verdict.Pass), string.Join('\n', findings));
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
        var policy = new AttackingPolicy([.. (only.Length > 0 ? only : TapAttacks.Names).Select(TapAttacks.Create)], new RulePolicy([]));
        await using var proxy = await MqttProxy.StartAsync(broker, policy, token);
        var ended = new System.Collections.Concurrent.ConcurrentBag<Task>();
        proxy.ConnectionEnded += connection => ended.Add(policy.EndAsync(connection, broker, Limit, token));
        for (var login = 1; login <= 10 && !policy.Settled.IsCompleted; login++)
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
}
