using System.Security.Cryptography;
using System.Text;
using Harness.Crypto;
using Harness.Schemes.AugMqtt;
using Harness.Schemes.MqttAuth;

namespace Harness.Schemes.Tests;

/// <summary>Contract tests of every party's use of mqtt-auth's tokens (rigs/firmware/PROTOCOL.md).</summary>
public abstract class TokenPartyContract
{
    private const string Topic = "lab/température";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Service = TokenTopics.Of(HopParty.Client);
    private HopParty _at = null!;

    private IParty Party => _at.Party;

    protected abstract IParty Create();

    [SetUp]
    public void Make() => _at = new HopParty(Create(), SchemeNames.MqttAuth);

    [TearDown]
    public async Task End()
    {
        await _at.DisposeAsync();
        (Party as IDisposable)?.Dispose();
    }

    [Test]
    public async Task A_request_to_create_carries_no_token()
    {
        using var broker = await _at.LogInAsync();
        var request = await RequestAsync(broker, TokenOperation.Create, TokenKind.Authentication);
        Assert.That((request.Operation, request.Topic, request.Token.Length), Is.EqualTo((TokenOperation.Create, Topic, 0)));
    }

    [Test]
    public async Task The_tokens_of_a_granted_answer_are_kept_and_their_fingerprints_told()
    {
        using var broker = await _at.LogInAsync();
        var (authentication, authorization) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));
        var outcome = await CreatedAsync(broker, authentication, authorization);
        Assert.That(outcome, Is.EqualTo(new TokenOutcome(
            TokenOperation.Create, TokenStatus.Granted, Topic, Fingerprints.Of(authentication), Fingerprints.Of(authorization))));
        Assert.Multiple(async () =>
        {
            Assert.That((await RequestAsync(broker, TokenOperation.Publish, TokenKind.Authorization)).Token.ToArray(), Is.EqualTo(authentication));
            Assert.That((await RequestAsync(broker, TokenOperation.Subscribe, TokenKind.Authentication)).Token.ToArray(), Is.EqualTo(authorization));
            Assert.That((await RequestAsync(broker, TokenOperation.Revoke, TokenKind.Authentication)).Token.ToArray(), Is.EqualTo(authentication));
            Assert.That((await RequestAsync(broker, TokenOperation.Revoke, TokenKind.Authorization)).Token.ToArray(), Is.EqualTo(authorization));
            Assert.That(await Party.Tokens.GiveAsync(Topic, None), Is.EqualTo(authorization));
        });
    }

    [Test]
    public async Task A_second_answer_replaces_the_tokens_of_its_topic()
    {
        using var broker = await _at.LogInAsync();
        await CreatedAsync(broker, new byte[16], new byte[16]);
        var token = RandomNumberGenerator.GetBytes(16);
        await CreatedAsync(broker, token, token);
        Assert.That(await Party.Tokens.GiveAsync(Topic, None), Is.EqualTo(token));
    }

    [TestCase(TokenOperation.Create, TokenStatus.Refused)]
    [TestCase(TokenOperation.Create, TokenStatus.Malformed)]
    [TestCase(TokenOperation.Publish, TokenStatus.Granted)]
    [TestCase(TokenOperation.Subscribe, TokenStatus.Refused)]
    [TestCase(TokenOperation.Revoke, TokenStatus.Granted)]
    public async Task Other_answers_carry_none(TokenOperation operation, TokenStatus status)
    {
        using var broker = await _at.LogInAsync();
        Assert.That(await AnswerAsync(broker, new TokenAnswer(operation, status, Topic, default).Encode()), Is.EqualTo(new TokenOutcome(operation, status, Topic)));
        await Refused(PartyRefusal.State, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
    }

    [Test]
    public async Task A_token_of_the_secondary_channel_is_kept()
    {
        using var broker = await _at.LogInAsync();
        var token = RandomNumberGenerator.GetBytes(16);
        Assert.That(await Party.Tokens.TakeAsync(TokenKind.Authorization, Topic, token, None), Is.EqualTo(Fingerprints.Of(token)));
        Assert.That((await RequestAsync(broker, TokenOperation.Subscribe, TokenKind.Authorization)).Token.ToArray(), Is.EqualTo(token));
        await Refused(PartyRefusal.State, () => Party.Tokens.RequestAsync(TokenOperation.Publish, Topic, TokenKind.Authentication, None).AsTask());
    }

    [Test]
    public async Task Four_topics_at_least_are_kept_apart()
    {
        using var broker = await _at.LogInAsync();
        var tokens = Enumerable.Range(0, 4).ToDictionary(i => $"lab/{i}", _ => RandomNumberGenerator.GetBytes(16));
        foreach (var (topic, token) in tokens)
        {
            await Party.Tokens.TakeAsync(TokenKind.Authorization, topic, token, None);
        }

        foreach (var (topic, token) in tokens)
        {
            Assert.That(await Party.Tokens.GiveAsync(topic, None), Is.EqualTo(token), topic);
        }
    }

    [Test]
    public async Task Without_a_token_of_the_topic_it_is_refused_by_state()
    {
        using var broker = await _at.LogInAsync();
        await Refused(PartyRefusal.State, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
        foreach (var operation in new[] { TokenOperation.Publish, TokenOperation.Subscribe, TokenOperation.Revoke })
        {
            await Refused(PartyRefusal.State, () => Party.Tokens.RequestAsync(operation, Topic, TokenKind.Authentication, None).AsTask());
        }

        await CreatedAsync(broker, new byte[16], new byte[16]);
        await Refused(PartyRefusal.State, () => Party.Tokens.GiveAsync(Topic + "/below", None).AsTask());
    }

    [Test]
    public async Task An_answer_is_opened_like_any_payload_of_the_hop()
    {
        using var broker = await _at.LogInAsync();
        var answer = new TokenAnswer(TokenOperation.Publish, TokenStatus.Granted, Topic, default).Encode();
        var payload = broker.Seal(Service, answer);
        await Refused(PartyRefusal.BadTag, () => Party.Tokens.TakeAnswerAsync(payload.AsMemory(0, 27), None).AsTask());
        payload[^1] ^= 1;
        await Refused(PartyRefusal.BadTag, () => Party.Tokens.TakeAnswerAsync(payload, None).AsTask());
        payload[^1] ^= 1;
        await Refused(PartyRefusal.BadTag, () => Party.Tokens.TakeAnswerAsync(broker.Seal(TokenTopics.Of("another"), answer), None).AsTask());
        await Party.Tokens.TakeAnswerAsync(payload, None);
        await Refused(PartyRefusal.Replay, () => Party.Tokens.TakeAnswerAsync(payload, None).AsTask());
        var own = await Party.Tokens.RequestAsync(TokenOperation.Create, Topic, TokenKind.Authentication, None);
        await Refused(PartyRefusal.BadTag, () => Party.Tokens.TakeAnswerAsync(own, None).AsTask());
    }

    [Test]
    public async Task An_answer_is_never_opened_for_the_caller_to_read()
    {
        using var broker = await _at.LogInAsync();
        var answer = new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, Topic, RandomNumberGenerator.GetBytes(32)).Encode();
        var payload = broker.Seal(Service, answer);
        await Refused(PartyRefusal.Unsupported, () => Party.OpenAsync(Service, payload, None).AsTask());
        Assert.That((await Party.Tokens.TakeAnswerAsync(payload, None)).Status, Is.EqualTo(TokenStatus.Granted), "its counter was not used up");

        var other = TokenTopics.Of(HopParty.Client + "2");
        Assert.That((await Party.OpenAsync(other, broker.Seal(other, answer), None)).Value, Is.EqualTo(answer), "only the client's own topic");
    }

    [Test]
    public async Task The_services_topic_is_a_topic_like_any_other_under_another_scheme()
    {
        var at = new HopParty(Party, SchemeNames.AugMqtt);
        await at.ProvisionAsync();
        using var broker = await at.LogInAsync();
        Assert.That((await Party.OpenAsync(Service, broker.Seal(Service, [1]), None)).Value, Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task A_topic_that_no_board_keeps_is_too_long([Values(0, 65, 300)] int length)
    {
        using var broker = await _at.LogInAsync();
        var topic = new string('t', length);
        await Refused(PartyRefusal.TooLong, () => Party.Tokens.RequestAsync(TokenOperation.Create, topic, TokenKind.Authentication, None).AsTask());
        await Refused(PartyRefusal.TooLong, () => Party.Tokens.TakeAsync(TokenKind.Authorization, topic, new byte[16], None).AsTask());
        await Refused(PartyRefusal.TooLong, () => Party.Tokens.GiveAsync(topic, None).AsTask());
    }

    [TestCaseSource(nameof(NoAnswers))]
    public async Task A_malformed_token_answer_is_a_bad_key_and_leaves_the_tokens(string hex)
    {
        using var broker = await _at.LogInAsync();
        var token = RandomNumberGenerator.GetBytes(16);
        await CreatedAsync(broker, token, token);
        await Refused(PartyRefusal.BadKey, () => AnswerAsync(broker, Convert.FromHexString(hex)));
        Assert.That(await Party.Tokens.GiveAsync(Topic, None), Is.EqualTo(token));
    }

    [Test]
    public async Task Tokens_outlive_a_handshake_and_end_with_provisioning_and_reset()
    {
        using var first = await _at.LogInAsync();
        var token = RandomNumberGenerator.GetBytes(16);
        await CreatedAsync(first, token, token);
        using var second = await _at.LogInAsync();
        Assert.That(await Party.Tokens.GiveAsync(Topic, None), Is.EqualTo(token));
        await _at.ProvisionAsync();
        using var third = await _at.LogInAsync();
        await Refused(PartyRefusal.State, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
        await CreatedAsync(third, token, token);
        await Party.ResetAsync(None);
        using var fourth = await _at.LogInAsync();
        await Refused(PartyRefusal.State, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
    }

    [Test]
    public async Task Before_a_handshake_there_is_no_key()
    {
        await _at.ProvisionAsync();
        await Refused(PartyRefusal.NoKey, () => Party.Tokens.RequestAsync(TokenOperation.Create, Topic, TokenKind.Authentication, None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.Tokens.TakeAnswerAsync(new byte[64], None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
        await Refused(PartyRefusal.NoKey, () => Party.Tokens.TakeAsync(TokenKind.Authorization, Topic, new byte[16], None).AsTask());
    }

    [Test]
    public async Task Another_scheme_has_no_tokens([Values(SchemeNames.MqttPresent, SchemeNames.AugMqtt)] string scheme)
    {
        var at = new HopParty(Party, scheme);
        await at.ProvisionAsync();
        using var broker = await at.LogInAsync();
        await Refused(PartyRefusal.Unsupported, () => Party.Tokens.RequestAsync(TokenOperation.Create, Topic, TokenKind.Authentication, None).AsTask());
        await Refused(PartyRefusal.Unsupported, () => Party.Tokens.TakeAnswerAsync(new byte[64], None).AsTask());
        await Refused(PartyRefusal.Unsupported, () => Party.Tokens.GiveAsync(Topic, None).AsTask());
        await Refused(PartyRefusal.Unsupported, () => Party.Tokens.TakeAsync(TokenKind.Authorization, Topic, new byte[16], None).AsTask());
    }

    [Test]
    public async Task A_token_has_16_bytes([Values(0, 15, 17)] int length)
    {
        using var broker = await _at.LogInAsync();
        Assert.ThrowsAsync<ArgumentException>(() => Party.Tokens.TakeAsync(TokenKind.Authorization, Topic, new byte[length], None).AsTask());
    }

    [Test]
    public async Task A_request_and_an_answer_count_as_one_cipher_each()
    {
        using var broker = await _at.LogInAsync();
        var before = await Party.CountsAsync(None);
        await Party.Tokens.RequestAsync(TokenOperation.Create, "t", TokenKind.Authentication, None);
        await AnswerAsync(broker, new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, "t", new byte[32]).Encode());
        var counted = await Party.CountsAsync(None) - before;
        Assert.That((counted.Ciphers, counted.CipherBlocks), Is.EqualTo((2L, 3L + 5L)), "4 bytes and 37");
    }

    public static IEnumerable<string> NoAnswers()
    {
        var topic = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Topic));
        var tokens = new string('0', 64);
        yield return "";
        yield return "81";
        yield return "8100";
        yield return "810000";
        yield return "81000000";
        yield return "8100000461"; // cut
        yield return $"01000010{topic}{tokens}"; // a request's operation
        yield return $"80000010{topic}{tokens}";
        yield return $"85000010{topic}";
        yield return $"81030010{topic}"; // no such status
        yield return $"81000010{topic}"; // granted without tokens
        yield return $"81000010{topic}{tokens[2..]}";
        yield return $"81000010{topic}{tokens}00";
        yield return $"81010010{topic}{tokens}"; // refused with tokens
        yield return $"82000010{topic}{tokens}";
        yield return "82000002c080"; // an overlong form is no UTF-8
        yield return "82000003eda080"; // nor a surrogate
        yield return "820000026180"; // nor a lone continuation
        yield return "82000002e282"; // nor a cut character
        yield return "82000004f4908080"; // nor anything above U+10FFFF
    }

    private static Task Refused(PartyRefusal refusal, Func<Task> call) => HopParty.Refused(refusal, call);

    private async Task<TokenRequest> RequestAsync(HopChannel broker, TokenOperation operation, TokenKind kind)
    {
        var payload = await Party.Tokens.RequestAsync(operation, Topic, kind, None);
        Assert.That(broker.Open(Service, payload, out var bytes), Is.EqualTo(HopResult.Opened));
        Assert.That(TokenRequest.TryDecode(bytes, out var request), Is.True);
        return request!;
    }

    private async Task<TokenOutcome> AnswerAsync(HopChannel broker, byte[] answer) =>
        await Party.Tokens.TakeAnswerAsync(broker.Seal(Service, answer), None);

    private Task<TokenOutcome> CreatedAsync(HopChannel broker, byte[] authentication, byte[] authorization) =>
        AnswerAsync(broker, new TokenAnswer(TokenOperation.Create, TokenStatus.Granted, Topic, (byte[])[.. authentication, .. authorization]).Encode());
}
