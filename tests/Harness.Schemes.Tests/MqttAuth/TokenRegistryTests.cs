namespace Harness.Schemes.Tests.MqttAuth;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokenRegistryTests : IDisposable
{
    private readonly TokenRegistry _registry = new(4);

    public void Dispose() => _registry.Dispose();

    [Test]
    public void Creating_gives_two_tokens_that_differ_and_no_right()
    {
        var (publish, read) = Create("a/b");
        Assert.That(publish, Is.Not.EqualTo(read));
        Assert.That((_registry.MayPublish("pub", "a/b"), _registry.MayRead("pub", "a/b")), Is.EqualTo((false, false)));
        Assert.That(Create("c"), Is.Not.EqualTo((publish, read)), "drawn anew for each topic");
    }

    [Test]
    public void A_token_covers_its_topic_and_all_below([Values("a/b", "a/b/c", "a/b/c/d")] string topic) => AssertCovered(topic, true);

    [Test]
    public void A_token_covers_no_other_topic([Values("a/bc", "a", "a/c", "A/b")] string topic) => AssertCovered(topic, false);

    [Test]
    public void A_filter_is_worth_granting_where_it_can_match_something_readable(
        [Values("a/b", "a/b/#", "a/b/c/+", "a/+", "+/+/c", "#", "a/#")] string filter) => AssertWorthGranting(filter, true);

    [Test]
    public void A_filter_is_not_worth_granting_where_it_matches_nothing_readable([Values("a", "+", "a/c", "+/c/#")] string filter) =>
        AssertWorthGranting(filter, false);

    [Test]
    public void A_wrong_token_the_other_token_and_one_for_no_topic_are_refused_alike()
    {
        var (publish, read) = Create("a");
        var wrong = publish.ToArray();
        wrong[15] ^= 1;
        TokenAnswer[] answers =
        [
            Ask(TokenOperation.Publish, "x", "a", wrong), Ask(TokenOperation.Publish, "x", "a", read), Ask(TokenOperation.Subscribe, "x", "a", publish),
            Ask(TokenOperation.Publish, "x", "a", new byte[16]), Ask(TokenOperation.Publish, "x", "none", publish), Ask(TokenOperation.Publish, "x", "none", new byte[16]),
            Ask(TokenOperation.Revoke, "x", "a", publish), Ask(TokenOperation.Revoke, "pub", "a", wrong), Ask(TokenOperation.Revoke, "pub", "none", publish),
            Ask(TokenOperation.Create, "x", "a", []), Ask(TokenOperation.Create, "pub", "a", []),
        ];
        Assert.That(answers.Select(a => (a.Status, a.Tokens.Length)), Is.All.EqualTo((TokenStatus.Refused, 0)));
        Assert.That((_registry.MayPublish("x", "a"), _registry.MayRead("x", "a")), Is.EqualTo((false, false)));
    }

    [TestCase(TokenKind.Authentication)]
    [TestCase(TokenKind.Authorization)]
    public void A_revoked_token_ends_every_right_it_gave_and_gives_none_again(TokenKind kind)
    {
        var (publish, read) = Create("a");
        Show(TokenOperation.Publish, "x", publish);
        Show(TokenOperation.Subscribe, "y", read);
        var (revoked, stays) = kind == TokenKind.Authentication ? (publish, read) : (read, publish);
        Assert.That(Ask(TokenOperation.Revoke, "pub", "a", revoked).Status, Is.EqualTo(TokenStatus.Granted));
        Assert.That((_registry.MayPublish("x", "a/1"), _registry.MayRead("y", "a/1")),
            Is.EqualTo((kind != TokenKind.Authentication, kind != TokenKind.Authorization)));
        Assert.That(Ask(TokenOperation.Publish, "x", "a", revoked).Status, Is.EqualTo(TokenStatus.Refused));
        Assert.That(Ask(TokenOperation.Subscribe, "y", "a", revoked).Status, Is.EqualTo(TokenStatus.Refused));
        Assert.That(Ask(TokenOperation.Revoke, "pub", "a", revoked).Status, Is.EqualTo(TokenStatus.Refused));
        Assert.That(Ask(kind == TokenKind.Authentication ? TokenOperation.Subscribe : TokenOperation.Publish, "z", "a", stays).Status, Is.EqualTo(TokenStatus.Granted));
    }

    [Test]
    public void After_a_revocation_the_creator_draws_new_tokens_and_the_old_ones_give_nothing()
    {
        var (publish, read) = Create("a");
        Show(TokenOperation.Publish, "x", publish);
        Ask(TokenOperation.Revoke, "pub", "a", read);
        Assert.That(Ask(TokenOperation.Create, "x", "a", []).Status, Is.EqualTo(TokenStatus.Refused), "it stays the creator's");
        var (again, readAgain) = Create("a");
        Assert.That(_registry.MayPublish("x", "a"), Is.False, "rights by the old tokens ended");
        Assert.That(Ask(TokenOperation.Publish, "x", "a", publish).Status, Is.EqualTo(TokenStatus.Refused));
        Show(TokenOperation.Publish, "x", again);
        Show(TokenOperation.Subscribe, "y", readAgain);
    }

    [Test]
    public void Rights_end_with_the_connection_of_that_client_alone()
    {
        var (publish, read) = Create("a");
        Show(TokenOperation.Publish, "x", publish);
        Show(TokenOperation.Subscribe, "x", read);
        Show(TokenOperation.Subscribe, "y", read);
        _registry.End("x");
        Assert.That((_registry.MayPublish("x", "a"), _registry.MayRead("x", "a"), _registry.MayRead("y", "a")), Is.EqualTo((false, false, true)));
        Show(TokenOperation.Publish, "x", publish);
    }

    [TestCase("a/b", false)]
    [TestCase("a", false)]
    [TestCase("a/b/c", false)]
    [TestCase("a/c", true)]
    [TestCase("ab", true)]
    public void Nobody_else_creates_at_above_or_below_a_topic(string topic, bool allowed)
    {
        Create("a/b");
        Assert.That(Ask(TokenOperation.Create, "x", topic, []).Status, Is.EqualTo(allowed ? TokenStatus.Granted : TokenStatus.Refused));
    }

    [Test]
    public void Its_creator_may_create_above_and_below()
    {
        Create("a/b");
        Create("a/b/c");
        Create("a");
    }

    [TestCase("#")]
    [TestCase("a/+")]
    [TestCase("$SYS/a")]
    [TestCase("aug")]
    [TestCase("aug/6d34/key")]
    [TestCase("auth/6d34")]
    [TestCase("a\0b")]
    [TestCase("a/")]
    [TestCase("/a")]
    public void A_topic_that_nobody_may_grant_is_not_created(string topic) =>
        Assert.That(Ask(TokenOperation.Create, "pub", topic, []).Status, Is.EqualTo(TokenStatus.Refused));

    [Test]
    public void A_topic_has_at_most_64_bytes_as_on_boards()
    {
        Create(new string('x', 64));
        Assert.That(Ask(TokenOperation.Create, "pub", new string('x', 65), []).Status, Is.EqualTo(TokenStatus.Refused));
    }

    [Test]
    public void Their_number_is_bounded()
    {
        foreach (var topic in new[] { "a", "b", "c", "d" })
        {
            Create(topic);
        }

        Assert.That(Ask(TokenOperation.Create, "pub", "e", []).Status, Is.EqualTo(TokenStatus.Refused));
    }

    private (byte[] Publish, byte[] Read) Create(string topic)
    {
        var answer = Ask(TokenOperation.Create, "pub", topic, []);
        Assert.That((answer.Status, answer.Topic), Is.EqualTo((TokenStatus.Granted, topic)));
        return (answer.Tokens[..16].ToArray(), answer.Tokens[16..].ToArray());
    }

    private void Show(TokenOperation operation, string client, byte[] token) =>
        Assert.That(Ask(operation, client, "a/b", token).Status == TokenStatus.Granted || Ask(operation, client, "a", token).Status == TokenStatus.Granted, Is.True);

    private TokenAnswer Ask(TokenOperation operation, string client, string topic, byte[] token) =>
        _registry.Handle(client, new TokenRequest(operation, topic, token));

    private void AssertCovered(string topic, bool covered)
    {
        var (publish, read) = Create("a/b");
        Show(TokenOperation.Publish, "x", publish);
        Assert.That((_registry.MayPublish("x", topic), _registry.MayRead("x", topic)), Is.EqualTo((covered, false)));
        Show(TokenOperation.Subscribe, "y", read);
        Assert.That((_registry.MayPublish("y", topic), _registry.MayRead("y", topic)), Is.EqualTo((false, covered)));
    }

    private void AssertWorthGranting(string filter, bool some)
    {
        Assert.That(_registry.MayReadSomeOf("y", filter), Is.False);
        Show(TokenOperation.Subscribe, "y", Create("a/b").Read);
        Assert.That(_registry.MayReadSomeOf("y", filter), Is.EqualTo(some));
    }
}
