namespace Harness.Mqtt.Tests.Broker;

/// <summary>A message for which an answer took the last room in the outbox waits, and is not lost.</summary>
[CancelAfter(60_000)]
public sealed class OutboxRaceTests
{
    [TestCase(QualityOfService.AtMostOnce)]
    [TestCase(QualityOfService.AtLeastOnce)]
    [TestCase(QualityOfService.ExactlyOnce)]
    public async Task A_connection_that_is_busy_at_the_last_moment_gets_the_message_later(QualityOfService qos)
    {
        await using var environment = await TestEnvironment.StartAsync();
        await environment.Broker.PublishAsync("r", new byte[] { 1 }, retain: true);
        var session = new BrokerSession(new ClientIdentity("c", null, MqttVersion.V5), proved: false, environment.Broker);
        var sink = new BusySink();
        session.Attach(sink, receiveMaximum: 10, topicAliases: 0);

        await session.DeliverAsync(new PublishPacket { Topic = "a", Qos = qos }, mayWait: false, CancellationToken.None);
        session.Replay(environment.Broker.Retained.Begin("r", qos, null));
        Assert.That(sink.Sent, Is.Empty);
        sink.Busy = false;
        while (session.Pump())
        {
        }

        Assert.That(sink.Sent.Select(p => p.Topic), Is.EquivalentTo(new[] { "a", "r" }));
    }

    /// <summary>A connection of which a test says whether it takes a packet.</summary>
    internal sealed class BusySink : IPacketSink
    {
        public bool Busy { get; set; } = true;

        public List<PublishPacket> Sent { get; } = [];

        public bool HasRoom => Sent.Count < 2;

        public bool KeepsSession => false;

        public SendResult TrySend(MqttPacket packet)
        {
            if (Busy)
            {
                return SendResult.Busy;
            }

            Sent.Add((PublishPacket)packet);
            return SendResult.Sent;
        }

        public void Wake()
        {
        }

        public void Stall()
        {
        }
    }
}
