namespace Harness.Mqtt.Tests.Client;

/// <content>Re-authentication.</content>
public partial class LoginTests
{
    [Test]
    public async Task A_re_authentication_that_is_refused_ends_the_connection()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        var client = await environment.ConnectAsync("c", with: o => o with { Authentication = new FakeAuthenticationClient() });

        Assert.That(
            async () => await client.ReauthenticateAsync(new FakeAuthenticationClient { First = [9] }),
            Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(async () => await client.ReauthenticateAsync(new FakeAuthenticationClient { Method = "ELSE" }), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_re_authentication_whose_proof_is_wrong_throws_it_unchanged_and_ends_the_connection()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        var client = await environment.ConnectAsync("c", with: o => o with { Authentication = new FakeAuthenticationClient() });
        var thrown = new FormatException();

        Assert.That(async () => await client.ReauthenticateAsync(new FakeAuthenticationClient { Complete = (_, _) => throw thrown }), Throws.Exception.SameAs(thrown));
        Assert.That(async () => await client.PublishAsync("a", default), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task Other_traffic_goes_on_while_an_answer_of_a_re_authentication_is_computed()
    {
        using var server = new RawServer();
        var (client, peer) = await LetInAsync(server);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var again = client.ReauthenticateAsync(new FakeAuthenticationClient
        {
            Continue = async (_, _) =>
            {
                reached.SetResult();
                await go.Task;
                return [3];
            },
        });
        Assert.That(((AuthPacket)await peer.ReceiveAsync()).Reason, Is.EqualTo(ReasonCode.ReAuthenticate));
        await peer.SendAsync(Auth(2));
        await reached.Task.WaitAsync(TestEnvironment.Timeout);
        await peer.SendAsync(new PublishPacket { Topic = "t", Qos = QualityOfService.AtLeastOnce, PacketId = 7 });
        await peer.ExpectAsync("40 02 0007");
        Assert.That((await TestEnvironment.NextAsync(client)).Topic, Is.EqualTo("t"));

        go.SetResult();
        Assert.That(((AuthPacket)await peer.ReceiveAsync()).AuthenticationData, Is.EqualTo(new byte[] { 3 }));
        await peer.SendAsync(Auth(4, ReasonCode.Success));
        await again.WaitAsync(TestEnvironment.Timeout);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_re_authentication_that_the_broker_does_not_answer_is_timed_out_and_ends_the_connection()
    {
        using var server = new RawServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await LetInAsync(server, o => o with { TimeProvider = time });
        var again = client.ReauthenticateAsync(new FakeAuthenticationClient());
        await peer.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(((DisconnectPacket)await peer.ReceiveAsync()).Reason, Is.EqualTo(ReasonCode.UnspecifiedError));
        peer.Dispose();

        Assert.That(async () => await again.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttTimedOutException>());
        Assert.That(async () => await client.SubscribeAsync("a"), Throws.TypeOf<MqttNotConnectedException>());
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_broker_that_breaks_a_re_authentication_is_left_with_0x82()
    {
        using var server = new RawServer();
        var (client, peer) = await LetInAsync(server);
        var again = client.ReauthenticateAsync(new FakeAuthenticationClient());
        await peer.ReceiveAsync();
        await peer.SendAsync(Auth(2, method: "ELSE"));
        Assert.That(((DisconnectPacket)await peer.ReceiveAsync()).Reason, Is.EqualTo(ReasonCode.ProtocolError));
        peer.Dispose();

        Assert.That(async () => await again.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttProtocolException>());
        await client.DisposeAsync();
    }

    /// <summary>Accepts a client with <see cref="FakeAuthenticator.Method"/>.</summary>
    private static async Task<(MqttClient Client, RawPeer Peer)> LetInAsync(RawServer server, Func<MqttClientOptions, MqttClientOptions>? with = null) =>
        await server.LetInAsync(o => (with ?? (x => x))(o with { Authentication = new FakeAuthenticationClient() }), Accepted());
}
