namespace Harness.Brokers.Load;

/// <summary>Takes one received packet.</summary>
/// <param name="first">First byte: type and flags.</param>
/// <param name="body">The bytes behind the fixed header.</param>
/// <param name="answers">Collects what is to be sent back; it goes out once a read is taken apart.</param>
internal delegate void PacketTaker(byte first, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> answers);

/// <summary>An MQTT 3.1.1 connection over a plain socket that writes batches and takes reads apart in place, so that a broker and not its client is the slow side.</summary>
/// <remarks>Sending is thread-safe; one task or one thread receives.</remarks>
internal sealed class LoadConnection : IDisposable
{
    private const int Window = 256 * 1024;
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);
    private readonly Socket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ArrayBufferWriter<byte> _answers = new();
    private byte[] _incoming = [];
    private int _filled;

    /// <summary>Takes over a connected socket.</summary>
    public LoadConnection(Socket socket)
    {
        socket.NoDelay = true;
        _socket = socket;
    }

    /// <summary>Connects and logs in.</summary>
    /// <param name="broker">The broker, with user and password.</param>
    /// <param name="client">ClientId.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="MqttException">The broker is not there, refuses the login, or is silent for longer than its options allow.</exception>
    public static async Task<LoadConnection> OpenAsync(BrokerUnderTest broker, string client, CancellationToken stop)
    {
        var connection = new LoadConnection(new Socket(broker.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(broker.AnswerWithin);
        try
        {
            await connection._socket.ConnectAsync(broker.Address, limit.Token).ConfigureAwait(false);
            await connection.SendAsync(
                MqttCodec.Encode(new ConnectPacket { Version = MqttVersion.V311, ClientId = client, UserName = broker.User, Password = broker.Password }, MqttVersion.V311),
                limit.Token).ConfigureAwait(false);
            var reason = await connection.AnswerAsync(PacketType.ConnAck, 1, limit.Token).ConfigureAwait(false);
            return reason == 0 ? connection : throw new MqttProtocolException(ReasonCode.NotAuthorized, $"the broker refuses {client} with CONNACK {reason}");
        }
        catch (Exception e)
        {
            connection.Dispose();
            throw Told(e, broker, stop);
        }
    }

    /// <summary>Subscribes to one filter and waits for SUBACK.</summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public async Task SubscribeAsync(BrokerUnderTest broker, string filter, QualityOfService qos, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(broker.AnswerWithin);
        try
        {
            await SendAsync(MqttCodec.Encode(new SubscribePacket { PacketId = 1, Subscriptions = [new(filter, qos)] }, MqttVersion.V311), limit.Token).ConfigureAwait(false);
            var granted = await AnswerAsync(PacketType.SubAck, 2, limit.Token).ConfigureAwait(false);
            if (granted >= 0x80)
            {
                throw new MqttProtocolException(ReasonCode.NotAuthorized, $"the broker refuses the subscription to {filter} with 0x{granted:X2}");
            }

            if (granted != (int)qos)
            {
                throw new MqttProtocolException(ReasonCode.QosNotSupported, $"the broker grants QoS {granted} where QoS {(int)qos} was asked for");
            }
        }
        catch (Exception e) when (e is not MqttException)
        {
            throw Told(e, broker, stop);
        }
    }

    /// <summary>Sends bytes whole, however many callers there are.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, stop).ConfigureAwait(false)..];
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends bytes whole from a thread that waits.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        _sending.Wait();
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads once, hands over each whole packet and sends their answers.</summary>
    /// <returns>False where the broker closed.</returns>
    public async ValueTask<bool> ReceiveAsync(PacketTaker taker, CancellationToken stop)
    {
        return Take(await _socket.ReceiveAsync(Room(), stop).ConfigureAwait(false), taker);
    }

    /// <summary>Does the same from a thread of its own, which the kernel wakes: no other thread stands between a packet's arrival and its time.</summary>
    /// <returns>False where the broker closed.</returns>
    public bool Receive(PacketTaker taker, CancellationToken stop)
    {
        while (!_socket.Poll(AskAgain, SelectMode.SelectRead))
        {
            stop.ThrowIfCancellationRequested();
        }

        return Take(_socket.Receive(Room().Span), taker);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static MqttException Told(Exception e, BrokerUnderTest broker, CancellationToken stop) => e switch
    {
        MqttException told => told,
        OperationCanceledException when stop.IsCancellationRequested => throw e,
        OperationCanceledException => new MqttTimedOutException($"{broker.Address} did not answer within {broker.AnswerWithin.TotalSeconds:0.#} s"),
        _ => new MqttNotConnectedException($"no broker at {broker.Address} ({e.Message})", e),
    };

    private Memory<byte> Room()
    {
        if (_incoming.Length == 0)
        {
            _incoming = new byte[Window];
        }

        return _incoming.AsMemory(_filled);
    }

    private bool Take(int read, PacketTaker taker)
    {
        _filled += read;
        TakeApart(taker);
        if (_answers.WrittenCount > 0)
        {
            Send(_answers.WrittenSpan);
            _answers.ResetWrittenCount();
        }

        return read > 0;
    }

    // The answers to CONNECT and SUBSCRIBE are short and alone: nothing else is on its way yet.
    private async Task<int> AnswerAsync(PacketType type, int at, CancellationToken stop)
    {
        var answer = new byte[2 + (type == PacketType.ConnAck ? 2 : 3)];
        for (var got = 0; got < answer.Length;)
        {
            var read = await _socket.ReceiveAsync(answer.AsMemory(got), stop).ConfigureAwait(false);
            got += read > 0 ? read : throw new IOException($"it closed before {type}");
        }

        return answer[0] >> 4 == (int)type ? answer[2 + at] : throw new MqttProtocolException(ReasonCode.ProtocolError, $"0x{answer[0]:X2} in the place of {type}");
    }

    private void TakeApart(PacketTaker taker)
    {
        var at = 0;
        while (MqttCodec.TryReadHeader(_incoming.AsSpan(at, _filled - at), MqttVersion.V311, out var first, out var total, out var header))
        {
            if (total > Window)
            {
                throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"a packet of {total} bytes, where none over {Window} was sent");
            }

            if (at + total > _filled)
            {
                break;
            }

            taker(first, _incoming.AsSpan(at + header, total - header), _answers);
            at += total;
        }

        _incoming.AsSpan(at, _filled - at).CopyTo(_incoming);
        _filled -= at;
    }
}
