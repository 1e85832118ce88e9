using System.Security.Cryptography;
using System.Text;
using Harness.Crypto.AugPake;
using Harness.Crypto.Ecdsa;
using Harness.Crypto.Groups;
using Harness.Schemes.MqttPresent;
using Harness.Schemes.Signed;

namespace Harness.Schemes.Tests;

/// <summary>Contract tests of every party, host or board (rigs/firmware/PROTOCOL.md).</summary>
public abstract class PartyContract
{
    private const string Client = "m4";
    private const string Server = "broker";
    private const string Password = "correct horse";

    private static readonly CancellationToken None = CancellationToken.None;

    public static IEnumerable<object[]> Variants =>
        from g in AugPakeGroup.All from p in new[] { AugPakeProfile.AsPublished, AugPakeProfile.Rfc6628 } select new object[] { g.Name, p.Name() };

    private IParty Party { get; set; } = null!;

    protected abstract IParty Create();

    [SetUp]
    public void Make() => Party = Create();

    [TearDown]
    public async Task End()
    {
        await Party.ResetAsync(None);
        (Party as IDisposable)?.Dispose();
    }

    [TestCaseSource(nameof(Variants))]
    public async Task Both_ends_of_a_handshake_report_the_same_fingerprint(string group, string profile)
    {
        if (await RefusesWhatItLacksAsync(group, profile))
        {
            return;
        }

        await ProvisionAsync(group, profile);
        using var broker = Broker(group, profile, Password);
        var fingerprint = await HandshakeAsync(broker);
        using var key = broker.TakeKey();
        Assert.That(fingerprint, Is.EqualTo(key.Fingerprint));
    }

    [Test]
    public async Task Two_handshakes_share_no_element_and_no_key()
    {
        await ProvisionAsync();
        using var first = Broker("p256", "as-published", Password);
        var one = await HandshakeAsync(first);
        using var second = Broker("p256", "as-published", Password);
        var two = await HandshakeAsync(second);
        Assert.That(two, Is.Not.EqualTo(one));
    }

    [TestCaseSource(nameof(Rejects))]
    public async Task An_element_outside_the_group_is_refused_and_ends_the_handshake(string group, string element)
    {
        if (await RefusesWhatItLacksAsync(group, "as-published"))
        {
            return;
        }

        await ProvisionAsync(group, "as-published");
        await Party.AugInitAsync(None);
        await Refused(PartyRefusal.BadElement, () => Party.AugStepAsync(Server, Convert.FromHexString(element), None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AugFinishAsync(new byte[32], None).AsTask());
        using var broker = Broker(group, "as-published", Password);
        Assert.That(await HandshakeAsync(broker), Has.Length.EqualTo(16), "the next handshake succeeds");
    }

    [Test]
    public async Task Another_server_name_is_refused_before_Y_is_looked_at()
    {
        await ProvisionAsync();
        await Party.AugInitAsync(None);
        await Refused(PartyRefusal.BadServer, () => Party.AugStepAsync("brokes", new byte[65], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AugStepAsync(Server, new byte[65], None).AsTask());
    }

    [Test]
    public async Task A_wrong_V_S_is_refused_and_leaves_no_key([Values(0, 31, 32, 33)] int length)
    {
        await ProvisionAsync();
        using var broker = Broker("p256", "as-published", Password);
        var x = await Party.AugInitAsync(None);
        await Party.AugStepAsync(Server, broker.Respond(x.Value), None);
        await Refused(PartyRefusal.BadTag, () => Party.AugFinishAsync(new byte[length], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AcceptWrapAsync(128, new byte[40], None).AsTask());
    }

    [Test]
    public async Task A_wrong_password_yields_a_proof_the_broker_refuses()
    {
        await ProvisionAsync();
        using var broker = Broker("p256", "as-published", "another");
        var x = await Party.AugInitAsync(None);
        var proof = await Party.AugStepAsync(Server, broker.Respond(x.Value), None);
        Assert.That(broker.TryVerify(proof.Value), Is.False);
    }

    [TestCase("p256")]
    [TestCase("modp2048-q256")]
    public async Task Registration_lets_W_out_as_published_and_under_no_other_profile(string group)
    {
        if (await RefusesWhatItLacksAsync(group, "as-published"))
        {
            return;
        }

        await Refused(PartyRefusal.State, () => Party.RegisterAsync(None).AsTask());
        await ProvisionAsync(group, "as-published");
        var expected = Verifier.ComputeW(AugPakeGroup.ByName(group), AugPakeProfile.AsPublished, Client, Server, Password);
        Assert.That((await Party.RegisterAsync(None)).Value, Is.EqualTo(expected));
        await ProvisionAsync(group, "rfc6628");
        await Refused(PartyRefusal.Unsupported, () => Party.RegisterAsync(None).AsTask());
    }

    [Test]
    public async Task Calls_out_of_order_are_refused()
    {
        await Refused(PartyRefusal.State, () => Party.AugInitAsync(None).AsTask());
        await ProvisionAsync();
        await Refused(PartyRefusal.State, () => Party.AugStepAsync(Server, new byte[65], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AugFinishAsync(new byte[32], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AcceptWrapAsync(128, new byte[40], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync("lab/test", new byte[1], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.OpenAsync("lab/test", new byte[8], None).AsTask());
    }

    [Test]
    public async Task A_finished_handshake_does_not_finish_twice()
    {
        await ProvisionAsync();
        using var broker = Broker("p256", "as-published", Password);
        await HandshakeAsync(broker);
        await Refused(PartyRefusal.State, () => Party.AugFinishAsync(broker.Authenticator, None).AsTask());
    }

    [Test]
    public async Task Provisioning_wipes_the_keys()
    {
        await WithTrafficKeyAsync(128);
        await ProvisionAsync();
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync("lab/test", new byte[1], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AcceptWrapAsync(128, new byte[40], None).AsTask());
    }

    [Test]
    public async Task A_new_handshake_leaves_the_keys_until_it_finishes_and_then_wipes_Ks()
    {
        await WithTrafficKeyAsync(128);
        using var broker = Broker("p256", "as-published", Password);
        var x = await Party.AugInitAsync(None);
        var proof = await Party.AugStepAsync(Server, broker.Respond(x.Value), None);
        Assert.That((await Party.SealAsync("lab/test", new byte[1], None)).Value, Has.Length.EqualTo(8));
        Assert.That(broker.TryVerify(proof.Value), Is.True);
        await Party.AugFinishAsync(broker.Authenticator, None);
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync("lab/test", new byte[1], None).AsTask());
    }

    [Test]
    public async Task A_refused_element_wipes_the_keys_of_the_session_before_too()
    {
        await WithTrafficKeyAsync(128);
        await Party.AugInitAsync(None);
        await Refused(PartyRefusal.BadElement, () => Party.AugStepAsync(Server, new byte[65], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync("lab/test", new byte[1], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AcceptWrapAsync(128, new byte[40], None).AsTask());
    }

    [Test]
    public async Task A_reset_wipes_everything()
    {
        await WithTrafficKeyAsync(128);
        await Party.ResetAsync(None);
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync("lab/test", new byte[1], None).AsTask());
        await Refused(PartyRefusal.State, () => Party.AugInitAsync(None).AsTask());
    }

    [Test]
    public async Task A_payload_sealed_by_the_party_opens_under_Ks([Values(80, 128)] int keyBits, [Values(0, 1, 8, 9, -1)] int length)
    {
        var plaintext = RandomNumberGenerator.GetBytes(length < 0 ? Party.Capabilities.MaximumPayload : length);
        var ks = await WithTrafficKeyAsync(keyBits);
        var sealedBytes = await Party.SealAsync("lab/test", plaintext, None);
        Assert.That(MqttPresentCipher.TryOpen(keyBits, ks, sealedBytes.Value, out var opened), Is.True);
        Assert.That(opened, Is.EqualTo(plaintext));
        Assert.That((await Party.OpenAsync("lab/test", sealedBytes.Value, None)).Value, Is.EqualTo(plaintext));
    }

    [Test]
    public async Task One_byte_over_the_limit_is_too_long()
    {
        await WithTrafficKeyAsync(128);
        await Refused(PartyRefusal.TooLong, () => Party.SealAsync("lab/test", new byte[Party.Capabilities.MaximumPayload + 1], None).AsTask());
    }

    [Test]
    public async Task A_payload_without_valid_padding_is_refused()
    {
        var ks = await WithTrafficKeyAsync(128);
        // Encrypted zeros: without the padding block the last byte decrypts to 0, which is no valid padding.
        var zeros = MqttPresentCipher.Seal(128, ks, new byte[8])[..8];
        await Refused(PartyRefusal.BadPadding, () => Party.OpenAsync("lab/test", zeros, None).AsTask());
        await Refused(PartyRefusal.BadPadding, () => Party.OpenAsync("lab/test", zeros.AsMemory(0, 7), None).AsTask());
    }

    [Test]
    public async Task A_wrap_that_yields_no_key_is_refused_and_the_key_before_stays()
    {
        var ks = await WithTrafficKeyAsync(128);
        await Refused(PartyRefusal.BadKey, () => Party.AcceptWrapAsync(128, new byte[16], None).AsTask());
        var sealedBytes = await Party.SealAsync("lab/test", "reading"u8.ToArray(), None);
        Assert.That(MqttPresentCipher.TryOpen(128, ks, sealedBytes.Value, out _), Is.True);
    }

    [Test]
    public async Task An_operation_that_the_party_lacks_is_unsupported()
    {
        await Refused(PartyRefusal.Unsupported, () => Party.ProvisionAsync(new PartyIdentity(Client, Server, Password, "modp9", "as-published"), None).AsTask());
        await Refused(PartyRefusal.Unsupported, () => Party.AcceptWrapAsync(96, new byte[40], None).AsTask());
    }

    public static IEnumerable<object[]> Rejects()
    {
        foreach (var c in System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "vectors.json")))
                     .RootElement.GetProperty("augpake_reject").EnumerateArray())
        {
            var group = c.GetProperty("group").GetString()!;
            if (AugPakeGroup.All.Any(g => g.Name == group))
            {
                yield return [group, c.GetProperty("element").GetString()!];
            }
        }
    }

    private static AugPakeServer Broker(string group, string profile, string password)
    {
        var (g, p) = (AugPakeGroup.ByName(group), AugPakeProfiles.Parse(profile));
        return new AugPakeServer(g, p, Client, Server, Verifier.ComputeW(g, p, Client, Server, password));
    }

    private static async Task Refused(PartyRefusal refusal, Func<Task> call)
    {
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => call());
        Assert.That(refused!.Refusal, Is.EqualTo(refusal));
        Assert.That(refused.Message, Does.Contain(PartyRefusedException.Word(refusal)).And.Not.Contain(Password));
        await Task.CompletedTask;
    }

    // A device is only asked for what it lists; asked for something else, it must refuse.
    private async Task<bool> RefusesWhatItLacksAsync(string group, string profile)
    {
        if (Party.Capabilities.Groups.Contains(group))
        {
            return false;
        }

        await Refused(PartyRefusal.Unsupported, () => ProvisionAsync(group, profile).AsTask());
        return true;
    }

    [Test]
    public async Task A_reading_has_the_signature_of_name_topic_number_and_text_and_is_taken_with_no_other()
    {
        if (Party.Signer is not { } signer)
        {
            Assert.That(Party.Capabilities.Schemes, Has.None.EqualTo(SchemeNames.Hardened), "whoever runs hardened has the signatures");
            return;
        }

        var key = AugPakeGroup.P256.DrawScalar();
        await signer.UseKeyAsync(key, None);
        await Refused(PartyRefusal.State, () => signer.SignAsync("lab/a", 42, new byte[] { 1, 2 }, None).AsTask());
        await ProvisionAsync();
        var signature = (await signer.SignAsync("lab/a", 42, new byte[] { 1, 2 }, None)).Value;
        Assert.That(signature, Is.EqualTo(EcdsaP256.Sign(key, SignedReading.Covered(Client, "lab/a", 42, [1, 2]))), "RFC 6979: there is one");

        var (reading, its) = (new SignedReading(42, new byte[] { 1, 2 }, signature), EcdsaP256.PublicKey(key));
        await signer.CheckAsync(Client, its, "lab/a", reading, None);
        await Refused(PartyRefusal.BadSignature, () => signer.CheckAsync("m5", its, "lab/a", reading, None).AsTask());
        await Refused(PartyRefusal.BadSignature, () => signer.CheckAsync(Client, its, "lab/b", reading, None).AsTask());
        await Refused(PartyRefusal.BadSignature, () => signer.CheckAsync(Client, its, "lab/a", reading with { Number = 43 }, None).AsTask());
        await Refused(PartyRefusal.BadSignature, () => signer.CheckAsync(Client, its, "lab/a", reading with { Plaintext = new byte[] { 1, 3 } }, None).AsTask());
        await Refused(PartyRefusal.BadSignature, () => signer.CheckAsync(Client, EcdsaP256.PublicKey(AugPakeGroup.P256.DrawScalar()), "lab/a", reading, None).AsTask());
        await Refused(PartyRefusal.BadElement, () => signer.CheckAsync(Client, new byte[65], "lab/a", reading, None).AsTask());
        await Refused(PartyRefusal.BadElement, () => signer.UseKeyAsync(new byte[32], None).AsTask());
        Assert.That((await signer.SignAsync("lab/a", 42, new byte[] { 1, 2 }, None)).Value, Is.EqualTo(signature), "a refused key leaves the one before");

        await Party.ResetAsync(None);
        await ProvisionAsync();
        await Refused(PartyRefusal.State, () => signer.SignAsync("lab/a", 42, new byte[] { 1, 2 }, None).AsTask());
    }

    private ValueTask ProvisionAsync(string group = "p256", string profile = "as-published") =>
        Party.ProvisionAsync(new PartyIdentity(Client, Server, Password, group, profile), None);

    private async Task<string> HandshakeAsync(AugPakeServer broker)
    {
        var x = await Party.AugInitAsync(None);
        var proof = await Party.AugStepAsync(Server, broker.Respond(x.Value), None);
        Assert.That(broker.TryVerify(proof.Value), Is.True, "V_C");
        return (await Party.AugFinishAsync(broker.Authenticator, None)).Value;
    }

    private async Task<byte[]> WithTrafficKeyAsync(int keyBits)
    {
        await ProvisionAsync();
        using var broker = Broker("p256", "as-published", Password);
        await HandshakeAsync(broker);
        using var sk = broker.TakeKey();
        var ks = RandomNumberGenerator.GetBytes(32);
        var fingerprint = await Party.AcceptWrapAsync(keyBits, MqttPresentCipher.Wrap(keyBits, sk.Bytes, ks), None);
        var expected = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes("fp"), .. ks])[..8]);
        Assert.That(fingerprint.Value, Is.EqualTo(expected));
        return ks;
    }
}
