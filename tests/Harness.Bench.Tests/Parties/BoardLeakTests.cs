using Harness.Schemes.MqttAuth;

namespace Harness.Bench.Tests.Parties;

/// <summary>Checks that keys never leave a board (rigs/firmware/PROTOCOL.md).</summary>
public class BoardLeakTests
{
    private const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Test]
    public async Task A_reply_with_more_than_the_protocol_lets_out_fails_the_device_without_showing_it()
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "leaky" });
        var party = await SerialParty.ConnectAsync("leaky", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => $"OK fp=0011223344556677 sk={Secret} t=1";
        var failed = Assert.ThrowsAsync<CheckFailedException>(async () => await party.AugFinishAsync(new byte[32], TestEnvironment.Timeout()));
        Assert.Multiple(() =>
        {
            Assert.That(failed!.Item, Is.EqualTo("reply of leaky to AUG.FINISH"));
            Assert.That(failed.Expected, Is.EqualTo("fp= and t= alone"));
            Assert.That(failed.Seen, Is.EqualTo("also sk="));
            Assert.That(failed.ToString(), Does.Not.Contain(Secret));
        });
    }

    [Test]
    public async Task A_reply_as_the_protocol_has_it_is_taken()
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "sound" });
        var party = await SerialParty.ConnectAsync("sound", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => "OK fp=0011223344556677 t=1";
        Assert.That((await party.AugFinishAsync(new byte[32], TestEnvironment.Timeout())).Value, Is.EqualTo("0011223344556677"));
    }

    [TestCase("request", "OK data=00 token=T t=1", "data= and t= alone", "also token=")]
    [TestCase("answer", "OK what=create status=0 topic=61 data=T t=1", "what=, status=, topic=, authentication=, authorization= and t= alone", "also data=")]
    [TestCase("answer", "OK what=create status=0 topic=61 token=T t=1", "what=, status=, topic=, authentication=, authorization= and t= alone", "also token=")]
    [TestCase("take", "OK fp=0011223344556677 token=T t=1", "fp= and t= alone", "also token=")]
    [TestCase("give", "OK token=00112233445566778899aabbccddeeff authentication=T t=1", "token= and t= alone", "also authentication=")]
    public async Task A_token_comes_out_of_give_and_of_nothing_else(string op, string answer, string expected, string seen)
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "leaky" });
        fake.Answer = request => request.StartsWith("ID") ? $"OK {FakeBoard.Id.Replace("mqtt-present", "mqtt-present,augmqtt,mqtt-auth")} t=1" : "OK t=1";
        var party = await SerialParty.ConnectAsync("leaky", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => answer.Replace("=T", "=" + Secret[..32]);
        var failed = Assert.ThrowsAsync<CheckFailedException>(async () => await (op switch
        {
            "request" => party.Tokens.RequestAsync(TokenOperation.Create, "a", TokenKind.Authentication, TestEnvironment.Timeout()).AsTask(),
            "answer" => party.Tokens.TakeAnswerAsync(new byte[28], TestEnvironment.Timeout()).AsTask(),
            "take" => party.Tokens.TakeAsync(TokenKind.Authorization, "a", new byte[16], TestEnvironment.Timeout()).AsTask(),
            _ => (Task)party.Tokens.GiveAsync("a", TestEnvironment.Timeout()).AsTask(),
        }))!;
        Assert.Multiple(() =>
        {
            Assert.That((failed.Expected, failed.Seen), Is.EqualTo((expected, seen)));
            Assert.That(failed.ToString(), Does.Not.Contain(Secret[..32]));
        });
    }

    [Test]
    public Task An_answer_without_a_status_of_the_protocol_is_a_rig_error(
        [Values("what=create status=3 topic=61", "what=create status=x topic=61", "what=create topic=61")] string answer) =>
        An_answer_that_is_none_of_the_protocol_is_a_rig_error(answer, "status=");

    [TestCase("what=steal status=0 topic=61", "what=")]
    [TestCase("what=create status=0 topic=6", "topic=")]
    [TestCase("what=create status=0 topic=61 authentication=00", "authentication=")]
    public async Task An_answer_that_is_none_of_the_protocol_is_a_rig_error(string answer, string named)
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "odd" });
        fake.Answer = request => request.StartsWith("ID") ? $"OK {FakeBoard.Id.Replace("mqtt-present", "mqtt-present,augmqtt,mqtt-auth")} t=1" : "OK t=1";
        var party = await SerialParty.ConnectAsync("odd", client, null, null, TestEnvironment.Timeout());
        fake.Answer = _ => $"OK {answer} t=1";
        var error = Assert.ThrowsAsync<BoardMismatchException>(async () => await party.Tokens.TakeAnswerAsync(new byte[28], TestEnvironment.Timeout()));
        Assert.That(error!.Message, Does.Contain(named));
    }

    [Test]
    public async Task A_board_that_lists_no_other_scheme_is_not_asked_for_one()
    {
        await using var fake = new FakeBoard();
        await using var client = new BenchClient(fake.Line, new BenchClientOptions { Board = "small" });
        var party = await SerialParty.ConnectAsync("small", client, null, null, TestEnvironment.Timeout());
        Assert.That(party.Capabilities.Schemes, Is.EqualTo(new[] { SchemeNames.MqttPresent }));
        await UnsupportedAsync(async () => await party.ProvisionAsync(
            new PartyIdentity("c", "s", "pw", "p256", "rfc6628") { Scheme = SchemeNames.AugMqtt }, TestEnvironment.Timeout()));
        await UnsupportedAsync(async () => await party.Tokens.GiveAsync("a", TestEnvironment.Timeout()));
        await party.ProvisionAsync(new PartyIdentity("c", "s", "pw", "p256", "rfc6628"), TestEnvironment.Timeout());
        await party.ForgetOldKeyAsync(TestEnvironment.Timeout());
        Assert.That(fake.Ran.Select(r => r.Split(' ')[0]), Is.EqualTo(new[] { "ID", "SEED", "PROVISION" }));
        Assert.That(fake.Ran, Has.None.Contains("scheme="), "an older firmware does not know it");
    }

    private static async Task UnsupportedAsync(Func<Task> call) => await Assert.ThatAsync(
        () => call(), Throws.TypeOf<PartyRefusedException>().With.Property("Refusal").EqualTo(PartyRefusal.Unsupported));
}
