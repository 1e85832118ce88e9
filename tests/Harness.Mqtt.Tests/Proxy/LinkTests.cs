using System.Diagnostics;

namespace Harness.Mqtt.Tests.Proxy;

/// <summary>A proxy whose ends are a bad link apart.</summary>
[CancelAfter(60_000)]
public sealed class LinkTests
{
    [Test]
    public async Task Delay_is_seen_by_whoever_connects()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        proxy.SetLink(new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) });
        var watch = Stopwatch.StartNew();
        await using var client = await ThroughAsync(proxy, "c");
        Assert.That(watch.Elapsed, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(200)), "the opening, CONNECT and CONNACK");
    }

    [Test]
    public async Task Every_byte_comes_in_order_over_a_link_that_loses_a_tenth()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        proxy.SetLink(new LinkConditions { Loss = 0.1, Seed = 27 });
        await using var reader = await environment.ConnectAsync("reader");
        await reader.SubscribeAsync("t", QualityOfService.AtLeastOnce);
        await using var writer = await ThroughAsync(proxy, "writer");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => writer.PublishAsync("t", new[] { (byte)n }, QualityOfService.AtLeastOnce)));

        var read = new List<byte>();
        while (read.Count < 20)
        {
            read.Add((await TestEnvironment.NextAsync(reader)).Payload.Span[0]);
        }

        Assert.That(read, Is.Ordered.And.Unique);
        Assert.That(proxy.LinkCounts.Lost, Is.Positive);
        Assert.That(proxy.LinkCounts.Segments, Is.GreaterThanOrEqualTo(42));
    }

    [Test]
    public async Task One_seed_loses_the_same_segments_again()
    {
        var seen = new List<LinkCounts>();
        for (var run = 0; run < 2; run++)
        {
            await using var environment = await TestEnvironment.StartAsync();
            var proxy = await environment.ProxyAsync();
            proxy.SetLink(new LinkConditions { Loss = 0.2, Seed = 2 });
            await using var client = await ThroughAsync(proxy, "c");
            for (var message = 0; message < 5; message++)
            {
                await client.PublishAsync("t", new byte[] { 1 }, QualityOfService.AtLeastOnce);
            }

            seen.Add(proxy.LinkCounts);
        }

        Assert.That(seen[0], Is.EqualTo(seen[1]));
        Assert.That(seen[0].Lost, Is.Positive);
    }

    [Test]
    public async Task A_polite_end_comes_after_what_was_said_before_it()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        proxy.SetLink(new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) });
        await using var reader = await environment.ConnectAsync("reader");
        await reader.SubscribeAsync("t");
        await using (var writer = await ThroughAsync(proxy, "writer"))
        {
            await writer.PublishAsync("t", new byte[] { 9 });
        }

        Assert.That((await TestEnvironment.NextAsync(reader)).Payload.ToArray(), Is.EqualTo(new byte[] { 9 }));
    }

    [Test]
    public async Task The_last_words_arrive_though_their_sender_closed_on_what_was_on_the_way_to_it()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        proxy.SetLink(new LinkConditions { Delay = TimeSpan.FromMilliseconds(100) });
        await using var other = await environment.ConnectAsync("other");
        await other.SubscribeAsync("last");
        await using (var client = await ThroughAsync(proxy, "client"))
        {
            await client.SubscribeAsync("t");
            for (var message = 0; message < 20; message++)
            {
                await other.PublishAsync("t", new byte[] { 1 });
                await client.PublishAsync("last", new byte[] { (byte)message });
            }
        }

        for (var message = 0; message < 20; message++)
        {
            Assert.That((await TestEnvironment.NextAsync(other)).Payload.Span[0], Is.EqualTo(message));
        }
    }

    [Test]
    public async Task A_cut_ends_every_connection_and_the_next_comes_through()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using var client = await ThroughAsync(proxy, "c");
        Assert.That(proxy.Cut(), Is.EqualTo(1));
        await client.Closed.WaitAsync(TestEnvironment.Timeout);
        await using var again = await ThroughAsync(proxy, "c");
    }

    [Test]
    public async Task Cuts_by_the_clock_end_connections_and_refuse_new_ones_while_they_last()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using var client = await ThroughAsync(proxy, "c");
        proxy.SetLink(new LinkConditions { CutEvery = TimeSpan.FromMilliseconds(50), CutFor = TimeSpan.FromHours(1) });
        await client.Closed.WaitAsync(TestEnvironment.Timeout);
        Assert.That(proxy.LinkCounts.Cuts, Is.EqualTo(1));
        Assert.That(async () => await ThroughAsync(proxy, "c"), Throws.InstanceOf<MqttException>());
    }

    [Test]
    public async Task Bytes_go_to_the_sink_and_are_not_kept()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var seen = new ConcurrentQueue<CapturedBytes>();
        var ended = new TaskCompletionSource<ConnectionEnd>();
        await using var proxy = MqttProxy.Start(environment.Broker.Endpoint, null, new IPEndPoint(IPAddress.Loopback, 0), null, seen.Enqueue);
        proxy.ConnectionEnded += ended.SetResult;
        await using (await ThroughAsync(proxy, "c"))
        {
        }

        Assert.That((await ended.Task.WaitAsync(TestEnvironment.Timeout)).Connection, Is.EqualTo(1));
        Assert.That(seen, Is.Not.Empty);
        Assert.That(proxy.Capture, Is.Empty);
    }

    private static Task<MqttClient> ThroughAsync(MqttProxy proxy, string clientId) => MqttClient.ConnectAsync(new MqttClientOptions { Port = proxy.Endpoint.Port, ClientId = clientId });
}
