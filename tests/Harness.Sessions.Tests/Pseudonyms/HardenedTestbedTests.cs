using Harness.Schemes.Hardened;

namespace Harness.Sessions.Tests.Pseudonyms;

/// <summary>The hardened scheme from login to reading, over a real broker and a wire that is watched.</summary>
[CancelAfter(60_000)]
public sealed class HardenedTestbedTests
{
    private static readonly byte[] _reading = "level 4711 mm"u8.ToArray();

    [TestCase("present128-eax", false)]
    [TestCase("ascon-aead128", true)]
    public async Task A_publisher_and_its_subscribers_talk(string cipher, bool signed, CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions { PairCipher = HardenedCipher.ByName(cipher), Signed = signed }, token);
        await testbed.LogInAsync(token);
        var further = testbed.AddHost("further", Identity("further"), DevicePart.Subscriber);
        await further.LogInAsync(token);
        await testbed.AdmitAsync(further, token);
        await testbed.WaitForKeysAsync(token);
        await testbed.PublishAsync(_reading, token);
        foreach (var reader in testbed.Subscribers)
        {
            Assert.That((await reader.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(_reading), reader.Name);
        }

        Assert.That(testbed.Devices.Select(d => d.Fingerprints[^1]), Is.EqualTo(testbed.Devices.Select(d => testbed.Broker.SessionFingerprint(d.Client))));
        Assert.That(testbed.Broker.ConnectedClients, Is.EquivalentTo(new[] { "pub", "sub", "further" }), "the broker knows who stands behind a pseudonym");
    }

    [Test]
    public async Task Nothing_on_the_wire_names_a_client_a_topic_or_a_pseudonym_twice(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        var wire = new Wire();
        await testbed.OpenTapAsync(wire, token);
        for (var session = 0; session < 2; session++)
        {
            await testbed.LogInAsync(token);
            await testbed.PublishAsync(_reading, token);
            Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(_reading));
        }

        var names = wire.Packets.OfType<ConnectPacket>().Select(c => c.ClientId).ToList();
        Assert.That(names, Has.Count.EqualTo(4).And.Unique.And.All.Length.EqualTo(22));
        Assert.That(wire.Packets.OfType<ConnectPacket>().All(c => c.CleanStart && c.Will is null), Is.True);
        var topics = wire.Packets.OfType<PublishPacket>().Where(p => !p.Topic.StartsWith("aug/", StringComparison.Ordinal)).ToList(); // the test's own marks
        Assert.That(topics, Has.Count.GreaterThan(10));
        Assert.That(topics.All(p => p.Topic.StartsWith("h/", StringComparison.Ordinal) && !p.Retain), Is.True);
        foreach (var name in new[] { "pub", "sub", testbed.Topic, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(testbed.Topic)) })
        {
            Assert.That(wire.Bytes.Any(b => b.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0), Is.False, name);
        }
    }

    [Test]
    public async Task C_itself_is_nobodys_name(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        using var party = new HostParty("pub");
        var identity = new PartyIdentity("pub", "broker.test", "correct horse", "p256", "framed");
        await party.ProvisionAsync(identity, token);
        var options = new MqttClientOptions
        {
            Host = "127.0.0.1", Port = testbed.Broker.Endpoint.Port, ClientId = "pub", Version = MqttVersion.V5, Authentication = new AugPakeLogin(party, identity),
        };
        Assert.That(Assert.CatchAsync<MqttRefusedException>(() => MqttClient.ConnectAsync(options, token))!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(testbed.Broker.Logins.Last("pub")?.Outcome, Is.EqualTo(LoginOutcome.UnknownAccount));
    }

    [Test]
    public async Task A_pseudonym_that_comes_again_is_refused_and_told(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        var memory = testbed.MemoryOf(testbed.Publisher);
        await testbed.Publisher.LogInAsync(token);
        Assert.That((memory.Attempt, testbed.Broker.NextPseudonymOf("pub")), Is.EqualTo((1UL, 1UL)));

        // The clone has the same password and u, and the j that the device had before.
        using var clone = new HostParty("clone");
        var copied = new HardenedMemory();
        copied.Provision(0, 0);
        var told = testbed.Publisher.Identity with { Hardened = testbed.ToldOf(testbed.Publisher).Hardened! with { Memory = copied } };
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => DeviceSession.LoginAsync(clone, testbed.SessionOptions(told), token));
        Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(testbed.Broker.PseudonymReuses.Last("pub")?.Attempt, Is.Zero);
        Assert.That(testbed.Broker.ConnectedClients, Does.Contain("pub"), "the device's own connection goes on");
        await testbed.Publisher.LogInAsync(token);
    }

    [Test]
    public async Task A_thousand_lost_attempts_do_no_harm_and_the_one_past_the_window_is_told(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        var memory = testbed.MemoryOf(testbed.Publisher);
        for (var i = 0; i < 1000; i++)
        {
            memory.TakeAttempt();
        }

        Assert.That((await testbed.Publisher.TryLogInAsync(token)).Succeeded, Is.True);
        for (var i = 0; i < 1024; i++)
        {
            memory.TakeAttempt();
        }

        var ended = await testbed.Publisher.TryLogInAsync(token);
        Assert.That((ended.Status, ended.Reason), Is.EqualTo((LoginStatus.RefusedByBroker, ReasonCode.NotAuthorized)));
        Assert.That(testbed.Broker.Logins.Records.Count(r => r.Outcome == LoginOutcome.UnknownAccount), Is.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_password_burns_the_pseudonym_all_the_same(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        var ended = await testbed.Publisher.TryLogInAsync(new LoginRequest("not the password"), token);
        Assert.That((ended.Status, ended.Reason), Is.EqualTo((LoginStatus.RefusedByBroker, ReasonCode.NotAuthorized)));
        Assert.That(testbed.Broker.Logins.Last("pub")?.Outcome, Is.EqualTo(LoginOutcome.WrongProof));
        Assert.That(testbed.Broker.NextPseudonymOf("pub"), Is.EqualTo(1));
        Assert.That((await testbed.Publisher.TryLogInAsync(token)).Succeeded, Is.True);
    }

    [Test]
    public async Task After_a_failed_login_the_device_pauses_and_uses_no_pseudonym_meanwhile(CancellationToken token)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var testbed = await OpenAsync(new TestbedOptions { TimeProvider = time }, token);
        var memory = testbed.MemoryOf(testbed.Publisher);
        foreach (var pause in (int[])[1, 4])
        {
            await testbed.Publisher.TryLogInAsync(new LoginRequest("not the password"), token);
            var next = memory.Attempt;
            var again = testbed.Publisher.TryLogInAsync(new LoginRequest(pause == 1 ? "not the password" : null), token);
            time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromTicks(1));
            Assert.That((again.IsCompleted, memory.Attempt), Is.EqualTo((false, next)), $"within {pause} s");
            time.Advance(TimeSpan.FromTicks(1));
            Assert.That((await again).Succeeded, Is.EqualTo(pause == 4));
            time.Advance(TimeSpan.FromSeconds(pause + 1));
        }

        Assert.That((await testbed.Publisher.TryLogInAsync(token)).Succeeded, Is.True, "no pause after a success");
    }

    [Test]
    public async Task A_device_goes_on_with_the_numbers_of_its_file_after_a_power_cycle(CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("numbers of ").FullName;
        try
        {
            await using var testbed = await OpenAsync(new TestbedOptions { NumbersFolder = folder }, token);
            await testbed.LogInAsync(token);
            var (epoch, before) = (testbed.Publisher.Party.Pairs!.Status.Epoch!.Value, testbed.MemoryOf(testbed.Publisher));
            await testbed.PowerCycleAsync(testbed.Publisher, token);
            Assert.That(testbed.MemoryOf(testbed.Publisher), Is.Not.SameAs(before));
            await testbed.Publisher.LogInAsync(token);
            await testbed.WaitForKeysAsync(token);
            Assert.That(testbed.Publisher.Party.Pairs!.Status.Epoch, Is.GreaterThan(epoch));
            Assert.That(testbed.Broker.PseudonymReuses.Records, Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_device_without_its_numbers_refuses_with_NO_SEED(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        using var party = new HostParty("pub");
        var told = testbed.Publisher.Identity with { Hardened = testbed.ToldOf(testbed.Publisher).Hardened! with { Memory = new HardenedMemory() } };
        Assert.That(
            Assert.ThrowsAsync<PartyRefusedException>(() => DeviceSession.LoginAsync(party, testbed.SessionOptions(told), token))!.Code, Is.EqualTo("NO-SEED"));
    }

    [Test]
    public async Task A_login_ends_the_connection_that_the_client_had(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.Publisher.LogInAsync(token);
        var first = testbed.Publisher.RequiredSession;
        using var party = new HostParty("pub");
        await using var second = await DeviceSession.LoginAsync(party, testbed.SessionOptions(testbed.ToldOf(testbed.Publisher)), token);
        Assert.That(await first.Closed.WaitAsync(token), Is.EqualTo(ReasonCode.SessionTakenOver));
        await second.RoundTripAsync(token);
    }

    [Test]
    public async Task After_a_re_authentication_of_either_side_there_is_a_new_epoch_and_readings_go_on(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.LogInAsync(token);
        var epoch = testbed.Publisher.Party.Pairs!.Status.Epoch;
        foreach (var device in new[] { testbed.Publisher, testbed.Subscriber })
        {
            Assert.That((await device.TryReauthenticateAsync(token)).Succeeded, Is.True, device.Name);
            await testbed.WaitForKeysAsync(token);
            await testbed.PublishAsync(_reading, token);
            Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(_reading), device.Name);
        }

        Assert.That(testbed.Publisher.Party.Pairs!.Status.Epoch, Is.GreaterThan(epoch!.Value));
    }

    [Test]
    public async Task A_revoked_reader_gets_nothing_more_and_the_others_do(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token, "stays");
        await testbed.LogInAsync(token);
        await testbed.Publisher.RequiredSession.RevokeAsync("sub", token);
        var epoch = testbed.Publisher.Party.Pairs!.Status.Epoch;
        await testbed.Device("stays").RequiredSession.WaitForPairsAsync(s => s.Epoch >= epoch, testbed.Options.Timeout, token);
        await testbed.PublishAsync(_reading, token);
        Assert.That((await testbed.Device("stays").ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(_reading));
        Assert.That(await testbed.Device("sub").ReadAllAsync(token), Is.Empty);
    }

    [Test]
    public async Task After_a_broker_restart_pseudonyms_go_on_where_they_were(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.LogInAsync(token);
        var next = testbed.Broker.NextPseudonymOf("pub");
        await testbed.RestartBrokerAsync(token);
        Assert.That(testbed.Broker.NextPseudonymOf("pub"), Is.EqualTo(next));
        await testbed.LogInAsync(token);
        await testbed.PublishAsync(_reading, token);
        Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(_reading));
    }

    [Test]
    public async Task Nobody_uses_anothers_pair_topic_a_wildcard_or_a_name_outside(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.LogInAsync(token);
        var (other, own) = (testbed.Subscriber.Party.Pairs!.PairTopic, testbed.Publisher.RequiredSession);
        foreach (var filter in new[] { "#", "h/#", "h/+", "+/x", testbed.Topic, other })
        {
            Assert.That(Assert.ThrowsAsync<SessionRefusedException>(() => own.SubscribeAsync(filter, token))!.Reason, Is.EqualTo(ReasonCode.NotAuthorized), filter);
        }

        foreach (var topic in new[] { testbed.Topic, other })
        {
            Assert.That(Assert.ThrowsAsync<SessionRefusedException>(() => own.PublishAsync(topic, new byte[40], token))!.Reason, Is.EqualTo(ReasonCode.NotAuthorized), topic);
        }

        Assert.ThrowsAsync<SessionRefusedException>(() => own.PublishAsync("h/0000", new byte[4], QualityOfService.AtLeastOnce, retain: true, token));
    }

    [Test]
    public async Task A_party_that_knows_no_such_scheme_and_a_login_on_topics_are_refused(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        using var party = new HostParty("pub");
        Assert.ThrowsAsync<PartyRefusedException>(() => DeviceSession.LoginAsync(party, testbed.SessionOptions(testbed.Publisher.Identity), token), "nothing told besides");
        var onTopics = testbed.SessionOptions(testbed.ToldOf(testbed.Publisher)) with { Binding = LoginBinding.Topics };
        Assert.That(Assert.ThrowsAsync<PartyRefusedException>(() => DeviceSession.LoginAsync(party, onTopics, token))!.Refusal, Is.EqualTo(PartyRefusal.Unsupported));
    }

    private static async Task<SchemeTestbed> OpenAsync(TestbedOptions options, CancellationToken token, params string[] more)
    {
        var testbed = new SchemeTestbed(options with { Scheme = SchemeNames.Hardened });
        testbed.AddHost("pub", Identity("pub"), DevicePart.Publisher);
        foreach (var name in (string[])["sub", .. more])
        {
            testbed.AddHost(name, Identity(name), DevicePart.Subscriber);
        }

        await testbed.StartAsync(token);
        return testbed;
    }

    private static PartyIdentity Identity(string client) => new(client, "broker.test", "correct horse", "p256", "framed");

    private sealed class Wire : IProxyPolicy
    {
        private readonly List<ProxiedPacket> _seen = [];

        public IReadOnlyList<MqttPacket> Packets => [.. Seen().Select(p => p.Packet).OfType<MqttPacket>()];

        // Connections of clients end to end; the broker's name is public, and no part of this.
        public IReadOnlyList<byte[]> Bytes => [.. Seen().Where(p => p.Packet is not PublishPacket { Topic: var t } || !t.StartsWith("aug/", StringComparison.Ordinal)).Select(p => p.Raw.ToArray())];

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            lock (_seen)
            {
                _seen.Add(packet with { Raw = packet.Raw.ToArray() });
            }

            return new([ProxyAction.Forward(packet)]);
        }

        private ProxiedPacket[] Seen()
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }
}
