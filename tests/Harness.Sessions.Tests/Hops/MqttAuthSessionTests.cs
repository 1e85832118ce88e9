using Harness.Schemes.MqttAuth;

namespace Harness.Sessions.Tests.Hops;

/// <summary>MQTT-Auth over MQTT: who created a topic hands out the right to read it, and takes it back.</summary>
public sealed class MqttAuthSessionTests
{
    [Test]
    public async Task A_holder_of_the_tokens_publishes_and_reads([Values] LoginBinding publisher, [Values] LoginBinding subscriber)
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub", binding: publisher);
        var sub = await bench.LogInAsync("sub", binding: subscriber);
        var created = await pub.CreateTopicAsync(Bench.Topic, default);
        Assert.That((created.Status, created.Authentication?.Length, created.Authorization?.Length), Is.EqualTo((TokenStatus.Granted, 16, 16)));
        Assert.That(created.Authentication, Is.Not.EqualTo(created.Authorization));
        Assert.That(await HandOverAsync(pub, sub), Is.EqualTo(created.Authorization));
        Assert.That((await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        Assert.That((await sub.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await sub.SubscribeAsync(Bench.Topic + "/#", default);
        await sub.SubscribeAsync("#", default);
        foreach (var topic in new[] { Bench.Topic, Bench.Topic + "/inner/most" })
        {
            await pub.PublishSealedAsync(topic, "21.5 C"u8.ToArray(), default);
            var opened = await sub.ReceiveAndOpenAsync(Bench.Limit);
            Assert.That((opened.Topic, opened.Plaintext.ToArray()), Is.EqualTo((topic, "21.5 C"u8.ToArray())));
        }

        Assert.That(bench.Broker.Faults, Is.Empty);
    }

    [Test]
    public async Task Without_a_grant_nothing_is_published_or_read()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await RefusedAsync(() => pub.PublishSealedAsync("of/nobody", new byte[1], default));
        await RefusedAsync(() => pub.PublishSealedAsync("auth/737562", new byte[1], default));
        await RefusedAsync(() => pub.SubscribeAsync("auth/737562", default));
        await RefusedAsync(() => pub.SubscribeAsync("auth/+", default));
        await pub.CreateTopicAsync(Bench.Topic, default);
        await RefusedAsync(() => pub.PublishSealedAsync(Bench.Topic, new byte[1], default));
        await RefusedAsync(() => pub.SubscribeAsync(Bench.Topic, default));
        await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default);
        await RefusedAsync(() => pub.PublishSealedAsync("plant", new byte[1], default));
        await RefusedAsync(() => pub.PublishSealedAsync("plant/10", new byte[1], default));
        await RefusedAsync(() => sub.SubscribeAsync("#", default));
        await HandOverAsync(pub, sub);
        await sub.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default);
        await sub.SubscribeAsync("#", default);
        await RefusedAsync(() => sub.SubscribeAsync("plant/10", default));
        await RefusedAsync(() => sub.PublishSealedAsync(Bench.Topic, new byte[1], default));
        Assert.That(bench.Broker.Payloads.Records.Where(r => !r.Accepted).Select(r => r.Reason), Is.All.EqualTo(PayloadReasons.NoGrant));
        Assert.That(bench.Broker.Payloads.Last("sub"), Is.EqualTo(new PayloadRecord("sub", Bench.Topic, false, PayloadReasons.NoGrant, default))
            .Using<PayloadRecord>((a, b) => a with { At = default } == b with { At = default }));
    }

    [Test]
    public async Task A_message_refused_for_want_of_a_grant_cannot_be_replayed_after_it()
    {
        await using var bench = await StartAsync();
        var party = bench.Party("pub");
        var pub = await bench.LogInAsync("pub", party: party);
        await pub.CreateTopicAsync(Bench.Topic, default);
        var early = (await party.SealAsync(Bench.Topic, "early"u8.ToArray(), default)).Value;
        await RefusedAsync(() => pub.PublishAsync(Bench.Topic, early, default));
        await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default);
        await RefusedAsync(() => pub.PublishAsync(Bench.Topic, early, default));
        Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.Replay));
    }

    [Test]
    public async Task A_revoked_token_ends_what_it_gave_at_once()
    {
        await using var bench = await StartAsync();
        var (pub, sub) = await PairAsync(bench);
        await ReachesAsync(pub, sub, 1);
        Assert.That((await pub.RevokeAsync(TokenKind.Authorization, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        Assert.That((await sub.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Refused));

        Assert.That((await pub.RevokeAsync(TokenKind.Authentication, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await RefusedAsync(() => pub.PublishSealedAsync(Bench.Topic, new byte[] { 3 }, default));

        // The creator draws new tokens: what the subscriber gets first then was published after the revocation, not during it.
        Assert.That((await pub.CreateTopicAsync(Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default);
        await HandOverAsync(pub, sub);
        await sub.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default);
        await ReachesAsync(pub, sub, 4);
    }

    [Test]
    public async Task A_retained_reading_is_for_those_with_the_right_to_read_it_alone()
    {
        await using var bench = await StartAsync();
        var (pub, sub) = await PairAsync(bench);
        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, QualityOfService.AtLeastOnce, retain: true, default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new byte[] { 1 }));
        var other = await bench.LogInAsync("other");
        await other.CreateTopicAsync("of/other", default);
        await other.ShowTokenAsync(TokenOperation.Publish, "of/other", default);
        await other.ShowTokenAsync(TokenOperation.Subscribe, "of/other", default);
        await other.SubscribeAsync("#", default);
        await other.PublishSealedAsync("of/other", new byte[] { 2 }, default);
        Assert.That((await other.ReceiveAndOpenAsync(Bench.Limit)).Topic, Is.EqualTo("of/other"), "nothing of the retained one came before");
    }

    [Test]
    public async Task Nobody_but_the_creator_revokes_and_nobody_creates_in_anothers_topic()
    {
        await using var bench = await StartAsync();
        var (pub, sub) = await PairAsync(bench);
        foreach (var topic in new[] { Bench.Topic, Bench.Topic + "/below", "plant", "aug/x", "auth/737562", "a/+", "#", "$SYS/x" })
        {
            Assert.That((await sub.CreateTopicAsync(topic, default)).Status, Is.EqualTo(TokenStatus.Refused), topic);
        }

        Assert.That((await sub.RevokeAsync(TokenKind.Authorization, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Refused));
        await ReachesAsync(pub, sub, 1);
    }

    [Test]
    public async Task A_grant_ends_with_the_connection_and_lives_through_a_re_authentication()
    {
        await using var bench = await StartAsync();
        var party = bench.Party("pub");
        var pub = await bench.LogInAsync("pub", party: party);
        await pub.CreateTopicAsync(Bench.Topic, default);
        await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default);
        await pub.ReauthenticateAsync(default);
        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);

        await pub.DisposeAsync();
        var options = bench.Options("pub") with { Provision = false };
        await using var again = await DeviceSession.LoginAsync(party, options, default);
        await RefusedAsync(() => again.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default));
        Assert.That((await again.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await again.PublishSealedAsync(Bench.Topic, new byte[] { 3 }, default);
    }

    [Test]
    public async Task A_leaked_token_grants_its_right_to_any_holder()
    {
        // The finding of the scheme: tokens are a bearer's.
        await using var bench = await StartAsync();
        var (pub, _) = await PairAsync(bench);
        var other = await bench.LogInAsync("other");
        await HandOverAsync(pub, other);
        Assert.That((await other.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default)).Status, Is.EqualTo(TokenStatus.Granted));
        await other.SubscribeAsync(Bench.Topic, default);
        await ReachesAsync(pub, other, 7);
    }

    [Test]
    public async Task An_answer_does_not_overtake_a_message_that_was_sealed_before_it()
    {
        await using var bench = await StartAsync();
        var (pub, sub) = await PairAsync(bench);
        for (byte i = 0; i < 5; i++)
        {
            await pub.PublishSealedAsync(Bench.Topic, new byte[] { i }, default);
        }

        await sub.CreateTopicAsync("of/sub", default);
        for (byte i = 0; i < 5; i++)
        {
            Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new[] { i }));
        }
    }

    [Test]
    public async Task A_correctly_sealed_message_that_is_no_request_is_answered_as_malformed()
    {
        await using var bench = await StartAsync();
        var party = bench.Party("pub");
        var pub = await bench.LogInAsync("pub", party: party);
        var asked = pub.CreateTopicAsync(Bench.Topic, default);
        await asked;
        var own = TokenTopics.Of("pub");
        foreach (var bytes in new byte[][] { [], [9], [1, 0, 0], [1, 0, 9, 97], [2, 0, 1, 97, .. new byte[15]], [1, 0, 1, 97, 0] })
        {
            await pub.PublishAsync(own, (await party.SealAsync(own, bytes, default)).Value, default);
            Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.Malformed));
        }
    }

    [Test]
    public async Task Requests_and_answers_are_sealed_and_no_token_is_on_a_wire()
    {
        var recorder = new PayloadRecorder();
        await using var bench = await Bench.StartAsync(scheme: SchemeNames.MqttAuth, policy: recorder);
        var (pub, sub) = await PairAsync(bench);
        await pub.RevokeAsync(TokenKind.Authorization, Bench.Topic, default);
        var token = await pub.Tokens.GiveAsync(Bench.Topic, default);
        var seen = recorder.TakeAll();
        Assert.That(seen, Has.Count.GreaterThanOrEqualTo(8));
        Assert.That(seen.Where(p => p.AsSpan().IndexOf(token) >= 0), Is.Empty);
        Assert.That(seen.Where(p => p.AsSpan().IndexOf("plant/1"u8) >= 0), Is.Empty, "requests name topics, but sealed");
    }

    /// <summary>"pub" created the topic and may publish; "sub" may read and has subscribed.</summary>
    private static async Task<(DeviceSession Pub, DeviceSession Sub)> PairAsync(Bench bench)
    {
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await pub.CreateTopicAsync(Bench.Topic, default);
        await pub.ShowTokenAsync(TokenOperation.Publish, Bench.Topic, default);
        await HandOverAsync(pub, sub);
        await sub.ShowTokenAsync(TokenOperation.Subscribe, Bench.Topic, default);
        await sub.SubscribeAsync(Bench.Topic, default);
        return (pub, sub);
    }

    private static async Task<string> HandOverAsync(DeviceSession from, DeviceSession to) =>
        await to.Tokens.TakeAsync(TokenKind.Authorization, Bench.Topic, await from.Tokens.GiveAsync(Bench.Topic, default), default);

    private static async Task ReachesAsync(DeviceSession from, DeviceSession to, byte reading)
    {
        await from.PublishSealedAsync(Bench.Topic, new[] { reading }, default);
        Assert.That((await to.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new[] { reading }));
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => call());
        Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        await Task.CompletedTask;
    }

    private static Task<Bench> StartAsync() => Bench.StartAsync(scheme: SchemeNames.MqttAuth, configure: o => o with { AllowAnonymous = true });
}
