using System.Net;
using System.Net.Sockets;
using Harness.Mqtt;
using Harness.Mqtt.Broker;
using Harness.Mqtt.Codec;
using Harness.Mqtt.Packets;

namespace Harness.Benchmarks;

/// <summary>Messages a second through a broker: one publisher, one subscriber, 64 bytes, raw sockets. Host clock.</summary>
/// <remarks>Besides the broker in this process it measures those that <c>HARNESS_BENCHMARK_BROKERS</c> names as <c>NAME=PORT,...</c> on loopback, in turn: an earlier
/// build, or Mosquitto. They must take anonymous clients.</remarks>
internal sealed class BrokerBenchmark : IBenchmark
{
    private const int Messages = 5000;
    private const int Batch = 20; // Mosquitto keeps no more in flight to one client

    public string Name => "broker";

    public void Run(TextWriter output)
    {
        var broker = MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }).GetAwaiter().GetResult();
        var brokers = new List<(string Name, int Port)> { ("in this process", broker.Endpoint.Port) };
        brokers.AddRange((Environment.GetEnvironmentVariable("HARNESS_BENCHMARK_BROKERS") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries).Select(b => b.Split('=')).Select(b => (b[0], int.Parse(b[1]))));
        try
        {
            foreach (var qos in new[] { QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce })
            {
                var pairs = brokers.Select(b => (b.Name, Pair: new Pair(b.Port, qos))).ToList();
                var runs = new Interleaved($"{Messages} messages of 64 bytes, QoS {(int)qos}, {Batch} on their way at once", rounds: 20, warmUp: 3);
                pairs.ForEach(p => runs.Add(p.Name, p.Pair.Pass));
                var results = runs.Run(output);
                foreach (var (pair, result) in pairs.Zip(results))
                {
                    output.WriteLine($"  {pair.Name}: {Messages / result.Median * 1e6:F0} messages a second by median");
                    pair.Pair.Dispose();
                }
            }
        }
        finally
        {
            broker.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private sealed class Pair : IDisposable
    {
        private readonly QualityOfService _qos;
        private readonly Socket _publisher;
        private readonly Socket _subscriber;
        private readonly byte[] _batch;
        private readonly byte[] _incoming;
        private readonly byte[] _acknowledgements = new byte[4 * Batch];

        public Pair(int port, QualityOfService qos)
        {
            _qos = qos;
            (_publisher, _subscriber) = (Open(port, "publisher"), Open(port, "subscriber"));
            Write(_subscriber, new SubscribePacket { PacketId = 1, Subscriptions = [new("bench", qos)] });
            Read(_subscriber, new byte[MqttCodec.Encode(new SubAckPacket { PacketId = 1, Reasons = [ReasonCode.Success] }, MqttVersion.V311).Length]);
            byte[] One(int id) => MqttCodec.Encode(
                new PublishPacket { Topic = "bench", Payload = new byte[64], Qos = qos, PacketId = (ushort)(qos == QualityOfService.AtMostOnce ? 0 : id) }, MqttVersion.V311);
            _batch = [.. Enumerable.Range(1, Batch).SelectMany(One)];
            _incoming = new byte[_batch.Length];
        }

        public void Pass()
        {
            for (var sent = 0; sent < Messages; sent += Batch)
            {
                Write(_publisher, _batch);
                Read(_subscriber, _incoming);
                if (_qos == QualityOfService.AtLeastOnce)
                {
                    // PUBACKs with the identifiers of the messages, which stand behind the topic.
                    var length = _incoming.Length / Batch;
                    for (var i = 0; i < Batch; i++)
                    {
                        (_acknowledgements[4 * i], _acknowledgements[(4 * i) + 1]) = (0x40, 2);
                        _incoming.AsSpan((i * length) + 2 + 2 + "bench".Length, 2).CopyTo(_acknowledgements.AsSpan((4 * i) + 2));
                    }

                    Write(_subscriber, _acknowledgements);
                    Read(_publisher, _acknowledgements);
                }
            }
        }

        public void Dispose()
        {
            _publisher.Dispose();
            _subscriber.Dispose();
        }

        private static Socket Open(int port, string name)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
            socket.Connect(IPAddress.Loopback, port);
            Write(socket, new ConnectPacket { ClientId = name });
            Read(socket, new byte[4]);
            return socket;
        }

        private static void Write(Socket socket, MqttPacket packet) => Write(socket, MqttCodec.Encode(packet, MqttVersion.V311));

        private static void Write(Socket socket, byte[] bytes) => socket.Send(bytes);

        private static void Read(Socket socket, byte[] buffer)
        {
            for (var got = 0; got < buffer.Length;)
            {
                var read = socket.Receive(buffer.AsSpan(got));
                got += read > 0 ? read : throw new IOException("the broker closed");
            }
        }
    }
}
