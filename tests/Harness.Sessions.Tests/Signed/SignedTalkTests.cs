using System.Security.Cryptography;
using Harness.Schemes;
using Harness.Schemes.Signed;
using Harness.Sessions.Testbed;

namespace Harness.Sessions.Tests.Signed;

/// <summary>Signed readings under each scheme that the program's broker runs, in this process.</summary>
public sealed class SignedTalkTests
{
    private static readonly byte[] _reading = "t=21.50"u8.ToArray();

    private static IEnumerable<string> Schemes => SchemeNames.OfBroker;

    private static IEnumerable<string> SignedBefore => SchemeNames.OfBroker.Where(s => s != SchemeNames.Hardened);

    [TestCaseSource(nameof(Schemes))]
    public async Task A_signed_reading_arrives(string scheme)
    {
        await using var testbed = await OpenAsync(scheme);
        await testbed.PublishAsync(_reading, default);
        await testbed.PublishAsync(_reading, default);
        Assert.That((await testbed.Subscriber.ReceiveAndOpenAsync(default)).Plaintext.ToArray(), Is.EqualTo(_reading));
        var rest = await testbed.Subscriber.ReadAllAsync(default);
        Assert.That(rest.Select(m => m.Plaintext?.ToArray()), Is.EqualTo(new[] { _reading }), "an equal reading has another number");
    }

    [TestCaseSource(nameof(SignedBefore))]
    public async Task A_reading_that_another_key_signed_is_refused_and_the_next_one_taken(string scheme)
    {
        await using var testbed = await OpenAsync(scheme);
        var payload = await testbed.Publisher.SealAsync(testbed.Topic, new SignedReading(ulong.MaxValue, _reading, new byte[64]).Encode(), default);
        await testbed.Publisher.RequiredSession.PublishAsync(testbed.Topic, payload, default);
        await testbed.PublishAsync(_reading, default);
        var messages = await testbed.Subscriber.ReadAllAsync(default);
        Assert.That(messages.Select(m => m.Refusal), Is.EqualTo(new PartyRefusal?[] { PartyRefusal.BadSignature, null }), "and its number was not taken");
        Assert.That(messages[1].Plaintext!.Value.ToArray(), Is.EqualTo(_reading));
    }

    // Under mqtt-auth another provisioning loses the token of the topic.
    [TestCase(SchemeNames.MqttPresent)]
    [TestCase(SchemeNames.AugMqtt)]
    [TestCase(SchemeNames.Scram)]
    [TestCase(SchemeNames.Password)]
    public async Task A_number_is_taken_once_also_across_logins(string scheme)
    {
        await using var testbed = await OpenAsync(scheme);
        await testbed.PublishAsync(_reading, default);
        Assert.That((await testbed.Subscriber.ReadAllAsync(default)).Single().Refusal, Is.Null);
        var content = testbed.SignedPayloadsOf(testbed.Publisher)!.LastContent;
        await testbed.LogInAsync(default);
        var payload = await testbed.Publisher.SealAsync(testbed.Topic, content, default);
        await testbed.Publisher.RequiredSession.PublishAsync(testbed.Topic, payload, default);
        Assert.That((await testbed.Subscriber.ReadAllAsync(default)).Single().Refusal, Is.EqualTo(PartyRefusal.Replay));
    }

    [Test]
    public async Task Without_signatures_nothing_is_added()
    {
        await using var testbed = await OpenAsync(SchemeNames.Password, signed: false);
        Assert.That(await testbed.PublishAsync(_reading, default), Is.EqualTo(_reading));
        Assert.That((await testbed.Subscriber.ReadAllAsync(default)).Single().Plaintext!.Value.ToArray(), Is.EqualTo(_reading));
    }

    [Test]
    public async Task A_clock_that_is_set_back_lowers_no_number()
    {
        using var party = new HostParty("p");
        await party.ProvisionAsync(new PartyIdentity("p", "s", "password", "p256", "as-published"), default);
        await party.Signer!.UseKeyAsync(Harness.Crypto.Groups.AugPakeGroup.P256.DrawScalar(), default);
        var signed = new SignedPayloads("p", null);
        var late = DateTimeOffset.UnixEpoch.AddHours(2);
        var first = SignedReading.Decode(await signed.SignAsync(party, "t", _reading, late, default))!.Number;
        var second = SignedReading.Decode(await signed.SignAsync(party, "t", _reading, late.AddHours(-1), default))!.Number;
        Assert.That((first, second), Is.EqualTo((7_200_000UL, 7_200_001UL)));
    }

    private static async Task<SchemeTestbed> OpenAsync(string scheme, bool signed = true)
    {
        var testbed = new SchemeTestbed(new TestbedOptions { Scheme = scheme, Signed = signed, Timeout = TimeSpan.FromMinutes(1) });
        try
        {
            foreach (var (name, part) in ((string, DevicePart)[])[("publisher", DevicePart.Publisher), ("subscriber", DevicePart.Subscriber)])
            {
                testbed.AddHost(name, new PartyIdentity(name, "broker.test", RandomNumberGenerator.GetHexString(20), "p256", "as-published") { Scheme = scheme }, part);
            }

            await testbed.StartAsync(default);
            await testbed.LogInAsync(default);
            return testbed;
        }
        catch
        {
            await testbed.DisposeAsync();
            throw;
        }
    }
}
