namespace Harness.Mqtt.Tests.Broker;

/// <summary>The row of all sessions is the table's whatever changed meanwhile.</summary>
[CancelAfter(60_000)]
public sealed class SessionTableTests
{
    private MqttBroker _broker = null!;

    [SetUp]
    public async Task StartAsync() => _broker = await MqttBroker.StartAsync(new MqttBrokerOptions());

    [TearDown]
    public async Task EndAsync() => await _broker.DisposeAsync();

    [Test]
    public void A_session_stands_in_the_row_from_its_entry_to_its_removal()
    {
        var table = new SessionTable();
        Assert.That(table.All, Is.Empty);
        var (first, second, again) = (Session("a"), Session("b"), Session("a"));
        table.Put(first);
        table.Put(second);
        Assert.That(table.All, Is.EquivalentTo(new[] { first, second }));
        table.Put(again);
        Assert.That(table.All, Is.EquivalentTo(new[] { again, second }), "in the place of the one that had its name");
        table.Remove(second.Key);
        Assert.That(table.All, Is.EqualTo(new[] { again }));
        Assert.That((table.TryGet(again.Key, out var found), found), Is.EqualTo((true, again)));
        Assert.That(table.TryGet(second.Key, out _), Is.False);
    }

    [Test]
    public async Task The_row_is_the_tables_also_where_it_was_read_while_others_changed_the_table()
    {
        var table = new SessionTable();
        var sessions = Enumerable.Range(0, 40).Select(i => Session($"c{i}")).ToList();
        for (var round = 0; round < 300; round++)
        {
            using var go = new Barrier(3);
            var changing = sessions.Chunk(20).Select(half => Task.Run(() =>
            {
                go.SignalAndWait();
                foreach (var session in half)
                {
                    table.Put(session);
                }

                table.Remove(half[0].Key);
            })).ToList();
            go.SignalAndWait();
            while (!changing.TrueForAll(t => t.IsCompleted))
            {
                _ = table.All;
            }

            await Task.WhenAll(changing);
            Assert.That(table.All, Is.EquivalentTo(sessions.Where((_, i) => i % 20 != 0)));
        }
    }

    [Test]
    public async Task A_message_reaches_whoever_subscribed_after_the_one_before()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var publisher = await environment.ConnectAsync("p");
        for (var i = 0; i < 5; i++)
        {
            await publisher.PublishAsync("t", new byte[] { 0xFF }, QualityOfService.AtLeastOnce);
            var subscriber = await environment.ConnectAsync($"s{i}");
            await subscriber.SubscribeAsync("t");
            await publisher.PublishAsync("t", new[] { (byte)i }, QualityOfService.AtLeastOnce);
            Assert.That((await TestEnvironment.NextAsync(subscriber)).Payload.ToArray(), Is.EqualTo(new[] { (byte)i }));
        }
    }

    private BrokerSession Session(string client) => new(new ClientIdentity(client, null, MqttVersion.V5), false, _broker);
}
