using Harness.Mqtt.Transport;

namespace Harness.Brokers.Load;

/// <summary>A relay in the place of a broker: everybody is let in, and each message goes to whoever subscribed to anything. It shows what the load itself can do.</summary>
public sealed class LoadRelay : IAsyncDisposable
{
    private const int Threads = 8;
    private readonly ConnectionListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<LoadConnection, bool> _subscribers = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private int _open;

    private LoadRelay()
    {
        _listener = ConnectionListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), "relay", Serve, _ => { });
        _listener.Start();
    }

    /// <summary>The address that it listens on.</summary>
    public IPEndPoint Endpoint => _listener.Endpoint;

    /// <summary>Begins to listen on a free port of loopback.</summary>
    public static LoadRelay Start() => new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks).ConfigureAwait(false);
        _end.Dispose();
    }

    private Action Serve(Socket socket)
    {
        // Idle connections need no thread; the few that a workload with one subscriber has get one each, as the load's own sides have.
        var blocking = Interlocked.Increment(ref _open) <= Threads;
        var connection = new LoadConnection(socket, blocking);
        return () => _tasks.Add(blocking
            ? Task.Factory.StartNew(() => ServeAsync(connection, blocking), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
            : ServeAsync(connection, blocking));
    }

    private async Task ServeAsync(LoadConnection connection, bool blocking)
    {
        var serving = new Serving(this, connection);
        try
        {
            while (blocking ? connection.Receive(serving.Take, _end.Token) : await connection.ReceiveAsync(serving.Take, _end.Token).ConfigureAwait(false))
            {
                serving.Forward();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or MqttException)
        {
            // The load ended, or the relay does.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            _subscribers.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private sealed class Serving(LoadRelay relay, LoadConnection connection)
    {
        private readonly ArrayBufferWriter<byte> _messages = new();

        public void Take(byte first, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> answers)
        {
            switch ((PacketType)(first >> 4))
            {
                case PacketType.Connect:
                    answers.Write<byte>([0x20, 2, 0, 0]);
                    break;
                case PacketType.Subscribe:
                    relay._subscribers[connection] = true;
                    answers.Write<byte>([0x90, 3, body[0], body[1], body[^1]]);
                    break;
                case PacketType.Publish:
                    Keep(first, body);
                    var qos = (QualityOfService)((first >> 1) & 3);
                    if (qos != QualityOfService.AtMostOnce)
                    {
                        var id = MessageTemplate.Read(body, qos).PacketId;
                        answers.Write<byte>([qos == QualityOfService.AtLeastOnce ? (byte)0x40 : (byte)0x50, 2, (byte)(id >> 8), (byte)id]);
                    }

                    break;
                case PacketType.PubRec:
                    answers.Write<byte>([0x62, 2, body[0], body[1]]);
                    break;
                case PacketType.PubRel:
                    answers.Write<byte>([0x70, 2, body[0], body[1]]);
                    break;
            }
        }

        public void Forward()
        {
            if (_messages.WrittenCount > 0)
            {
                foreach (var (subscriber, _) in relay._subscribers)
                {
                    subscriber.Send(_messages.WrittenSpan);
                }

                _messages.ResetWrittenCount();
            }
        }

        private void Keep(byte first, ReadOnlySpan<byte> body)
        {
            _messages.Write<byte>([first]);
            var rest = body.Length;
            do
            {
                _messages.Write<byte>([(byte)(rest > 127 ? (rest & 127) | 128 : rest)]);
                rest >>= 7;
            }
            while (rest > 0);
            _messages.Write(body);
        }
    }
}
