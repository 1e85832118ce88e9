namespace Harness.Sessions.Tests.Topics;

/// <summary>Logins on topics, byte for byte, seen by an MQTT 3.1.1 client that knows nothing else: at our broker and at Mosquitto.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ForeignTopicClientTests(bool stock) : TopicSideTests(stock)
{
    private const string Method = "AUGPAKE-RFC6628-MODP2048Q256";
    private static readonly byte[] Id = [1, 2, 3, 4, 5, 6, 7, 0xFF];

    [Test]
    public async Task It_logs_in_and_both_ends_hold_the_same_key()
    {
        using var mqtt = await OpenAsync("m4");
        var pake = Client("m4", TopicSide.Password);
        var (first, topic, hello) = await AskAsync(mqtt, "m4", [1, 1, .. Id, 28, .. "AUGPAKE-RFC6628-MODP2048Q256"u8, .. pake.X()]);
        Assert.That((first & 1, topic), Is.EqualTo((0, "aug/6d34/s")), "never retained");
        Assert.That(hello[..18], Is.EqualTo((byte[])[1, 2, .. Id, 0, 6, .. "broker"u8]));
        Assert.That(hello, Has.Length.EqualTo(18 + 256));

        var (_, _, last) = await AskAsync(mqtt, "m4", [1, 3, .. Id, .. pake.Proof(hello[18..])]);
        Assert.That(last[..10], Is.EqualTo((byte[])[1, 4, .. Id]));
        Assert.That(pake.Verifies(last[10..]), Is.True, "V_S");
        await RoundTripAsync(mqtt, "m4");
        Assert.That(_side.Fingerprint("m4"), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData([.. "fp"u8, .. pake.SessionKey])[..8])));
    }

    [Test]
    public async Task A_repeated_step_gets_the_same_bytes_and_a_second_proof_is_not_judged()
    {
        using var mqtt = await OpenAsync("m4");
        var pake = Client("m4", TopicSide.Password);
        var start = Begin(pake);
        var (_, _, hello) = await AskAsync(mqtt, "m4", start);
        var (_, _, again) = await AskAsync(mqtt, "m4", start);
        Assert.That(again, Is.EqualTo(hello), "step 2");

        var (_, _, refused) = await AskAsync(mqtt, "m4", [1, 3, .. Id, .. new byte[32]]);
        Assert.That(refused, Is.EqualTo((byte[])[1, 5, .. Id, 0x87]));
        var (_, _, second) = await AskAsync(mqtt, "m4", [1, 3, .. Id, .. pake.Proof(hello[18..])]);
        Assert.That(second, Is.EqualTo(refused), "the right proof after a wrong one");
        Assert.That(_side.Logins.Last("m4")!.Outcome, Is.EqualTo(LoginOutcome.WrongProof));
        Assert.That(_side.Fingerprint("m4"), Is.Null);
    }

    [Test]
    public async Task A_repeated_success_is_the_same_V_S()
    {
        using var mqtt = await OpenAsync("m4");
        var pake = Client("m4", TopicSide.Password);
        var (_, _, hello) = await AskAsync(mqtt, "m4", Begin(pake));
        byte[] proof = [1, 3, .. Id, .. pake.Proof(hello[18..])];
        var (_, _, last) = await AskAsync(mqtt, "m4", proof);
        var (_, _, again) = await AskAsync(mqtt, "m4", proof);
        Assert.That(again, Is.EqualTo(last));
        Assert.That(_side.Logins.Records.Count(r => r.Outcome == LoginOutcome.Accepted), Is.EqualTo(1));
    }

    [Test]
    public async Task Unknown_names_wrong_passwords_and_locked_out_clients_get_the_same_bytes()
    {
        var wrong = await RefusedAsync("m4", "wrong");
        var unknown = await RefusedAsync("m5", TopicSide.Password);
        await RefusedAsync("m4", "wrong");
        await RefusedAsync("m4", "wrong");
        var locked = await RefusedAsync("m4", TopicSide.Password);
        Assert.That(_side.Logins.Last("m4")!.Outcome, Is.EqualTo(LoginOutcome.LockedOut));
        Assert.That(_side.Logins.Last("m5")!.Outcome, Is.EqualTo(LoginOutcome.UnknownAccount));
        Assert.That(wrong, Is.EqualTo((byte[])[1, 5, 0x87]), "but for the session id");
        Assert.That(unknown, Is.EqualTo(wrong));
        Assert.That(locked, Is.EqualTo(wrong));
    }

    [TestCase(0, 0x82)]
    [TestCase(31, 0x82)]
    [TestCase(33, 0x82)]
    public async Task A_V_C_of_another_length_is_0x82(int length, int reason)
    {
        using var mqtt = await OpenAsync("m4");
        await AskAsync(mqtt, "m4", Begin(Client("m4", TopicSide.Password)));
        var (_, _, refused) = await AskAsync(mqtt, "m4", [1, 3, .. Id, .. new byte[length]]);
        Assert.That(refused, Is.EqualTo((byte[])[1, 5, .. Id, (byte)reason]));
    }

    [TestCase("1c" + "41554750414b452d524643363632382d4d4f44503230343851323536", 0x82, TestName = "No X is 0x82")]
    [TestCase("03" + "585858" + "00", 0x8C, TestName = "An unknown method is 0x8C")]
    [TestCase("ff" + "58", 0x82, TestName = "A cut method is 0x82")]
    [TestCase("", 0x82, TestName = "No method is 0x82")]
    public async Task An_unacceptable_start_is_refused(string data, int reason)
    {
        using var mqtt = await OpenAsync("m4");
        var (_, _, refused) = await AskAsync(mqtt, "m4", [1, 1, .. Id, .. Convert.FromHexString(data)]);
        Assert.That(refused, Is.EqualTo((byte[])[1, 5, .. Id, (byte)reason]));
    }

    [Test]
    public async Task A_proof_of_no_session_is_0x82()
    {
        using var mqtt = await OpenAsync("m4");
        var (_, _, refused) = await AskAsync(mqtt, "m4", [1, 3, .. Id, .. new byte[32]]);
        Assert.That(refused, Is.EqualTo((byte[])[1, 5, .. Id, 0x82]));
    }

    [TestCase("02" + "01" + "0102030405060708", TestName = "Another version gets silence")]
    [TestCase("01" + "02" + "0102030405060708", TestName = "A broker's step gets silence")]
    [TestCase("01" + "06" + "0102030405060708", TestName = "An unknown step gets silence")]
    [TestCase("01" + "01" + "01020304050607", TestName = "A cut session id gets silence")]
    [TestCase("", TestName = "Nothing gets silence")]
    public async Task Messages_that_no_client_sends_are_not_answered(string hex)
    {
        using var mqtt = await OpenAsync("m4");
        await mqtt.Publish311Async("aug/6d34/c", Convert.FromHexString(hex));
        await RoundTripAsync(mqtt, "m4");
    }

    private static byte[] Begin(ForeignAugPake pake) => [1, 1, .. Id, 28, .. System.Text.Encoding.ASCII.GetBytes(Method), .. pake.X()];

    private static ForeignAugPake Client(string client, string password) => new(false, client, "broker", password);

    private static string Topic(string client, char end) => $"aug/{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(client))}/{end}";

    private static async Task<(byte First, string Topic, byte[] Payload)> AskAsync(RawMqtt mqtt, string client, byte[] message)
    {
        await mqtt.Publish311Async(Topic(client, 'c'), message);
        return (await mqtt.ReadPublish311Async())!.Value;
    }

    /// <summary>The next answer is that to a message sent now: whatever was sent before has been dealt with, and answered or not.</summary>
    private static async Task RoundTripAsync(RawMqtt mqtt, string client)
    {
        byte[] other = [9, 9, 9, 9, 9, 9, 9, 9];
        var (_, _, answer) = await AskAsync(mqtt, client, [1, 3, .. other, .. new byte[32]]);
        Assert.That(answer, Is.EqualTo((byte[])[1, 5, .. other, 0x82]));
    }

    private async Task<RawMqtt> OpenAsync(string client)
    {
        var mqtt = await RawMqtt.OpenAsync(_side.Endpoint);
        Assert.That(await mqtt.Connect311Async(client), Is.Zero);
        Assert.That(await mqtt.Subscribe311Async(Topic(client, 's')), Is.EqualTo(1), "QoS 1");
        return mqtt;
    }

    private async Task<byte[]> RefusedAsync(string client, string password)
    {
        using var mqtt = await OpenAsync(client);
        var pake = Client(client, password);
        var id = RandomNumberGenerator.GetBytes(8);
        var (_, _, hello) = await AskAsync(mqtt, client, [1, 1, .. id, .. Begin(pake)[10..]]);
        Assert.That(hello[..18], Is.EqualTo((byte[])[1, 2, .. id, 0, 6, .. "broker"u8]));
        Assert.That(hello, Has.Length.EqualTo(18 + 256));
        var (_, _, refused) = await AskAsync(mqtt, client, [1, 3, .. id, .. pake.Proof(hello[18..])]);
        Assert.That(refused[2..10], Is.EqualTo(id));
        return [.. refused[..2], .. refused[10..]];
    }
}
