using System.Security.Cryptography;
using System.Text;
using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Schemes.AugMqtt;

namespace Harness.Schemes.Tests;

/// <summary>Contract tests of every party of a hop-by-hop scheme, augmqtt and mqtt-auth alike (rigs/firmware/PROTOCOL.md).</summary>
public abstract class HopPartyContract
{
    private const string Topic = "lab/température";
    private static readonly CancellationToken None = CancellationToken.None;
    private HopParty _at = null!;

    private IParty Party => _at.Party;

    protected abstract IParty Create();

    /// <summary>The scheme the party is provisioned for.</summary>
    protected abstract string Scheme { get; }

    [SetUp]
    public void Make() => _at = new HopParty(Create(), Scheme);

    [TearDown]
    public async Task End()
    {
        await _at.DisposeAsync();
        (Party as IDisposable)?.Dispose();
    }

    [Test]
    public async Task Its_sealed_payloads_open_at_the_broker_and_are_28_bytes_longer([Values(0, 1, 15, 16, 17, 32, -1)] int length)
    {
        using var broker = await _at.LogInAsync();
        var plaintext = RandomNumberGenerator.GetBytes(length < 0 ? Party.Capabilities.MaximumPayload : length);
        var payload = (await Party.SealAsync(Topic, plaintext, None)).Value;
        Assert.That(payload, Has.Length.EqualTo(plaintext.Length + HopChannel.Overhead));
        Assert.That(broker.Open(Topic, payload, out var opened), Is.EqualTo(HopResult.Opened));
        Assert.That(opened, Is.EqualTo(plaintext));
    }

    [Test]
    public async Task Payloads_sealed_by_the_broker_open_at_the_party([Values(0, 1, 15, 16, 17, 32, -1)] int length)
    {
        using var broker = await _at.LogInAsync();
        var plaintext = RandomNumberGenerator.GetBytes(length < 0 ? Party.Capabilities.MaximumPayload : length);
        Assert.That((await Party.OpenAsync(Topic, broker.Seal(Topic, plaintext), None)).Value, Is.EqualTo(plaintext));
    }

    [Test]
    public async Task Its_counters_begin_at_1_and_rise_by_1_towards_the_broker()
    {
        using var broker = await _at.LogInAsync();
        for (byte i = 1; i <= 3; i++)
        {
            var payload = (await Party.SealAsync(Topic, new byte[1], None)).Value;
            Assert.That(payload[..12], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i }));
        }
    }

    [Test]
    public async Task A_changed_byte_anywhere_is_refused_and_the_message_itself_still_opens()
    {
        using var broker = await _at.LogInAsync();
        var payload = broker.Seal(Topic, "reading"u8);
        foreach (var at in new[] { 0, 3, 4, 11, 12, 18, payload.Length - 16, payload.Length - 1 })
        {
            var forged = payload.ToArray();
            forged[at] ^= 1;
            await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, forged, None).AsTask());
        }

        Assert.That((await Party.OpenAsync(Topic, payload, None)).Value, Is.EqualTo("reading"u8.ToArray()));
    }

    [Test]
    public async Task Another_topic_is_refused()
    {
        using var broker = await _at.LogInAsync();
        var payload = broker.Seal(Topic, "reading"u8);
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic + "2", payload, None).AsTask());
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync("lab", payload, None).AsTask());
    }

    [Test]
    public async Task A_payload_shorter_than_nonce_and_tag_is_refused([Values(0, 1, 12, 27)] int length)
    {
        using var broker = await _at.LogInAsync();
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, broker.Seal(Topic, new byte[1]).AsMemory(0, length), None).AsTask());
    }

    [Test]
    public async Task A_reflected_payload_is_refused()
    {
        using var broker = await _at.LogInAsync();
        var payload = (await Party.SealAsync(Topic, "reading"u8.ToArray(), None)).Value;
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, payload, None).AsTask());
    }

    [Test]
    public async Task A_replay_is_refused_a_gap_is_not_and_an_older_one_is()
    {
        using var broker = await _at.LogInAsync();
        byte[][] payloads = [broker.Seal(Topic, [1]), broker.Seal(Topic, [2]), broker.Seal(Topic, [3])];
        Assert.That((await Party.OpenAsync(Topic, payloads[1], None)).Value, Is.EqualTo(new byte[] { 2 }), "1 was lost");
        await Refused(PartyRefusal.Replay, () => Party.OpenAsync(Topic, payloads[1], None).AsTask());
        await Refused(PartyRefusal.Replay, () => Party.OpenAsync(Topic, payloads[0], None).AsTask());
        Assert.That((await Party.OpenAsync(Topic, payloads[2], None)).Value, Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public async Task The_tag_is_looked_at_before_the_counter()
    {
        using var broker = await _at.LogInAsync();
        var payload = broker.Seal(Topic, [1]);
        await Party.OpenAsync(Topic, payload, None);
        payload[^1] ^= 1;
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, payload, None).AsTask());
    }

    [Test]
    public async Task A_forgery_with_a_high_counter_does_not_lock_the_broker_out()
    {
        using var broker = await _at.LogInAsync();
        var forged = broker.Seal(Topic, [1]);
        forged.AsSpan(4, 8).Fill(0xff);
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, forged, None).AsTask());
        Assert.That((await Party.OpenAsync(Topic, broker.Seal(Topic, [2]), None)).Value, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task After_a_second_handshake_it_seals_under_the_new_key_and_reads_the_old_until_told_to_forget_it()
    {
        using var before = await _at.LogInAsync();
        var (early, late) = (before.Seal(Topic, [1]), before.Seal(Topic, [2]));
        using var now = await _at.LogInAsync();
        var payload = (await Party.SealAsync(Topic, new byte[] { 9 }, None)).Value;
        Assert.That(now.Open(Topic, payload, out _), Is.EqualTo(HopResult.Opened));
        Assert.That(payload[11], Is.EqualTo(1), "counters begin anew");
        Assert.That((await Party.OpenAsync(Topic, early, None)).Value, Is.EqualTo(new byte[] { 1 }));
        Assert.That((await Party.OpenAsync(Topic, now.Seal(Topic, [3]), None)).Value, Is.EqualTo(new byte[] { 3 }));
        await Refused(PartyRefusal.Replay, () => Party.OpenAsync(Topic, early, None).AsTask());
        await Party.ForgetOldKeyAsync(None);
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, late, None).AsTask());
        Assert.That((await Party.OpenAsync(Topic, now.Seal(Topic, [4]), None)).Value, Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public async Task A_third_handshake_drops_the_first_key()
    {
        using var first = await _at.LogInAsync();
        using var second = await _at.LogInAsync();
        using var third = await _at.LogInAsync();
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, first.Seal(Topic, [1]), None).AsTask());
        Assert.That((await Party.OpenAsync(Topic, second.Seal(Topic, [2]), None)).Value, Is.EqualTo(new byte[] { 2 }));
        Assert.That((await Party.OpenAsync(Topic, third.Seal(Topic, [3]), None)).Value, Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public async Task Forgetting_without_an_old_key_is_no_error()
    {
        await Party.ForgetOldKeyAsync(None);
        await _at.ProvisionAsync();
        await Party.ForgetOldKeyAsync(None);
        using var broker = await _at.LogInAsync();
        await Party.ForgetOldKeyAsync(None);
        Assert.That((await Party.OpenAsync(Topic, broker.Seal(Topic, [1]), None)).Value, Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Without_a_handshake_there_is_no_key()
    {
        await _at.ProvisionAsync();
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync(Topic, new byte[1], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.OpenAsync(Topic, new byte[28], None).AsTask());
    }

    [Test]
    public async Task A_running_handshake_leaves_the_key_a_refused_one_a_provisioning_and_a_reset_wipe_it()
    {
        using var broker = await _at.LogInAsync();
        await Party.AugInitAsync(None);
        Assert.That((await Party.SealAsync(Topic, new byte[1], None)).Value, Has.Length.EqualTo(29));
        await Refused(PartyRefusal.BadElement, () => Party.AugStepAsync(HopParty.Server, new byte[65], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync(Topic, new byte[1], None).AsTask());
        using var again = await _at.LogInAsync();
        await _at.ProvisionAsync();
        await Refused(PartyRefusal.NoKey, () => Party.OpenAsync(Topic, again.Seal(Topic, [1]), None).AsTask());
        using var last = await _at.LogInAsync();
        await Party.ResetAsync(None);
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync(Topic, new byte[1], None).AsTask());
    }

    [Test]
    public async Task One_byte_over_the_limit_is_too_long()
    {
        using var broker = await _at.LogInAsync();
        var plaintext = new byte[Party.Capabilities.MaximumPayload + 1];
        await Refused(PartyRefusal.TooLong, () => Party.SealAsync(Topic, plaintext, None).AsTask());
        await Refused(PartyRefusal.TooLong, () => Party.OpenAsync(Topic, broker.Seal(Topic, plaintext), None).AsTask());
    }

    [TestCase("")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123" + "4")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890" + "12é")]
    public async Task A_topic_that_no_board_keeps_is_too_long(string topic)
    {
        using var broker = await _at.LogInAsync();
        await Refused(PartyRefusal.TooLong, () => Party.SealAsync(topic, new byte[1], None).AsTask());
        await Refused(PartyRefusal.TooLong, () => Party.OpenAsync(topic, broker.Seal(topic, [1]), None).AsTask());
        const string longest = "0123456789012345678901234567890123456789012345678901234567890123";
        Assert.That((await Party.OpenAsync(longest, broker.Seal(longest, [2]), None)).Value, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task One_call_counts_as_one_cipher_and_a_block_for_each_16_bytes_begun_and_two_more()
    {
        using var broker = await _at.LogInAsync();
        var before = await Party.CountsAsync(None);
        await Party.SealAsync(Topic, new byte[17], None);
        await Party.OpenAsync(Topic, broker.Seal(Topic, new byte[16]), None);
        await Refused(PartyRefusal.BadTag, () => Party.OpenAsync(Topic, new byte[28], None).AsTask());
        var counted = await Party.CountsAsync(None) - before;
        Assert.That((counted.Ciphers, counted.CipherBlocks, counted.Hashes, counted.Exponentiations), Is.EqualTo((2L, 4L + 3L, 0L, 0L)), "28 zeros are of its own direction");
    }

    [Test]
    public async Task Provisioned_without_a_scheme_it_runs_mqtt_present_again()
    {
        using var broker = await _at.LogInAsync();
        await Party.ProvisionAsync(new PartyIdentity(HopParty.Client, HopParty.Server, HopParty.Password, "p256", "as-published"), None);
        await Refused(PartyRefusal.NoKey, () => Party.SealAsync(Topic, new byte[1], None).AsTask());
        await Refused(PartyRefusal.Unsupported, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
    }

    [Test]
    public async Task A_scheme_it_lacks_is_unsupported_and_changes_nothing()
    {
        using var broker = await _at.LogInAsync();
        await Refused(PartyRefusal.Unsupported, () => Party.ProvisionAsync(
            new PartyIdentity(HopParty.Client, HopParty.Server, HopParty.Password, "p256", "as-published") { Scheme = "carrier-pigeon" }, None).AsTask());
        Assert.That((await Party.SealAsync(Topic, Encoding.UTF8.GetBytes("x"), None)).Value, Has.Length.EqualTo(29));
    }

    private static Task Refused(PartyRefusal refusal, Func<Task> call) => HopParty.Refused(refusal, call);
}

/// <summary>A party under test and the broker's end of its hop.</summary>
internal sealed class HopParty(IParty party, string scheme) : IAsyncDisposable
{
    public const string Client = "m4";
    public const string Server = "broker";
    public const string Password = "correct horse";

    public IParty Party { get; } = party;

    public static async Task Refused(PartyRefusal refusal, Func<Task> call)
    {
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => call());
        Assert.That(refused!.Refusal, Is.EqualTo(refusal), refused.Message);
        await Task.CompletedTask;
    }

    public ValueTask ProvisionAsync() =>
        Party.ProvisionAsync(new PartyIdentity(Client, Server, Password, "p256", "as-published") { Scheme = scheme }, CancellationToken.None);

    /// <summary>Runs a handshake, after provisioning if the party has none for this scheme yet; returns the broker's end of the new hop.</summary>
    public async Task<HopChannel> LogInAsync()
    {
        Timed<byte[]> x;
        try
        {
            x = await Party.AugInitAsync(CancellationToken.None);
        }
        catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.State)
        {
            await ProvisionAsync();
            x = await Party.AugInitAsync(CancellationToken.None);
        }

        var (group, profile) = (AugPakeGroup.ByName("p256"), AugPakeProfile.AsPublished);
        using var broker = new AugPakeServer(group, profile, Client, Server, Verifier.ComputeW(group, profile, Client, Server, Password));
        var proof = await Party.AugStepAsync(Server, broker.Respond(x.Value), CancellationToken.None);
        Assert.That(broker.TryVerify(proof.Value), Is.True, "V_C");
        await Party.AugFinishAsync(broker.Authenticator, CancellationToken.None);
        using var key = broker.TakeKey();
        return new HopChannel(key.Bytes, HopDirection.FromBroker);
    }

    public ValueTask DisposeAsync() => Party.ResetAsync(CancellationToken.None);
}
