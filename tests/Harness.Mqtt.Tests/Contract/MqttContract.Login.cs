using Harness.Mqtt.Proxy;

namespace Harness.Mqtt.Tests.Contract;

/// <content>Login, take-over, refusal and re-authentication.</content>
public abstract partial class MqttContract
{
    [Test]
    public async Task A_login_carries_method_and_data_byte_for_byte()
    {
        var hooks = new FakeHooks();
        var broker = await BrokerAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator(), Hooks = hooks });
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint);
        var client = await LoginAsync("c", new FakeAuthenticationClient(), o => o with { Port = tap.Endpoint.Port });
        await client.DisposeAsync();
        await hooks.WaitForAsync("-c"); // the tap has seen everything that the broker has seen

        var up = Packets(tap, PacketDirection.ToBroker);
        var down = Packets(tap, PacketDirection.ToClient);
        var connect = (ConnectPacket)Decode(up[0]);
        var accepted = (ConnAckPacket)Decode(down[1]);
        Assert.Multiple(() =>
        {
            Assert.That((connect.ClientId, connect.AuthenticationMethod), Is.EqualTo(("c", FakeAuthenticator.Method)));
            Assert.That(connect.AuthenticationData, Is.EqualTo(new byte[] { 1 }));
            Assert.That(Convert.ToHexString(down[0]), Is.EqualTo("F00D180B150004" + "46414B45" + "16000102"), "AUTH of the broker");
            Assert.That(Convert.ToHexString(up[1]), Is.EqualTo("F00D180B150004" + "46414B45" + "16000103"), "AUTH of the client");
            Assert.That((accepted.Reason, accepted.AuthenticationMethod), Is.EqualTo((ReasonCode.Success, FakeAuthenticator.Method)));
            Assert.That(accepted.AuthenticationData, Is.EqualTo(new byte[] { 4 }));
            Assert.That(Decode(up[^1]), Is.InstanceOf<DisconnectPacket>());
        });
    }

    [Test]
    public async Task Each_datum_reaches_its_side_and_the_exchange_is_completed_once()
    {
        var authenticator = new FakeAuthenticator();
        var hooks = new FakeHooks();
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator, Hooks = hooks });
        var login = new FakeAuthenticationClient();
        await LoginAsync("c", login);
        await hooks.WaitForAsync("+c");

        Assert.That(login.Seen, Is.EqualTo(new[] { new byte[] { 2 }, [4] }));
        Assert.That(authenticator.Begun, Has.Count.EqualTo(1));
        var request = authenticator.Begun.Single();
        Assert.That((request.ClientId, request.Method, request.IsReauthentication), Is.EqualTo(("c", FakeAuthenticator.Method, false)));
        Assert.That(await authenticator.DisposedSignal.WaitAsync(Patience), Is.True);
        Assert.That((authenticator.Completed, authenticator.Disposed), Is.EqualTo((1, 1)));
        Assert.That(_broker.ConnectedClients, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task Large_data_passes_unchanged()
    {
        var element = new byte[256];
        new Random(7).NextBytes(element);
        byte[]? first = null;
        var authenticator = new FakeAuthenticator((number, data, _) =>
        {
            first ??= data;
            return ValueTask.FromResult(number == 0 ? AuthenticationStep.Continue(element) : AuthenticationStep.Success([4]));
        });
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator });
        var login = new FakeAuthenticationClient { First = element };
        await LoginAsync("c", login);
        Assert.That(first, Is.EqualTo(element));
        Assert.That(login.Seen.First(), Is.EqualTo(element));
    }

    [TestCase(ReasonCode.NotAuthorized)]
    [TestCase(ReasonCode.ProtocolError)]
    [TestCase(ReasonCode.Banned)]
    public async Task A_refusal_of_the_authenticator_is_thrown_with_its_reason(ReasonCode reason)
    {
        var authenticator = new FakeAuthenticator((number, _, _) => ValueTask.FromResult(number == 0 ? AuthenticationStep.Continue([2]) : AuthenticationStep.Refuse(reason)));
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator });
        Assert.That(async () => await LoginAsync("c", new FakeAuthenticationClient()), Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(reason));
        Assert.That(await authenticator.DisposedSignal.WaitAsync(Patience), Is.True);
        Assert.That((authenticator.Completed, authenticator.Disposed), Is.EqualTo((0, 1)));
        Assert.That(_broker.ConnectedClients, Is.Empty);
    }

    [Test]
    public async Task A_login_that_cannot_begin_is_refused_with_the_reasons_of_the_binding()
    {
        await BrokerAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        await RefusedAsync(ReasonCode.BadAuthenticationMethod, "c", new FakeAuthenticationClient { Method = "ELSE" });
        await RefusedAsync(ReasonCode.NotAuthorized, "c", null);
        await RefusedAsync(ReasonCode.ClientIdentifierNotValid, "", new FakeAuthenticationClient());

        async Task RefusedAsync(ReasonCode reason, string clientId, IEnhancedAuthenticationClient? authentication)
        {
            var refused = Assert.ThrowsAsync<MqttRefusedException>(async () => await LoginAsync(clientId, authentication))!;
            Assert.That(refused.Reason, Is.EqualTo(reason));
            await Task.CompletedTask;
        }
    }

    [Test]
    public async Task An_authenticator_that_throws_refuses_with_0x80_and_is_told()
    {
        var hooks = new FakeHooks();
        var authenticator = new FakeAuthenticator((_, _, _) => throw new FormatException("a defect"));
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator, Hooks = hooks });
        Assert.That(
            async () => await LoginAsync("c", new FakeAuthenticationClient()), Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(ReasonCode.UnspecifiedError));
        Assert.That(hooks.Faults.Single().Exception, Is.TypeOf<FormatException>());
    }

    [Test]
    public async Task A_client_that_refuses_what_the_broker_sends_throws_it_unchanged_and_is_not_logged_in()
    {
        var authenticator = new FakeAuthenticator();
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator });
        var thrown = new FormatException("bad element");
        Assert.That(async () => await LoginAsync("c", new FakeAuthenticationClient { Continue = (_, _) => throw thrown }), Throws.Exception.SameAs(thrown));
        Assert.That(await authenticator.DisposedSignal.WaitAsync(Patience), Is.True);
        Assert.That(authenticator.Completed, Is.Zero);
        Assert.That(_broker.ConnectedClients, Is.Empty);
    }

    [Test]
    public async Task A_client_that_refuses_the_last_proof_throws_it_unchanged_and_leaves()
    {
        var hooks = new FakeHooks();
        await BrokerAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator(), Hooks = hooks });
        await using var tap = await MqttProxy.StartAsync(_broker.Endpoint);
        var thrown = new FormatException("bad tag");
        Assert.That(
            async () => await LoginAsync("c", new FakeAuthenticationClient { Complete = (_, _) => throw thrown }, o => o with { Port = tap.Endpoint.Port }),
            Throws.Exception.SameAs(thrown));
        await hooks.WaitForAsync("-c");
        Assert.That(Decode(Packets(tap, PacketDirection.ToBroker)[^1]), Is.InstanceOf<DisconnectPacket>().With.Property("Reason").EqualTo(ReasonCode.UnspecifiedError));
        Assert.That(_broker.ConnectedClients, Is.Empty);
    }

    [Test]
    public async Task A_silent_authenticator_ends_in_the_clients_time_out()
    {
        var authenticator = new FakeAuthenticator(async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("the wait ended without its token");
        });
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator, HandshakeTimeout = TimeSpan.FromSeconds(2) });
        Assert.That(
            async () => await LoginAsync("c", new FakeAuthenticationClient(), o => o with { Timeout = TimeSpan.FromMilliseconds(300) }), Throws.TypeOf<MqttTimedOutException>());
        Assert.That(await authenticator.DisposedSignal.WaitAsync(Patience), Is.True, "the broker gives up too");
    }

    [Test]
    public async Task A_second_login_takes_over_and_a_refused_one_does_not()
    {
        var hooks = new FakeHooks();
        await BrokerAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator(), Hooks = hooks });
        var first = await LoginAsync("c", new FakeAuthenticationClient());
        Assert.That(
            async () => await LoginAsync("c", new FakeAuthenticationClient { Continue = (_, _) => ValueTask.FromResult(new byte[] { 9 }) }), Throws.TypeOf<MqttRefusedException>());
        Assert.That(await first.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1), "the refused login disturbed nothing");

        var second = await LoginAsync("c", new FakeAuthenticationClient());
        Assert.That(await first.Closed.WaitAsync(Patience), Is.EqualTo(ReasonCode.SessionTakenOver));
        Assert.That(await second.SubscribeAsync("b"), Is.EqualTo(ReasonCode.GrantedQos1));
        Assert.That(hooks.Log.Where(e => e[0] is '+' or '-'), Is.EqualTo(new[] { "+c", "-c", "+c" }));
        Assert.That(_broker.ConnectedClients, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task A_re_authentication_holds_or_ends_the_connection()
    {
        var authenticator = new FakeAuthenticator();
        await BrokerAsync(new MqttBrokerOptions { Authenticator = authenticator });
        var client = await LoginAsync("c", new FakeAuthenticationClient());
        var again = new FakeAuthenticationClient();
        if (!_broker.SupportsReauthentication)
        {
            Assert.That(async () => await client.ReauthenticateAsync(again).WaitAsync(Patience), Throws.InstanceOf<MqttException>());
            await client.Closed.WaitAsync(Patience);
            Assert.That(authenticator.Begun, Has.Count.EqualTo(1));
            return;
        }

        await client.ReauthenticateAsync(again).WaitAsync(Patience);
        Assert.That(again.Seen, Is.EqualTo(new[] { new byte[] { 2 }, [4] }));
        Assert.That(authenticator.Begun.Select(r => r.IsReauthentication), Is.EqualTo(new[] { false, true }));
        Assert.That(await client.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
        await client.ReauthenticateAsync(new FakeAuthenticationClient()).WaitAsync(Patience);
    }

    [Test]
    public async Task A_re_authentication_that_either_side_refuses_ends_the_connection()
    {
        await BrokerAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        Needs.That(_broker.SupportsReauthentication, "a broker with re-authentication (AUTH 0x19), which this one says it has not", "name the built-in broker");
        var one = await LoginAsync("c1", new FakeAuthenticationClient());
        var refused = Assert.ThrowsAsync<MqttRefusedException>(
            async () => await one.ReauthenticateAsync(new FakeAuthenticationClient { Continue = (_, _) => ValueTask.FromResult(new byte[] { 9 }) }).WaitAsync(Patience))!;
        Assert.That(refused.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await one.Closed.WaitAsync(Patience), Is.EqualTo(ReasonCode.NotAuthorized));

        var thrown = new FormatException("bad tag");
        var two = await LoginAsync("c2", new FakeAuthenticationClient());
        Assert.That(async () => await two.ReauthenticateAsync(new FakeAuthenticationClient { Complete = (_, _) => throw thrown }).WaitAsync(Patience), Throws.Exception.SameAs(thrown));
        await two.Closed.WaitAsync(Patience);
    }

    private static List<byte[]> Packets(MqttProxy tap, PacketDirection direction)
    {
        var bytes = tap.Capture.Where(c => c.Direction == direction && !c.Left).SelectMany(c => c.Bytes.ToArray()).ToArray().AsSpan();
        var packets = new List<byte[]>();
        while (MqttCodec.TryDecode(bytes, MqttVersion.V5, MqttLimits.Default, out _, out var consumed))
        {
            packets.Add(bytes[..consumed].ToArray());
            bytes = bytes[consumed..];
        }

        Assert.That(bytes.Length, Is.Zero, "whole packets");
        return packets;
    }

    private static MqttPacket Decode(byte[] packet)
    {
        Assert.That(MqttCodec.TryDecode(packet, MqttVersion.V5, MqttLimits.Default, out var decoded, out _), Is.True);
        return decoded!;
    }
}
