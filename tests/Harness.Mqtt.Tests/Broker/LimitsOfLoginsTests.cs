namespace Harness.Mqtt.Tests.Broker;

/// <summary>The rows of src/Harness.Mqtt/Broker/LIMITS.md that hold before and beside everything else: bytes received, and work of the authenticator.</summary>
[CancelAfter(60_000)]
public sealed class LimitsOfLoginsTests
{
    private const int FirstBuffer = 4096;

    [Test]
    public async Task A_buffer_grows_as_bytes_come_and_not_as_they_are_announced()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var options = environment.Broker.Options;
        var peer = await WirePeer.DialAsync(environment);
        var start = RawPeer.Hex("10 E0D403 0004 4D515454 05 02 0000 00 EA53"); // of 60,000 bytes, with a long ClientId
        await peer.SendAsync(start);
        var sent = start.Length;
        foreach (var more in (int[])[100, 3000, 5000, 20_000, 30_000])
        {
            await peer.SendAsync([.. Enumerable.Repeat((byte)'a', more)]);
            sent += more;
            var (capacity, pending) = await InboxOfAsync(environment, sent);
            Assert.That(pending, Is.EqualTo(sent));
            Assert.That(capacity, Is.LessThanOrEqualTo(Math.Max(FirstBuffer, 2 * sent)), $"after {sent} bytes");
        }

        var over = await WirePeer.DialAsync(environment);
        await over.SendAsync([0x10, 0xff, 0xff, 0xff, 0x7f]);
        Assert.That(await over.NextAsync<ConnAckPacket>(), Has.Property(nameof(ConnAckPacket.Reason)).EqualTo(ReasonCode.PacketTooLarge), "from the length alone");
        Assert.That(environment.Broker.Connections.Max(c => c.Inbox.Capacity), Is.LessThanOrEqualTo(2 * options.MaximumPacketSize));
    }

    [Test]
    public async Task A_packet_may_have_64_user_properties()
    {
        await using var environment = await TestEnvironment.StartAsync();
        foreach (var (count, reason) in new[] { (64, ReasonCode.Success), (65, ReasonCode.QuotaExceeded) })
        {
            var (_, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = $"c{count}", UserProperties = [.. Enumerable.Repeat(new UserProperty("", ""), count)] });
            Assert.That(answer.Reason, Is.EqualTo(reason), $"{count}");
        }
    }

    [Test]
    public async Task A_CONNECT_with_a_method_is_one_exchange_and_a_step_of_work_an_AUTH()
    {
        var steps = 0;
        var authenticator = new FakeAuthenticator((_, _, _) =>
        {
            Interlocked.Increment(ref steps);
            return ValueTask.FromResult(AuthenticationStep.Continue([2]));
        });
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = authenticator });
        var peer = await WirePeer.DialAsync(environment);
        var auth = new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = FakeAuthenticator.Method, AuthenticationData = [3] };

        await peer.SendAsync([WirePeer.Proving("c"), .. Enumerable.Repeat(auth, 20)]);
        for (var i = 0; i < 21; i++)
        {
            await peer.NextAsync<AuthPacket>();
        }

        Assert.That((steps, authenticator.Begun.Count), Is.EqualTo((21, 1)));
        await peer.SendAsync(WirePeer.Proving("c"));
        Assert.That((await peer.NextAsync<ConnAckPacket>()).Reason, Is.EqualTo(ReasonCode.ProtocolError), "no second exchange on one connection");
        Assert.That((steps, authenticator.Begun.Count), Is.EqualTo((21, 1)));
    }

    [Test]
    public async Task AUTH_after_CONNACK_is_one_exchange_at_a_time()
    {
        var (running, most, steps) = (0, 0, 0);
        var authenticator = new FakeAuthenticator(async (number, data, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Interlocked.Increment(ref steps);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return number == 1 && data is [3] ? AuthenticationStep.Success([4]) : AuthenticationStep.Continue([2]);
        });
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = authenticator });
        var (peer, _) = await WirePeer.OpenAsync(environment, WirePeer.Proving("c"));
        var again = new AuthPacket { Reason = ReasonCode.ReAuthenticate, AuthenticationMethod = FakeAuthenticator.Method, AuthenticationData = [1] };
        var proof = again with { Reason = ReasonCode.ContinueAuthentication, AuthenticationData = [3] };

        for (var i = 0; i < 3; i++)
        {
            await peer.SendAsync(again, proof);
            await peer.NextAsync<AuthPacket>();
            Assert.That((await peer.NextAsync<AuthPacket>()).Reason, Is.EqualTo(ReasonCode.Success));
        }

        var before = steps;
        await peer.SendAsync([.. Enumerable.Repeat(again, 1000)]);
        await peer.NextAsync<AuthPacket>();
        Assert.That((await peer.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.ProtocolError), "a second one while the first is open");
        Assert.That((most, steps - before), Is.EqualTo((1, 1)));
        Assert.That((authenticator.Begun.Count, authenticator.Disposed), Is.EqualTo((5, 5)), "each is ended");
    }

    private static async Task<(int Capacity, int Pending)> InboxOfAsync(TestEnvironment environment, int pending)
    {
        var until = DateTime.UtcNow + TestEnvironment.Timeout;
        while (true)
        {
            var inbox = environment.Broker.Connections.SingleOrDefault()?.Inbox ?? default;
            if (inbox.Pending == pending || DateTime.UtcNow > until)
            {
                return inbox;
            }

            await Task.Yield(); // the broker reads on another thread
        }
    }
}
