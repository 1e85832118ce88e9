using System.Diagnostics;
using System.Globalization;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>Checks the broker under abuse: its memory is bounded, whoever abuses it is ended with a reason, and others are served meanwhile.</summary>
[TestFixture(SocketWaiting.Runtime)]
[TestFixture(SocketWaiting.Busy)]
[CancelAfter(1_800_000)]
public sealed class AbuseTests(SocketWaiting waiting)
{
    // Opens connections, then sends PINGREQ on each of them once it is told to.
    private const string ManyClients =
        """
        import socket, sys
        port, many = int(sys.argv[1]), int(sys.argv[2])
        def packet(name):
            body = b'\x00\x04MQTT\x05\x02\x00\x00\x00' + len(name).to_bytes(2, 'big') + name
            return b'\x10' + bytes([len(body)]) + body
        peers = []
        for i in range(many):
            peer = socket.create_connection(('127.0.0.1', port))
            peer.sendall(packet(b'c%d' % i))
            answer = peer.recv(256)
            assert answer[0] == 0x20 and answer[3] == 0, answer
            peers.append(peer)
        print(many, 'are open', flush=True)
        sys.stdin.readline()
        answered = 0
        for peer in peers:
            peer.sendall(b'\xc0\x00')
            answered += peer.recv(2) == b'\xd0\x00'
        print(answered, 'answered', flush=True)
        sys.stdin.read()
        """;

    private static readonly MqttBrokerOptions _anyone = new() { AllowAnonymous = true };

    private MqttBrokerOptions Open => _anyone with { Waiting = waiting };

    [Test]
    public async Task Bytes_that_drip_in_do_not_extend_the_time_for_a_CONNECT()
    {
        var (time, patience) = (new WatchedTime(), TimeSpan.FromSeconds(10));
        await using var environment = await TestEnvironment.StartAsync(Open with { TimeProvider = time, HandshakeTimeout = patience });
        var connect = MqttCodec.Encode(new ConnectPacket { ClientId = new string('c', 60) }, MqttVersion.V5);
        var slow = await WirePeer.DialAsync(environment);
        await time.WaitForTimerAsync(patience).WaitAsync(TestEnvironment.Timeout);
        for (var i = 0; i < 12; i++)
        {
            try
            {
                await slow.SendAsync([connect[i]]);
            }
            catch (SocketException)
            {
                break; // it is ended already
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(await slow.NextAsync(), Is.Null, "no byte is owed to one who has not said a name");
        await AssertServedAsync(environment, 5);
    }

    [Test]
    public async Task A_client_that_closes_its_side_alone_is_ended_and_its_will_told()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        var watcher = await environment.ConnectAsync("watcher");
        await watcher.SubscribeAsync("gone");
        var half = await environment.RawAsync();
        await half.SendAsync(new ConnectPacket { ClientId = "half", Will = new MqttWill("gone", new byte[] { 1 }, QualityOfService.AtLeastOnce, false) });
        Assert.That(await half.ReceiveAsync(), Is.TypeOf<ConnAckPacket>());

        half.HalfClose();

        Assert.That((await TestEnvironment.NextAsync(watcher)).Topic, Is.EqualTo("gone"));
        await half.ExpectEndAsync();
        Assert.That(environment.Broker.ConnectedClients, Is.EqualTo(new[] { "watcher" }));
    }

    [Test]
    public async Task Others_are_served_while_one_floods_one_stalls_and_one_subscribes_in_the_depth()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        var stalled = await OpenAsync(environment, "stalled", slow: true);
        await stalled.SubscribeAsync(new TopicSubscription("flood/#", QualityOfService.AtMostOnce));
        var deep = await OpenAsync(environment, "deep");
        await deep.SubscribeAsync([.. Enumerable.Range(0, 150).Select(i => new TopicSubscription($"{i}" + string.Concat(Enumerable.Repeat("/+", 199)), QualityOfService.AtMostOnce))]);
        var hoarder = await OpenAsync(environment, "hoarder");
        var kept = await hoarder.PublishAsync(Enumerable.Range(0, 500).Select(i => new PublishPacket
        {
            Topic = $"hoard/{i}", Payload = new byte[10_000], Qos = QualityOfService.AtLeastOnce, PacketId = (ushort)(i + 1), Retain = true,
        }));
        var flooder = await OpenAsync(environment, "flooder");
        var flood = MqttCodec.Encode(new PublishPacket { Topic = "flood/x", Payload = new byte[1000] }, MqttVersion.V5);
        using var enough = new CancellationTokenSource();
        var flooding = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    // The broker reads on only as the stalled one drains, or is ended; a send that is not taken must not hold the test.
                    await Task.WhenAny(flooder.SendAsync(flood), Task.Delay(Timeout.Infinite, enough.Token));
                }
            },
            CancellationToken.None);

        await AssertServedAsync(environment, 100);

        await enough.CancelAsync();
        await flooding;
        Assert.That(kept, Has.Count.EqualTo(500).And.All.LessThan(ReasonCode.UnspecifiedError));
        Assert.That(environment.Broker.Sessions.Select(s => s.HeldBytes), Is.All.LessThan(Open.MaximumHeldBytes + 2000));
        Assert.That(environment.Broker.OutboxBytes, Is.LessThan(1_000_000));
    }

    [TestCase(1, 1_000)]
    [TestCase(2, 1_000_000, Category = "Long")]
    public async Task Mutated_packets_after_a_login_end_with_a_reason_and_hurt_nobody_else(int seed, int packets)
    {
        var hooks = new FakeHooks { KeepsLog = false };
        await using var environment = await TestEnvironment.StartAsync(Open with { Hooks = hooks });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => MutateAsync(environment, new Random(seed + (1000 * worker)), $"m{worker}", packets / 4))));

        await AssertServedAsync(environment, 20);
        Assert.That(hooks.Faults, Is.Empty);
        Assert.That(outcomes.Sum(o => o.Answered), Is.Positive);
        Assert.That(outcomes.Sum(o => o.Ended), Is.Positive);
        TestContext.Out.WriteLine($"{packets} packets: {outcomes.Sum(o => o.Answered)} answered, {outcomes.Sum(o => o.Ended)} ended with a reason");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(64 * 1024 * 1024));
    }

    [Test]
    [Category("Long")]
    public async Task Ten_thousand_connections_stand_and_others_are_served()
    {
        const int Many = 10_000;
        var descriptors = long.Parse(File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture);
        Needs.That(descriptors > Many + 1000, $"{Many + 1000} open files in one process", "ulimit -n 11000");
        await using var environment = await TestEnvironment.StartAsync(Open with { MaximumConnections = Many + 10, MaximumSessions = Many + 10 });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        // In a process of their own, so that their ends take neither descriptors nor memory of this one.
        using var clients = Process.Start(new ProcessStartInfo(NeedsProgram.Find("python3", "python3"), ["-c", ManyClients, $"{environment.Broker.Endpoint.Port}", $"{Many}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.That(await clients.StandardOutput.ReadLineAsync(), Is.EqualTo($"{Many} are open"));

            Assert.That(environment.Broker.ConnectedClients, Has.Count.EqualTo(Many));
            await AssertServedAsync(environment, 100);
            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Many;
            TestContext.Out.WriteLine($"{each} bytes for each of {Many} connections");
            Assert.That(each, Is.LessThan(24 * 1024));
            await clients.StandardInput.WriteLineAsync("ping");
            Assert.That(await clients.StandardOutput.ReadLineAsync(), Is.EqualTo($"{Many} answered"));
        }
        finally
        {
            clients.StandardInput.Close();
            await clients.WaitForExitAsync();
        }
    }

    private static async Task<WirePeer> OpenAsync(TestEnvironment environment, string name, bool slow = false)
    {
        var (peer, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = name }, slow: slow);
        Assert.That(answer.Reason, Is.EqualTo(ReasonCode.Success));
        return peer;
    }

    /// <summary>Checks that a well-behaved pair gets every message in its order.</summary>
    private static async Task AssertServedAsync(TestEnvironment environment, int messages)
    {
        var (reader, writer) = (await environment.ConnectAsync("good-reader"), await environment.ConnectAsync("good-writer"));
        await reader.SubscribeAsync("good");
        for (var i = 0; i < messages; i++)
        {
            Assert.That(await writer.PublishAsync("good", BitConverter.GetBytes(i), QualityOfService.AtLeastOnce), Is.LessThan(ReasonCode.UnspecifiedError));
            Assert.That(BitConverter.ToInt32((await TestEnvironment.NextAsync(reader)).Payload.Span), Is.EqualTo(i));
        }
    }

    private static async Task<(int Answered, int Ended)> MutateAsync(TestEnvironment environment, Random random, string client, int packets)
    {
        var (answered, ended) = (0, 0);
        for (var i = 0; i < packets; i++)
        {
            var (_, bytes) = MutatedPacket.Next(random, MqttVersion.V5);
            var (reason, whole, leaves) = Foresee(bytes);
            var last = await SendAsync(environment, client, bytes, whole);
            switch (last)
            {
                case PingRespPacket:
                    answered++;
                    break;
                case DisconnectPacket end:
                    ended++;
                    Assert.That(end.Reason, Is.GreaterThanOrEqualTo(ReasonCode.UnspecifiedError), Convert.ToHexString(bytes));
                    Assert.That(reason is null || end.Reason == reason, Is.True, $"{Convert.ToHexString(bytes)}: {end.Reason} where {reason} was due");
                    break;
                default:
                    Assert.That(leaves || !whole, Is.True, $"{Convert.ToHexString(bytes)}: ended without a reason");
                    break;
            }
        }

        return (answered, ended);
    }

    /// <summary>Foresees the answer to bytes with a PINGREQ behind them: the reason where the first packet is none, and if all is whole, and if the client leaves by itself.</summary>
    private static (ReasonCode? Reason, bool Whole, bool Leaves) Foresee(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = [.. bytes, 0xC0, 0];
        var last = default(MqttPacket);
        for (var first = true; !rest.IsEmpty; first = false)
        {
            try
            {
                if (!MqttCodec.TryDecode(rest, MqttVersion.V5, new MqttLimits { MaximumPacketSize = _anyone.MaximumPacketSize }, out last, out var consumed))
                {
                    return (null, false, false);
                }

                if (last is DisconnectPacket)
                {
                    return (null, true, true);
                }

                rest = rest[consumed..];
            }
            catch (MqttProtocolException e)
            {
                return (first ? ReasonCodes.ForDisconnect(e.Reason) : null, true, false);
            }
        }

        // A length may swallow the PINGREQ; then nothing is owed.
        return (null, last is PingReqPacket, false);
    }

    private static async Task<MqttPacket?> SendAsync(TestEnvironment environment, string client, byte[] bytes, bool whole)
    {
        // Reset at the end: a port that waits for stragglers would be missing after 28,000 connections.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(environment.Broker.Endpoint);
        await socket.SendAsync((byte[])[.. MqttCodec.Encode(new ConnectPacket { ClientId = client }, MqttVersion.V5), .. bytes, 0xC0, 0]);
        if (!whole)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        using var patience = new CancellationTokenSource(TestEnvironment.Timeout);
        var (buffer, filled, last) = (new byte[1 << 16], 0, default(MqttPacket));
        while (last is not (PingRespPacket or DisconnectPacket))
        {
            int count;
            try
            {
                count = await socket.ReceiveAsync(buffer.AsMemory(filled), patience.Token);
            }
            catch (SocketException)
            {
                return null;
            }

            if (count == 0)
            {
                return null;
            }

            filled += count;
            var at = 0;
            while (MqttCodec.TryDecode(buffer.AsSpan(at, filled - at), MqttVersion.V5, MqttLimits.Default, out last, out var consumed) && last is not (PingRespPacket or DisconnectPacket))
            {
                at += consumed;
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }

        return last;
    }
}
