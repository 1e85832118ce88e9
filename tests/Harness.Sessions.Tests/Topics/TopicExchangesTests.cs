namespace Harness.Sessions.Tests.Topics;

/// <summary>State of the broker side on topics, and its lifetime.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TopicExchangesTests
{
    private const string Password = "correct horse";
    private readonly FakeTimeProvider _time = new();
    private readonly List<LoginRecord> _ended = [];
    private readonly List<string> _established = [];
    private TopicExchanges _exchanges = null!;

    [SetUp]
    public void Start()
    {
        var accounts = new[] { "m4", "m5", "m6" }.Select(c => Enrolment.Create(c, "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, Password));
        var authenticator = new AugPakeAuthenticator(new AccountStore("broker", accounts), time: _time);
        authenticator.LoginEnded += _ended.Add;
        authenticator.KeyEstablished += (record, key) =>
        {
            _established.Add(key.Fingerprint);
            key.Dispose();
        };
        _exchanges = new TopicExchanges(authenticator, new TopicExchangeOptions(4, 2, TimeSpan.FromSeconds(30)), _time);
    }

    [TearDown]
    public void Stop() => _exchanges.Dispose();

    [Test]
    public async Task The_key_is_handed_over_when_the_answer_was_sent_and_once()
    {
        using var client = Client("m4");
        var reply = await ProveAsync("m4", 1, client);
        Assert.That((reply.Bytes.Span[1], reply.Accepted, _established.Count), Is.EqualTo(((byte)4, true, 0)));
        reply.Sent();
        reply.Sent();
        using var key = client.Finish(reply.Bytes.Span[10..]);
        Assert.That(_established, Is.EqualTo(new[] { key.Fingerprint }));
    }

    [Test]
    public async Task A_repeat_proves_nothing_about_who_asks()
    {
        using var client = Client("m4");
        var proof = await AnswerAsync("m4", 1, client);
        var first = await SendAsync("m4", TopicStep.Proof, 1, proof);
        first!.Sent();
        var again = await SendAsync("m4", TopicStep.Proof, 1, proof);
        Assert.That(again!.Bytes.ToArray(), Is.EqualTo(first.Bytes.ToArray()));
        Assert.That((first.Accepted, again.Accepted), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_repeat_completes_what_could_not_be_sent_before()
    {
        using var client = Client("m4");
        var proof = await AnswerAsync("m4", 1, client);
        await SendAsync("m4", TopicStep.Proof, 1, proof);
        Assert.That(_established, Is.Empty);
        (await SendAsync("m4", TopicStep.Proof, 1, proof))!.Sent();
        Assert.That(_established, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_session_ends_with_its_time_and_its_proof_is_then_unknown()
    {
        using var client = Client("m4");
        var proof = await AnswerAsync("m4", 1, client);
        _time.Advance(TimeSpan.FromSeconds(31));
        var late = await SendAsync("m4", TopicStep.Proof, 1, proof);
        Assert.That(late!.Bytes.ToArray()[^1], Is.EqualTo(0x82));
        Assert.That(_exchanges.Count, Is.Zero);
        Assert.That(_ended.Select(r => r.Outcome), Is.EqualTo(new[] { LoginOutcome.Abandoned }));
    }

    [Test]
    public async Task A_name_holds_two_sessions_and_its_oldest_gives_way()
    {
        using var first = Client("m4");
        using var other = Client("m5");
        var proof = await AnswerAsync("m4", 1, first);
        var kept = await AnswerAsync("m5", 1, other);
        foreach (var id in (ulong[])[2, 3])
        {
            using var next = Client("m4");
            await AnswerAsync("m4", id, next);
        }

        Assert.That(_exchanges.Count, Is.EqualTo(3));
        Assert.That((await SendAsync("m4", TopicStep.Proof, 1, proof))!.Bytes.ToArray()[^1], Is.EqualTo(0x82), "the oldest of m4");
        Assert.That((await SendAsync("m5", TopicStep.Proof, 1, kept))!.Accepted, Is.True, "another name's");
    }

    [Test]
    public async Task A_flood_of_names_stays_within_the_bound_and_ends_finished_sessions_first()
    {
        using var slow = Client("m4");
        var proof = await AnswerAsync("m4", 1, slow);
        using var quick = Client("m5");
        (await ProveAsync("m5", 1, quick)).Sent();
        foreach (var name in (string[])["a", "b", "c"])
        {
            using var stranger = Client(name);
            await AnswerAsync(name, 1, stranger);
        }

        Assert.That(_exchanges.Count, Is.EqualTo(4));
        Assert.That((await SendAsync("m4", TopicStep.Proof, 1, proof))!.Accepted, Is.True, "the unfinished one is still there");
        foreach (var i in Enumerable.Range(0, 20))
        {
            using var stranger = Client("x" + i);
            await AnswerAsync("x" + i, 1, stranger);
        }

        Assert.That(_exchanges.Count, Is.EqualTo(4));
        Assert.That(_ended.Count(r => r.Outcome == LoginOutcome.Abandoned), Is.GreaterThanOrEqualTo(18));
    }

    [Test]
    public async Task Sessions_of_two_names_with_one_id_are_two()
    {
        using var first = Client("m4");
        using var second = Client("m5");
        var proofs = (await AnswerAsync("m4", 7, first), await AnswerAsync("m5", 7, second));
        Assert.That((await SendAsync("m4", TopicStep.Proof, 7, proofs.Item1))!.Accepted, Is.True);
        Assert.That((await SendAsync("m5", TopicStep.Proof, 7, proofs.Item2))!.Accepted, Is.True);
    }

    [Test]
    public async Task A_start_of_another_X_in_one_session_is_a_repeat()
    {
        using var first = Client("m4");
        using var second = Client("m4");
        var hello = await SendAsync("m4", TopicStep.Start, 1, Begin(first));
        var again = await SendAsync("m4", TopicStep.Start, 1, Begin(second));
        Assert.That(again!.Bytes.ToArray(), Is.EqualTo(hello!.Bytes.ToArray()));
    }

    [Test]
    public async Task Copies_that_come_at_once_are_one_session()
    {
        using var client = Client("m4");
        var start = Begin(client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SendAsync("m4", TopicStep.Start, 1, start))));
        Assert.That(answers.Select(a => Convert.ToHexString(a!.Bytes.Span)).Distinct().Count(), Is.EqualTo(1));
        var proof = client.Respond(answers[0]!.Bytes.Span[18..]);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SendAsync("m4", TopicStep.Proof, 1, proof))));
        Assert.That(verdicts.Count(v => v!.Accepted), Is.EqualTo(1));
    }

    [Test]
    public async Task An_empty_name_is_0x85()
    {
        var refused = await SendAsync("", TopicStep.Start, 1, default);
        Assert.That(refused!.Bytes.ToArray(), Is.EqualTo((byte[])[1, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0x85]));
    }

    [Test]
    public async Task Others_neither_answer_in_the_session_of_a_proved_connection_nor_end_it()
    {
        using var client = Client("m4");
        var hello = await SendAsync("m4", TopicStep.Start, 1, Begin(client), proved: true);
        var proof = client.Respond(hello!.Bytes.Span[18..]);
        Assert.That((await SendAsync("m4", TopicStep.Proof, 1, new byte[32]))!.Bytes.Span[1], Is.EqualTo(5));
        for (ulong i = 1; i < 10; i++)
        {
            using var stranger = Client(i % 2 == 0 ? "m4" : "m5");
            await SendAsync(i % 2 == 0 ? "m4" : "m5", TopicStep.Start, i, Begin(stranger));
        }

        Assert.That((await SendAsync("m4", TopicStep.Proof, 1, proof, proved: true))!.Bytes.Span[1], Is.EqualTo(4));
    }

    private static AugPakeClient Client(string name) => new(AugPakeGroup.P256, AugPakeProfile.Rfc6628, name, "broker", Password);

    private static byte[] Begin(AugPakeClient client) => new TopicStart("AUGPAKE-RFC6628-P256", client.Start()).Encode();

    private async Task<TopicReply?> SendAsync(string client, TopicStep step, ulong session, ReadOnlyMemory<byte> data, bool proved = false) =>
        await _exchanges.HandleAsync(client, new TopicMessage(step, session, data).Encode(), proved, CancellationToken.None);

    private async Task<byte[]> AnswerAsync(string name, ulong session, AugPakeClient client)
    {
        var hello = await SendAsync(name, TopicStep.Start, session, Begin(client));
        Assert.That(hello!.Bytes.Span[1], Is.EqualTo(2));
        return client.Respond(hello.Bytes.Span[18..]);
    }

    private async Task<TopicReply> ProveAsync(string name, ulong session, AugPakeClient client) =>
        (await SendAsync(name, TopicStep.Proof, session, await AnswerAsync(name, session, client)))!;
}
