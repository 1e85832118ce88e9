namespace Harness.Sessions.Tests.Topics;

/// <summary>State that a client proved on topics, after CONNECT, is its own: its session, its connection, its keys.</summary>
public sealed class ProvedOnTopicsTests
{
    [Test]
    public async Task An_unauthenticated_client_under_a_device_s_name_gets_no_wrap_session_or_connection_of_it()
    {
        await using var broker = await StartAsync();
        using var owner = await OpenAsync(broker, "sub");
        await LogInAsync(owner);
        Assert.That(await owner.Subscribe311Async("aug/737562/key"), Is.EqualTo(1));
        using var party = new HostParty("pub");
        await using var pub = await DeviceSession.LoginAsync(party, Options(broker, "pub"), default);
        Assert.That((await NextPublishAsync(owner)).Topic, Is.EqualTo("aug/737562/key"), "the wrap, which it does not acknowledge");

        using var stranger = await RawMqtt.OpenAsync(broker.Endpoint);
        Assert.That(await ConnectAsync(stranger, "sub"), Is.EqualTo(new byte[] { 0, 0 }), "CONNACK: let in, no session present");
        Assert.That(await stranger.Subscribe311Async("aug/737562/key"), Is.EqualTo(0x80));
        await stranger.SendAsync(0x40, [0, 1]);
        await stranger.SendAsync(0x40, [0, 2]);
        await pub.ReauthenticateAsync(default);

        Assert.That((await NextPublishAsync(owner)).Topic, Is.EqualTo("aug/737562/key"), "the owner is there and gets the next wrap");
        await stranger.SendAsync(0xC0, []);
        Assert.That((await stranger.ReadAsync())!.Value.First, Is.EqualTo(0xD0), "nothing came before PINGRESP");
    }

    [Test]
    public async Task The_owner_who_proves_again_resumes_it_with_what_was_not_acknowledged()
    {
        await using var broker = await StartAsync();
        using var owner = await OpenAsync(broker, "sub");
        await LogInAsync(owner);
        await owner.Subscribe311Async("aug/737562/key");
        using var party = new HostParty("pub");
        await using var pub = await DeviceSession.LoginAsync(party, Options(broker, "pub"), default);
        var wrap = await NextPublishAsync(owner);

        using var again = await OpenAsync(broker, "sub");
        var resent = (await LogInAsync(again))[0];

        Assert.That((resent.Topic, resent.First & 8), Is.EqualTo(("aug/737562/key", 0)));
        Assert.That(resent.Payload, Is.EqualTo(wrap.Payload), "what it had not acknowledged comes first");

        // Answers to its own name, and the wrap that its new login brings, reach it until its place is taken over, by proof; then its connection ends.
        while (await owner.ReadAsync() is { } packet)
        {
            Assert.That(Publish(packet).Topic, Is.AnyOf("aug/737562/s", "aug/737562/key"));
        }
    }

    [Test]
    public async Task Another_connection_of_the_name_that_ends_takes_no_key_along()
    {
        var scheme = new CountingScheme();
        var hooks = new SecureBrokerHooks(scheme, null, _ => { }, _ => { }, (_, _, _, proved, _) =>
        {
            proved();
            return ValueTask.CompletedTask;
        });
        var (owner, stranger) = (new ClientIdentity("m4", null, MqttVersion.V311), new ClientIdentity("m4", null, MqttVersion.V311));
        Assert.That(hooks.HasProved(owner), Is.False);
        await hooks.InterceptAsync(owner, new MqttMessage(PrivateTopics.Login("m4"), new byte[1], QualityOfService.AtLeastOnce, false), default);
        Assert.That((hooks.HasProved(owner), hooks.HasProved(stranger)), Is.EqualTo((true, false)));

        hooks.Disconnected(stranger);
        Assert.That(scheme.Ended, Is.Zero);
        hooks.Disconnected(owner);
        Assert.That(scheme.Ended, Is.EqualTo(1));
    }

    [Test]
    public async Task A_login_on_topics_computes_on_a_thread_of_the_pool_and_not_on_the_one_that_serves_all_connections()
    {
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new SecureBrokerHooks(new CountingScheme(), null, _ => { }, _ => { }, (_, _, _, _, _) =>
        {
            seen.SetResult(Thread.CurrentThread.IsThreadPoolThread);
            return ValueTask.CompletedTask;
        });
        var client = new ClientIdentity("m4", null, MqttVersion.V311);
        new Thread(() => _ = hooks.InterceptAsync(client, new MqttMessage(PrivateTopics.Login("m4"), new byte[1], QualityOfService.AtLeastOnce, false), default).AsTask()).Start();
        Assert.That(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.True);
    }

    [Test]
    public async Task Messages_that_the_broker_drops_are_told_by_client_and_number()
    {
        await using var broker = await StartAsync();
        using (var away = await OpenAsync(broker, "away"))
        {
            await away.Subscribe311Async("q");
            await away.SendAsync(0xE0, []);
            Assert.That(await away.ReadAsync(), Is.Null);
        }

        for (var i = 0; i < 1030; i++)
        {
            await broker.PublishAsync("q", BitConverter.GetBytes(i));
        }

        Assert.That(broker.Limits.Messages, Is.EqualTo(new[] { new MessageLoss(BrokerLimit.QueueFull, "away", 6) }));
        Assert.That(broker.Limits.Messages[0].ToString(), Is.EqualTo("6 messages for \"away\", whose queue was full"));
    }

    private static Task<SecureBroker> StartAsync() => SecureBroker.StartAsync(new SecureBrokerOptions
    {
        ServerName = "broker",
        Accounts =
        [
            Enrolment.Create("pub", "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, Bench.Password),
            Enrolment.Create("sub", "broker", AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished, Bench.Password),
        ],
        Pairs = [new KeyPair("pub", "sub", "plant/1")],
        AllowAnonymous = true,
    });

    private static DeviceSessionOptions Options(SecureBroker broker, string client) => new()
    {
        Endpoint = broker.Endpoint,
        Identity = new PartyIdentity(client, "broker", Bench.Password, "p256", "as-published"),
        Binding = LoginBinding.EnhancedAuthentication,
        LoginTimeout = Bench.Limit,
    };

    private static async Task<RawMqtt> OpenAsync(SecureBroker broker, string client)
    {
        var mqtt = await RawMqtt.OpenAsync(broker.Endpoint);
        Assert.That(await ConnectAsync(mqtt, client), Is.EqualTo(new byte[] { 0, 0 }));
        return mqtt;
    }

    /// <summary>MQTT 3.1.1 CONNECT with clean session 0; the body of its CONNACK.</summary>
    private static async Task<byte[]> ConnectAsync(RawMqtt mqtt, string client)
    {
        await mqtt.SendAsync(0x10, [0, 4, .. "MQTT"u8, 4, 0, 0, 0, 0, (byte)client.Length, .. Encoding.ASCII.GetBytes(client)]);
        return (await mqtt.ReadAsync())!.Value.Body;
    }

    /// <returns>The messages that came by the login itself, not acknowledged.</returns>
    private static async Task<List<(byte First, string Topic, byte[] Payload)>> LogInAsync(RawMqtt mqtt)
    {
        var pake = new ForeignAugPake(true, "sub", "broker", Bench.Password);
        var id = RandomNumberGenerator.GetBytes(8);
        Assert.That(await mqtt.Subscribe311Async("aug/737562/s"), Is.EqualTo(1));
        await mqtt.Publish311Async("aug/737562/c", [1, 1, .. id, (byte)pake.Method.Length, .. Encoding.ASCII.GetBytes(pake.Method), .. pake.X()]);
        var hello = (await mqtt.ReadPublish311Async())!.Value.Payload;
        await mqtt.Publish311Async("aug/737562/c", [1, 3, .. id, .. pake.Proof(hello[18..])]);
        Assert.That((await mqtt.ReadPublish311Async())!.Value.Payload[1], Is.EqualTo(4), "V_S");
        var resumed = new List<(byte First, string Topic, byte[] Payload)>();
        while (await mqtt.ReadAsync() is { First: not 0x40 } packet)
        {
            resumed.Add(Publish(packet));
        }

        return resumed;
    }

    /// <summary>The next PUBLISH, not acknowledged.</summary>
    private static async Task<(byte First, string Topic, byte[] Payload)> NextPublishAsync(RawMqtt mqtt)
    {
        while (true)
        {
            var (first, body) = (await mqtt.ReadAsync())!.Value;
            if (first >> 4 == 3)
            {
                return Publish((first, body));
            }
        }
    }

    private static (byte First, string Topic, byte[] Payload) Publish((byte First, byte[] Body) packet)
    {
        var end = 2 + packet.Body[1];
        return (packet.First, Encoding.UTF8.GetString(packet.Body[2..end]), packet.Body[(end + 2)..]);
    }

    private sealed class CountingScheme : IBrokerScheme
    {
        public int Ended { get; private set; }

        public bool OpensPayloads => false;

        public IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key) => [];

        public void Disconnected(string client) => Ended++;

        public bool MaySubscribe(string client, bool proved, string filter) => true;

        public bool MayReceive(string client, bool proved, string topic) => true;

        public PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due)
        {
            due = null;
            return PublishJudgement.Route(message.Payload);
        }

        public ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload) => payload;

        public IReadOnlyList<BrokerMessage> Current(string client) => [];

        public void Dispose()
        {
        }
    }
}
