namespace Harness.Sessions.Tests.Topics;

/// <summary>Our devices on topics: at our broker and at Mosquitto.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TopicSessionTests(bool stock) 
    : TopicSideTests(stock, AugPakeProfile.AsPublished, AugPakeGroup.P256)
{
    [Test]
    public async Task A_device_logs_in_and_again_with_a_new_key()
    {
        using var party = new HostParty("m4");
        await using var session = await DeviceSession.LoginAsync(party, Options("m4"), default);
        var first = session.Fingerprint;
        Assert.That(first, Is.EqualTo(await _side.NextFingerprintAsync("m4")));
        await session.ReauthenticateAsync(default);
        Assert.That(session.Fingerprint, Is.Not.EqualTo(first).And.EqualTo(await _side.NextFingerprintAsync("m4")));
    }

    [Test]
    public void A_wrong_password_is_refused_with_0x87()
    {
        using var party = new HostParty("m4");
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => DeviceSession.LoginAsync(party, Options("m4", "wrong"), default));
        Assert.That((byte)refused!.Reason, Is.EqualTo(0x87));
    }

    [Test]
    public void A_device_that_refuses_the_broker_says_so()
    {
        using var party = new HostParty("m4");
        var options = Options("m4") with { Identity = new PartyIdentity("m4", "another", TopicSide.Password, "p256", "as-published") };
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => DeviceSession.LoginAsync(party, options, default));
        Assert.That(refused!.Refusal, Is.EqualTo(PartyRefusal.BadServer));
    }

    private DeviceSessionOptions Options(string client, string password = TopicSide.Password) => new()
    {
        Endpoint = _side.Endpoint,
        Identity = new PartyIdentity(client, "broker", password, "p256", "as-published"),
        Binding = LoginBinding.Topics,
        LoginTimeout = Bench.Limit,
    };
}

/// <summary>Rights that a login on topics gives at our broker.</summary>
public sealed class TopicRightsTests
{
    [Test]
    public async Task A_device_on_topics_and_one_by_MQTT_5_share_a_traffic_key()
    {
        await using var broker = await StartAsync();
        using var p = new HostParty("pub");
        using var s = new HostParty("sub");
        await using var pub = await DeviceSession.LoginAsync(p, Options(broker, "pub", LoginBinding.Topics), default);
        await using var sub = await DeviceSession.LoginAsync(s, Options(broker, "sub", LoginBinding.EnhancedAuthentication), default);
        await sub.SubscribeAsync("plant/1", default);
        await sub.WaitForTrafficKeyAsync(Bench.Limit, broker.TrafficKeyFingerprint("pub", "sub"));
        await pub.WaitForTrafficKeyAsync(Bench.Limit, broker.TrafficKeyFingerprint("pub", "sub"));
        await pub.PublishSealedAsync("plant/1", "21.5 C"u8.ToArray(), default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo("21.5 C"u8.ToArray()));

        await pub.ReauthenticateAsync(default);
        var second = broker.TrafficKeyFingerprint("pub", "sub");
        await sub.WaitForTrafficKeyAsync(Bench.Limit, second);
        await pub.WaitForTrafficKeyAsync(Bench.Limit, second);
        await pub.PublishSealedAsync("plant/1", "21.6 C"u8.ToArray(), default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo("21.6 C"u8.ToArray()));
        Assert.That(broker.Faults, Is.Empty);
    }

    [TestCase("aug/737562/s")]
    [TestCase("aug/737562/key")]
    [TestCase("aug/+/s")]
    [TestCase("aug/737562/#")]
    public async Task Nobody_subscribes_to_another_names_topics(string filter)
    {
        await using var broker = await StartAsync();
        using var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        await mqtt.Connect311Async("pub");
        Assert.That(await mqtt.Subscribe311Async(filter), Is.EqualTo(0x80));
    }

    [Test]
    public async Task An_anonymous_name_gets_no_key_topic_before_its_proof()
    {
        await using var broker = await StartAsync();
        using var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        await mqtt.Connect311Async("sub");
        Assert.That(await mqtt.Subscribe311Async("aug/737562/key"), Is.EqualTo(0x80));
        Assert.That(await mqtt.Subscribe311Async("aug/737562/s"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_replayed_proof_gets_its_recorded_answer_and_no_rights()
    {
        await using var broker = await StartAsync();
        var recorded = new List<byte[]>();
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new Recorder(recorded));
        using (var party = new HostParty("sub"))
        {
            await using var session = await DeviceSession.LoginAsync(party, Options(broker, "sub", LoginBinding.Topics) with { Endpoint = tap.Endpoint }, default);
        }

        using var thief = await RawMqtt.OpenAsync(broker.Endpoint);
        Assert.That(await thief.Connect311Async("sub"), Is.Zero);
        Assert.That(await thief.Subscribe311Async("aug/737562/s"), Is.EqualTo(1));
        await thief.Publish311Async("aug/737562/c", recorded[^1]);
        Assert.That((await thief.ReadPublish311Async())!.Value.Payload[1], Is.EqualTo(4), "the same bytes");
        await thief.SendAsync(0xC0, []);
        for (byte first = 0; first != 0xD0;)
        {
            first = (await thief.ReadAsync())!.Value.First;
        }

        Assert.That(await thief.Subscribe311Async("aug/737562/key"), Is.EqualTo(0x80));
    }

    [Test]
    public async Task A_broker_that_takes_no_anonymous_client_takes_no_login_on_topics()
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker" });
        using var party = new HostParty("pub");
        Assert.That(async () => await DeviceSession.LoginAsync(party, Options(broker, "pub", LoginBinding.Topics), default),
            Throws.InstanceOf<SessionRefusedException>());
    }

    private static Task<SecureBroker> StartAsync() => SecureBroker.StartAsync(new SecureBrokerOptions
    {
        ServerName = "broker",
        Accounts = [.. new[] { "pub", "sub" }.Select(c => Enrolment.Create(c, "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, Bench.Password))],
        Pairs = [new KeyPair("pub", "sub", "plant/1")],
        AllowAnonymous = true,
    });

    private static DeviceSessionOptions Options(SecureBroker broker, string client, LoginBinding binding) => new()
    {
        Endpoint = broker.Endpoint,
        Identity = new PartyIdentity(client, "broker", Bench.Password, "p256", "as-published"),
        Binding = binding,
        LoginTimeout = Bench.Limit,
    };

    private sealed class Recorder(List<byte[]> recorded) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet is { Direction: PacketDirection.ToBroker, Packet: PublishPacket publish })
            {
                recorded.Add(publish.Payload.ToArray());
            }

            return new([ProxyAction.Forward(packet)]);
        }
    }
}

/// <summary>Logins on topics at a stock broker that went, or where old steps lie about.</summary>
public sealed class StockBrokerTests
{
    [Test]
    public async Task A_retained_login_step_is_not_answered()
    {
        await using var broker = await StockBroker.StartAsync();
        using var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        await mqtt.Connect311Async("m4");
        await mqtt.Subscribe311Async("aug/6d34/s");
        byte[] left = [1, 3, 0, 0, 0, 0, 0, 0, 0, 1, .. new byte[32]];
        byte[] live = [1, 3, 0, 0, 0, 0, 0, 0, 0, 2, .. new byte[32]];
        await mqtt.Publish311Async("aug/6d34/c", left, retain: true);
        Assert.That((await mqtt.ReadAsync())!.Value.First, Is.EqualTo(0x40), "PUBACK: it lies there");
        await using var service = await TopicSide.ServiceAsync(broker, [], LockoutOptions.Default);
        await mqtt.Publish311Async("aug/6d34/c", live);
        Assert.That((await mqtt.ReadPublish311Async())!.Value.Payload[..10], Is.EqualTo((byte[])[1, 5, .. live[2..10]]), "the live one");
    }

    [Test]
    public async Task A_broker_that_goes_ends_the_service_with_the_cause()
    {
        var broker = await StockBroker.StartAsync();
        await using var service = await TopicSide.ServiceAsync(broker, [], LockoutOptions.Default);
        Assert.That(service.Ended.IsCompleted, Is.False);
        await broker.DisposeAsync();
        Assert.That(async () => await service.Ended.WaitAsync(Bench.Limit), Throws.InstanceOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task A_device_repeats_its_step_until_somebody_answers()
    {
        await using var broker = await StockBroker.StartAsync();
        using var party = new HostParty("m4");
        var login = DeviceSession.LoginAsync(
            party,
            new DeviceSessionOptions
            {
                Endpoint = broker.Endpoint,
                Identity = new PartyIdentity("m4", "broker", TopicSide.Password, "p256", "as-published"),
                Binding = LoginBinding.Topics,
                TopicRepeat = TimeSpan.FromMilliseconds(50),
                LoginTimeout = Bench.Limit,
            },
            default);
        using var watch = await RawMqtt.OpenAsync(broker.Endpoint);
        await watch.Connect311Async("watch");
        await watch.Subscribe311Async("aug/6d34/c");
        var first = (await watch.ReadPublish311Async())!.Value.Payload;
        Assert.That((await watch.ReadPublish311Async())!.Value.Payload, Is.EqualTo(first), "byte for byte");
        var account = Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, TopicSide.Password);
        await using var service = await TopicSide.ServiceAsync(broker, [account], LockoutOptions.Default);
        await using var session = await login;
        Assert.That(session.Fingerprint, Has.Length.EqualTo(16));
    }
}
