namespace Harness.Sessions.Tests;

public sealed class DeviceSessionTests
{
    [Test]
    public async Task A_reading_is_opened_by_the_subscriber(
        [Values("pub,sub", "sub,pub")] string order, [Values(80, 128)] int keyBits, [Values(0, 1, 8, 9, 200)] int length)
    {
        await using var bench = await Bench.StartAsync(keyBits);
        var sessions = new Dictionary<string, DeviceSession>();
        foreach (var client in order.Split(','))
        {
            sessions[client] = await bench.LogInAsync(client, keyBits);
        }

        var (pub, sub) = (sessions["pub"], sessions["sub"]);
        await sub.SubscribeAsync(Bench.Topic, default);
        var keys = new[] { await pub.WaitForTrafficKeyAsync(Bench.Limit), await sub.WaitForTrafficKeyAsync(Bench.Limit) };
        Assert.That(keys, Is.EqualTo(new[]
        {
            new TrafficKey(Bench.Topic, "sub", bench.Broker.TrafficKeyFingerprint("pub", "sub")!),
            new TrafficKey(Bench.Topic, "pub", bench.Broker.TrafficKeyFingerprint("pub", "sub")!),
        }));

        var reading = RandomNumberGenerator.GetBytes(length);
        var published = await pub.PublishSealedAsync(Bench.Topic, reading, default);
        var opened = await sub.ReceiveAndOpenAsync(Bench.Limit);
        Assert.That(opened.Topic, Is.EqualTo(Bench.Topic));
        Assert.That(opened.Plaintext.ToArray(), Is.EqualTo(reading));
        Assert.That(published.Length, Is.EqualTo((length / 8 * 8) + 8));
    }

    [Test]
    public async Task Both_ends_report_the_same_session_fingerprint()
    {
        await using var bench = await Bench.StartAsync();
        var session = await bench.LogInAsync("pub");
        Assert.That(session.Fingerprint, Has.Length.EqualTo(16).And.EqualTo(bench.Broker.SessionFingerprint("pub")));
        Assert.That(bench.Broker.Logins.Last("pub")!.Outcome, Is.EqualTo(LoginOutcome.Accepted));
    }

    [Test]
    public async Task Each_new_login_gives_both_partners_a_new_key()
    {
        await using var bench = await Bench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        var before = (await pub.WaitForTrafficKeyAsync(Bench.Limit)).Fingerprint;
        await sub.DisposeAsync();
        sub = await bench.LogInAsync("sub");
        var now = bench.Broker.TrafficKeyFingerprint("pub", "sub")!;
        Assert.That(now, Is.Not.EqualTo(before));
        await pub.WaitForTrafficKeyAsync(Bench.Limit, now);
        await sub.WaitForTrafficKeyAsync(Bench.Limit, now);
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishSealedAsync(Bench.Topic, "21.5 C"u8.ToArray(), default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo("21.5 C"u8.ToArray()));
    }

    [Test]
    public async Task Re_authentication_gives_both_ends_a_new_key_and_the_partners_a_new_Ks()
    {
        await using var bench = await Bench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await sub.WaitForTrafficKeyAsync(Bench.Limit);
        var before = pub.Fingerprint;
        await pub.ReauthenticateAsync(default);
        Assert.That(pub.Fingerprint, Is.Not.EqualTo(before).And.EqualTo(bench.Broker.SessionFingerprint("pub")));
        var now = bench.Broker.TrafficKeyFingerprint("pub", "sub")!;
        await sub.WaitForTrafficKeyAsync(Bench.Limit, now);
        await pub.WaitForTrafficKeyAsync(Bench.Limit, now);
    }

    [TestCase(LoginBinding.EnhancedAuthentication)]
    [TestCase(LoginBinding.Topics)]
    public async Task A_wrap_that_was_on_its_way_during_a_re_authentication_is_no_refusal(LoginBinding binding)
    {
        await using var bench = await Bench.StartAsync(configure: o => o with { AllowAnonymous = true });
        using var party = new HostParty("pub");
        using var first = new HeldOperation(1);
        using var last = new HeldOperation(2);
        var options = bench.Options("pub") with { Binding = binding };
        await using var pub = await DeviceSession.LoginAsync(party, options with { Observe = s => HeldOperation.Pass(s, Operations.KeyPut, first, last) }, default);
        var sub = await bench.LogInAsync("sub");
        await first.Reached;
        await sub.ReauthenticateAsync(default); // another wrap comes behind the one that the publisher is taking

        var again = pub.ReauthenticateAsync(default);
        first.GoOn();
        await last.Reached;
        var now = bench.Broker.TrafficKeyFingerprint("pub", "sub")!;
        var wait = pub.WaitForTrafficKeyAsync(Bench.Limit, now); // where the wrap before was a refusal it ends here
        Assert.That(wait.IsFaulted, Is.False, () => wait.Exception!.ToString());
        last.GoOn();
        await again;
        Assert.That((await wait).Fingerprint, Is.EqualTo(now));
    }

    [Test]
    public async Task A_wrong_password_is_a_refusal_by_the_broker_and_tells_no_secret()
    {
        await using var bench = await Bench.StartAsync();
        using var party = new HostParty("pub");
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => DeviceSession.LoginAsync(party, bench.Options("pub", password: "hunter22"), default));
        Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(refused.ToString(), Does.Not.Contain("hunter22"));
        Assert.That(bench.Broker.Logins.Last("pub")!.Outcome, Is.EqualTo(LoginOutcome.WrongProof));
        await Refused(PartyRefusal.State, () => party.AcceptWrapAsync(128, new byte[40], default).AsTask());
    }

    [Test]
    public async Task A_stopped_broker_is_neither_a_refusal_nor_a_time_out()
    {
        await using var bench = await Bench.StartAsync();
        var endpoint = bench.Broker.Endpoint;
        await bench.Broker.DisposeAsync();
        using var party = new HostParty("pub");
        Assert.ThrowsAsync<SessionDisconnectedException>(() => DeviceSession.LoginAsync(party, bench.Options("pub", endpoint: endpoint), default));
    }

    [Test]
    public async Task A_broker_that_goes_ends_a_wait_as_aborted()
    {
        await using var bench = await Bench.StartAsync();
        var session = await bench.LogInAsync("pub");
        var wait = session.ReceiveAsync(Bench.Limit);
        await bench.Broker.DisposeAsync();
        Assert.ThrowsAsync<SessionDisconnectedException>(() => wait);
        Assert.ThrowsAsync<SessionDisconnectedException>(() => session.WaitForTrafficKeyAsync(Bench.Limit));
    }

    [Test]
    public async Task Nothing_in_time_is_a_time_out()
    {
        await using var bench = await Bench.StartAsync();
        var session = await bench.LogInAsync("pub");
        var late = Assert.ThrowsAsync<SessionTimedOutException>(() => session.WaitForTrafficKeyAsync(TimeSpan.FromMilliseconds(50)));
        Assert.That(late!.Message, Does.Contain("pub").And.Contain("0.05 s"));
        Assert.ThrowsAsync<SessionTimedOutException>(() => session.ReceiveAndOpenAsync(TimeSpan.FromMilliseconds(50)));
    }

    [Test]
    public async Task A_cancelled_caller_is_no_time_out()
    {
        await using var bench = await Bench.StartAsync();
        var session = await bench.LogInAsync("pub");
        using var stop = new CancellationTokenSource();
        var wait = session.ReceiveAsync(Bench.Limit, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Without_a_partner_there_is_no_key_to_seal_with()
    {
        await using var bench = await Bench.StartAsync();
        var session = await bench.LogInAsync("pub");
        await Refused(PartyRefusal.NoKey, () => session.PublishSealedAsync(Bench.Topic, new byte[1], default));
    }

    [Test]
    public async Task A_wrap_of_another_key_size_is_refused_by_the_device_and_said_so()
    {
        await using var bench = await Bench.StartAsync(keyBits: 80);
        var pub = await bench.LogInAsync("pub", keyBits: 128);
        await bench.LogInAsync("sub", keyBits: 80);
        await Refused(PartyRefusal.BadKey, () => pub.WaitForTrafficKeyAsync(Bench.Limit));
    }

    [Test]
    public async Task A_wrap_that_is_refused_after_a_re_authentication_is_said_so_once_no_other_came()
    {
        await using var bench = await Bench.StartAsync(keyBits: 80);
        var pub = await bench.LogInAsync("pub", keyBits: 128);
        await pub.ReauthenticateAsync(default);
        await bench.LogInAsync("sub", keyBits: 80);
        await Refused(PartyRefusal.BadKey, () => pub.WaitForTrafficKeyAsync(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public async Task Nobody_else_gets_a_wrap_or_may_ask_for_one()
    {
        await using var bench = await Bench.StartAsync();
        var other = await bench.LogInAsync("other");
        await other.SubscribeAsync("#", default);
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => other.SubscribeAsync(PrivateTopics.Key("pub"), default));
        Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.ThrowsAsync<SessionRefusedException>(() => other.PublishAsync(PrivateTopics.Key("pub"), new byte[40], default));
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await pub.WaitForTrafficKeyAsync(Bench.Limit);
        await sub.WaitForTrafficKeyAsync(Bench.Limit);
        await pub.PublishSealedAsync(Bench.Topic, new byte[1], default);
        Assert.That((await other.ReceiveAsync(Bench.Limit)).Topic, Is.EqualTo(Bench.Topic), "the payload is the first thing it sees: no wrap came before");
    }

    [Test]
    public async Task Every_operation_of_the_device_is_timed()
    {
        await using var bench = await Bench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.WaitForTrafficKeyAsync(Bench.Limit);
        await pub.PublishSealedAsync(Bench.Topic, new byte[8], default);
        await sub.ReceiveAndOpenAsync(Bench.Limit);
        lock (bench.Samples)
        {
            Assert.That(bench.Samples.Where(s => s.Device == "sub").Select(s => s.Operation).Distinct(),
                Is.EquivalentTo(new[] { Operations.AugInit, Operations.AugStep, Operations.AugFinish, Operations.KeyPut, Operations.Open }));
            Assert.That(bench.Samples.Count(s => s is { Device: "pub", Operation: Operations.Seal, Ticks: > 0 }), Is.EqualTo(1));
        }
    }

    private static async Task Refused(PartyRefusal refusal, Func<Task> call)
    {
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => call());
        Assert.That(refused!.Refusal, Is.EqualTo(refusal));
        await Task.CompletedTask;
    }

    /// <summary>Holds the thread that completes the n-th operation of a kind until a test lets it go on.</summary>
    private sealed class HeldOperation(int number) : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();
        private int _seen;

        public Task Reached => _reached.Task.WaitAsync(Bench.Limit);

        public static void Pass(OperationSample sample, string operation, params HeldOperation[] held)
        {
            foreach (var one in held.Where(_ => sample.Operation == operation))
            {
                one.Count();
            }
        }

        public void GoOn() => _goOn.Set();

        public void Dispose() => _goOn.Dispose();

        private void Count()
        {
            if (++_seen == number)
            {
                _reached.SetResult();
                Assert.That(_goOn.Wait(Bench.Limit), Is.True);
            }
        }
    }
}
