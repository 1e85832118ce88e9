using Harness.Crypto;
using Harness.Schemes.MqttPresent;
using Harness.Sessions.Testbed;
using InconclusiveException = Harness.Record.InconclusiveException;

namespace Harness.Adversary.Tests.Claims;

[CancelAfter(60_000)]
public sealed class AttackTestbedTests
{
    private static readonly byte[] Plaintext = "level 4711 mm"u8.ToArray();

    [TestCase(SchemeNames.MqttPresent)]
    [TestCase(SchemeNames.AugMqtt)]
    [TestCase(SchemeNames.MqttAuth)]
    public async Task Payloads_sealed_by_the_publisher_open_at_the_subscriber(string scheme, CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions { Scheme = scheme }, token);
        await testbed.LogInAsync(token);
        var sent = await testbed.PublishAsync(Plaintext, token);
        var read = await testbed.ReadAllAsync(token);
        Assert.That(read, Has.Count.EqualTo(1));
        Assert.That(read[0].Plaintext?.ToArray(), Is.EqualTo(Plaintext));
        Assert.That(read[0].Payload.Span.SequenceEqual(sent), Is.EqualTo(scheme == SchemeNames.MqttPresent));
        Assert.That(await testbed.ReadAllAsync(token), Is.Empty);
        testbed.ThrowIfFaulted();
    }

    [Test]
    public async Task A_wrong_password_is_a_failed_attempt_and_the_right_one_still_gets_in(CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions(), token);
        var wrong = await testbed.Publisher.TryLogInAsync(new LoginRequest("not the password"), token);
        var right = await testbed.Publisher.TryLogInAsync(token);
        Assert.That((wrong.Status, wrong.Reason, wrong.Fingerprint), Is.EqualTo((LoginStatus.RefusedByBroker, (ReasonCode?)ReasonCode.NotAuthorized, (string?)null)));
        Assert.That(wrong.Seen, Is.EqualTo("login of publisher: refused with 0x87"));
        Assert.That(right.Fingerprint, Is.EqualTo(testbed.Broker.SessionFingerprint(testbed.Publisher.Client)));
    }

    [Test]
    public async Task A_lost_answer_is_inconclusive_and_no_failed_attempt(CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions { Timeout = TimeSpan.FromMilliseconds(200) }, token);
        testbed.Tap.Attack = new DropPolicy(PacketField.Y.Selector);
        Assert.That(async () => await testbed.Publisher.TryLogInAsync(token), Throws.TypeOf<InconclusiveException>());
    }

    [Test]
    public async Task One_seed_makes_one_testbed(CancellationToken token)
    {
        await using var one = await AttackTestbed.OpenAsync(new AttackTestbedOptions { Seed = 5 }, token);
        await using var same = await AttackTestbed.OpenAsync(new AttackTestbedOptions { Seed = 5 }, token);
        await using var other = await AttackTestbed.OpenAsync(new AttackTestbedOptions { Seed = 6 }, token);
        Assert.That((same.Topic, same.Publisher.Identity), Is.EqualTo((one.Topic, one.Publisher.Identity)));
        Assert.That(other.Publisher.Client, Is.Not.EqualTo(one.Publisher.Client));
    }

    [Test]
    public async Task A_rogue_client_holds_the_key_the_broker_holds_and_opens_its_wrap(CancellationToken token)
    {
        const string rogueName = "rogue-reader";
        var options = new AttackTestbedOptions { ClientOf = role => role + "-device" };
        await using var testbed = await AttackTestbed.OpenAsync(
            options with { Configure = o => o with { Pairs = [.. o.Pairs, new KeyPair("publisher-device", rogueName, "plant/rogue")] } }, token);
        await testbed.LogInAsync(token);
        var rogue = await testbed.RogueAsync(rogueName, token);
        var wrap = await rogue.WaitForWrapAsync(token);
        Assert.That(rogue.Fingerprint, Is.EqualTo(testbed.Broker.SessionFingerprint(rogueName)));
        Assert.That(MqttPresentCipher.TryUnwrap(128, rogue.SessionKey, wrap.Wrap.Span, out var traffic), Is.True);
        Assert.That(Fingerprints.Of(traffic), Is.EqualTo(testbed.Broker.TrafficKeyFingerprint("publisher-device", rogueName)));
    }

    [Test]
    public async Task A_rogue_client_reads_and_writes_raw_bytes(CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions(), token);
        var rogue = await testbed.RogueAsync("rogue-reader", token);
        var writer = await testbed.RogueAsync("rogue-writer", token);
        Assert.That(await rogue.SubscribeAsync("free/#", token), Is.EqualTo(ReasonCode.GrantedQos1));
        await writer.PublishAsync("free/one", Plaintext, token);
        var read = await rogue.ReadAllAsync(token);
        Assert.That(read.Select(m => m.Topic), Is.EqualTo(new[] { "free/one" }));
    }

    [Test]
    public async Task A_rogue_with_a_wrong_password_does_not_get_in(CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions(), token);
        Assert.That(
            async () => await testbed.RogueAsync(testbed.Publisher.Client, "wrong password", token),
            Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(ReasonCode.NotAuthorized));
    }

    [Test]
    public async Task Parties_come_from_the_factory_and_stay_the_callers(CancellationToken token)
    {
        using var party = new HostParty("board");
        using var other = new HostParty("other");
        var options = new AttackTestbedOptions { Party = (role, _) => new(role == AttackRoles.Publisher ? party : other) };
        await using (var testbed = await AttackTestbed.OpenAsync(options, token))
        {
            await testbed.LogInAsync(token);
            Assert.That(testbed.Publisher.Party, Is.SameAs(party));
        }

        Assert.That((await party.SealAsync("t", Plaintext, token)).Value, Is.Not.Empty);
    }

    [TestCase(SchemeNames.MqttPresent, 80)]
    [TestCase(SchemeNames.MqttPresent, 128)]
    [TestCase(SchemeNames.AugMqtt, 128)]
    [TestCase(SchemeNames.MqttAuth, 128)]
    public async Task Both_key_sizes_and_the_topic_binding_run(string scheme, int bits, CancellationToken token)
    {
        await using var testbed = await AttackTestbed.OpenAsync(
            new AttackTestbedOptions { Scheme = scheme, KeyBits = bits, Group = AugPakeGroup.P256, Binding = Sessions.LoginBinding.Topics }, token);
        await testbed.LogInAsync(token);
        await testbed.PublishAsync(Plaintext, token);
        Assert.That((await testbed.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(Plaintext));
    }
}
