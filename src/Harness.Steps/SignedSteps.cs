using Harness.Crypto.Ecdsa;
using Harness.Schemes.Signed;
using Harness.Sessions.Tls;

namespace Harness.Steps;

/// <summary>Readings that a device signs with a key of its own before its scheme seals them, and whoever has every other key.</summary>
[Binding]
public sealed class SignedSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, LoginDriver logins)
{
    private const string Group = "p256"; // the group that every board has
    private const string Listener = "listener";
    private const string Signs = "Given host signs its readings on \"lab/climate\" under mqtt-present for board";
    private const string Publish = "When host publishes a reading of the BME280";
    private static readonly IReadOnlyList<string> Sealing = [.. SchemeNames.OfBroker, .. SchemeNames.OfTls];

    [Given("^" + StepPatterns.Device + @" (signs|does not sign) its readings on ""([^""]+)"" under ([\w-]+) for (?:a listener|" + StepPatterns.Device + ")$")]
    public async Task GivenSignedReadings(string publisher, string signs, string topic, string scheme, string subscriber)
    {
        Check.Needs(!SchemeNames.All.Contains(scheme) || Sealing.Contains(scheme), "scheme", $"one that carries readings: {string.Join(", ", Sealing)}", $"{scheme}, which is a login alone: nothing is sealed under it");
        Check.Needs(Sealing.Contains(scheme), "scheme", $"one of {string.Join(", ", Sealing)}", $"{scheme}{NearestWord.Hint(scheme, Sealing)}");
        var overTls = SchemeNames.OfTls.Contains(scheme);
        broker.Scheme = overTls ? SchemeNames.Password : scheme; // what travels inside TLS is plain MQTT
        broker.Signed = signs == "signs";
        await RequireAsync(publisher);
        if (subscriber.Length > 0)
        {
            await RequireAsync(subscriber);
        }

        var reader = subscriber.Length > 0 ? environment.Bench.Device(subscriber).Name : Listener;
        await broker.StartAsync(new KeyPair(environment.Bench.Device(publisher).Name, reader, topic));
        logins.Enrol(publisher, Group, "as-published", DevicePart.Publisher);
        if (subscriber.Length > 0)
        {
            logins.Enrol(subscriber, Group, "as-published", DevicePart.Subscriber);
        }
        else
        {
            broker.Testbed.AddHost(
                Listener, new PartyIdentity(Listener, environment.Bench.Rig.Server, RandomPasswords.New(), Group, "as-published") { Scheme = broker.Scheme }, DevicePart.Subscriber);
        }

        var tls = overTls ? broker.Testbed.Own(new TlsEntrance(scheme, broker.Broker.Endpoint, environment.HandshakeTimeout)) : null;
        foreach (var device in InOrder())
        {
            await logins.RequireLoginAsync(device, tls?.For(device.Client));
            await broker.Testbed.AdmitAsync(device, scope.Cancellation);
        }

        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [When("^somebody with every key of " + StepPatterns.Device + " but its own publishes (.+)$")]
    public async Task WhenForged(string device, string forgery)
    {
        var session = logins.Session(device);
        Check.Needs(
            broker.Scheme != SchemeNames.Hardened, $"forgery under {SchemeNames.Hardened}", "a scheme that seals what was signed before", "one that signs by itself",
            $"Given {SchemeNames.Hardened} between a publisher, a broker and a subscriber");
        var last = broker.Testbed.SignedPayloadsOf(broker.Publisher)?.LastContent ?? default;
        var reading = SignedReading.Decode(last);
        byte[] own = [.. "forged: 99.9"u8];
        byte[] content = forgery switch
        {
            "a reading without a signature" => own,
            "a reading under a signature of its own key" => Signed(broker.Publisher.Client, broker.Pair.Topic, own),
            "the last reading again" => Last().Encode(),
            "the last reading with one bit flipped" => (Last() with { Plaintext = Flipped(Last().Plaintext) }).Encode(),
            "the last reading under a later number" => (Last() with { Number = Last().Number + 1 }).Encode(),
            "another reading under the last signature" => (Last() with { Plaintext = own, Number = Last().Number + 1 }).Encode(),
            _ => throw new UnjudgeableException(
                "forgery", "a reading without a signature, a reading under a signature of its own key, the last reading again, the last reading with one bit flipped, the last reading under a later number, or another reading under the last signature",
                forgery),
        };
        // The scheme's keys are the device's: what is sealed here is what its broker, or whoever took them, could seal.
        var payload = await broker.Publisher.SealAsync(broker.Pair.Topic, content, scope.Cancellation);
        await session.PublishAsync(broker.Pair.Topic, payload, scope.Cancellation);
        broker.Published = content;

        SignedReading Last() => reading ?? throw new UnjudgeableException("signed reading", "one that was published before", "none", Publish);
    }

    [Then("^the subscriber takes it as signed by " + StepPatterns.Device + "$")]
    public async Task ThenTakenAsSigned(string publisher)
    {
        var published = Published();
        Check.Needs(broker.Signed && logins.Device(publisher).Part == DevicePart.Publisher, $"signature of {publisher}", $"readings that {publisher} signs", "none", Signs);
        var opened = await OpenAsync();
        Check.That(opened.Refusal is null, $"reading of {publisher}, signed", "taken", $"refused with {opened.Refusal?.Code}");
        Check.That(opened.Plaintext.Span.SequenceEqual(published), $"reading of {publisher}, signed", "what was published", $"{opened.Plaintext.Length} other bytes");
    }

    [Then("^the subscriber refuses it with ([A-Z-]+)$")]
    public async Task ThenRefused(string code)
    {
        Published();
        var opened = await OpenAsync();
        Check.That(opened.Refusal is not null, "what was published", $"refused with {code}", $"taken, {opened.Plaintext.Length} bytes");
        Check.Equal(code, opened.Refusal?.Code, "refusal of the subscriber");
    }

    [Then("^the subscriber takes it, as nothing is signed$")]
    public async Task ThenTakenUnsigned()
    {
        var published = Published();
        Check.Needs(!broker.Signed, "reading that is not signed", "a device that does not sign", "one that does", Signs.Replace("signs", "does not sign", StringComparison.Ordinal));
        var opened = await OpenAsync();
        Check.That(opened.Refusal is null && opened.Plaintext.Span.SequenceEqual(published), "reading that is not signed", "taken", opened.Refusal is { } refusal ? $"refused with {refusal.Code}" : "other bytes");
    }

    private async Task<(ReadOnlyMemory<byte> Plaintext, PartyRefusedException? Refusal)> OpenAsync()
    {
        try
        {
            var opened = await LoginDriver.Session(broker.Subscriber).ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
            return (opened.Plaintext, null);
        }
        catch (PartyRefusedException e)
        {
            return (default, e);
        }
        catch (SessionException e)
        {
            throw new CheckFailedException($"what was published, at {broker.Subscriber.Name}", "to arrive", e.Message, inner: e);
        }
    }

    // Asked all the same it would refuse, and that would read like a device that does wrong.
    private async Task RequireAsync(string device)
    {
        var party = await logins.PartyAsync(device);
        if (!party.Capabilities.Schemes.Contains(broker.Scheme))
        {
            throw new InconclusiveException($"schemes of {device}", broker.Scheme, string.Join(", ", party.Capabilities.Schemes));
        }

        if (broker.Signed && broker.Scheme != SchemeNames.Hardened && party.Signer is null)
        {
            throw new InconclusiveException($"signatures of {device}", "p256 in signatures= of its ID", "none: it can neither sign nor check a signature", nextCommand: $"./harness flash {device}");
        }
    }

    // A reader has its key before the writer; but a reader's token comes from the publisher.
    private TestbedDevice[] InOrder() => broker.Scheme == SchemeNames.MqttAuth ? [broker.Publisher, broker.Subscriber] : [broker.Subscriber, broker.Publisher];

    private byte[] Published() => broker.Published ?? throw new UnjudgeableException("reading", "one that was published", "none", Publish);

    // All is as it must be but the key.
    private static byte[] Signed(string client, string topic, byte[] plaintext)
    {
        var number = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return new SignedReading(number, plaintext, EcdsaP256.Sign(Harness.Crypto.Groups.AugPakeGroup.P256.DrawScalar(), SignedReading.Covered(client, topic, number, plaintext))).Encode();
    }

    private static byte[] Flipped(ReadOnlyMemory<byte> plaintext)
    {
        Check.Needs(plaintext.Length > 0, "reading", "one byte or more", "none", Publish);
        var bytes = plaintext.ToArray();
        bytes[0] ^= 1;
        return bytes;
    }
}
