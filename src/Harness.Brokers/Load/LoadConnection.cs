using System.Net.Security;

namespace Harness.Brokers.Load;

/// <summary>Takes one received packet.</summary>
/// <param name="first">First byte: type and flags.</param>
/// <param name="body">The bytes behind the fixed header.</param>
/// <param name="answers">Collects what is to be sent back; it goes out once a read is taken apart.</param>
internal delegate void PacketTaker(byte first, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> answers);

/// <summary>An MQTT 3.1.1 connection over a plain socket that writes batches and takes reads apart in place, so that a broker and not its client is the slow side.</summary>
/// <remarks>Sending is thread-safe; one task or one thread receives. A blocking one is unknown to the runtime's own thread for sockets, which would otherwise wake beside the thread
/// that receives, for nothing: three threads more for each packet, on the processors that the broker under test needs. TLS is never blocking: what it decrypted ahead, no poll of the socket tells.</remarks>
internal sealed class LoadConnection : IDisposable
{
    private const int Window = 256 * 1024;
    private const int Tcp = 6; // IPPROTO_TCP
    private const int QuickAcknowledgement = 12; // TCP_QUICKACK
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] _on = BitConverter.GetBytes(1);
    private readonly Socket _socket;
    private readonly bool _blocking;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ArrayBufferWriter<byte> _answers = new();
    private SslStream? _tls;
    private byte[] _incoming = [];
    private int _filled;

    /// <summary>Takes over a socket.</summary>
    /// <param name="socket">A socket that no asynchronous call was made with where it is to block.</param>
    /// <param name="blocking">True where a thread of its own is to receive.</param>
    public LoadConnection(Socket socket, bool blocking = false)
    {
        socket.NoDelay = true;
        (_socket, _blocking) = (socket, blocking);
    }

    /// <summary>True where a thread of its own is to receive.</summary>
    public bool IsBlocking => _blocking;

    /// <summary>True where this machine's TCP does not hold acknowledgements back for 40 ms. A broker that leaves Nagle's algorithm on waits for them with each small packet, and with a bounded number of
    /// messages on their way everything waits for that.</summary>
    public bool AcknowledgesAtOnce { get; set; }

    /// <summary>Connects and logs in.</summary>
    /// <param name="broker">The broker, with user and password.</param>
    /// <param name="client">ClientId.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <param name="blocking">True where a thread of its own is to receive; this and <see cref="SubscribeAsync"/> hold their caller's thread then.</param>
    /// <exception cref="MqttException">The broker is not there, refuses the login, or is silent for longer than its options allow.</exception>
    public static async Task<LoadConnection> OpenAsync(BrokerUnderTest broker, string client, CancellationToken stop, bool blocking = false)
    {
        var connection = new LoadConnection(new Socket(broker.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), blocking && broker.Tls is null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(broker.AnswerWithin);
        try
        {
            using var ends = connection.EndsWith(limit.Token);
            connection._socket.SendTimeout = (int)broker.TakesWithin.TotalMilliseconds; // the kernel's own: a write costs no timer
            await connection.ConnectAsync(broker, limit.Token).ConfigureAwait(false);
            await connection.SendAsync(
                MqttCodec.Encode(new ConnectPacket { Version = MqttVersion.V311, ClientId = client, UserName = broker.User, Password = broker.Password }, MqttVersion.V311),
                limit.Token).ConfigureAwait(false);
            var reason = await connection.AnswerAsync(PacketType.ConnAck, 1, limit.Token).ConfigureAwait(false);
            return reason == 0 ? connection : throw new MqttProtocolException(ReasonCode.NotAuthorized, $"the broker refuses {client} with CONNACK {reason}");
        }
        catch (Exception e)
        {
            connection.Dispose();
            throw Told(e, broker, stop, limit.Token);
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
            using var ends = EndsWith(limit.Token);
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
            throw Told(e, broker, stop, limit.Token);
        }
    }

    /// <summary>Sends bytes whole, however many callers there are.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (_blocking)
        {
            Send(bytes.Span);
            return;
        }

        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await WriteAsync(bytes, stop).ConfigureAwait(false);
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
            _tls?.Write(bytes);
            while (_tls is null && !bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }
        catch (Exception e) when (e is SocketException { SocketErrorCode: SocketError.TimedOut } or IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } })
        {
            throw new MqttTimedOutException($"the broker took no bytes for {_socket.SendTimeout / 1000.0:0.#} s under load", e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new MqttNotConnectedException($"the broker ended a connection under load ({e.Message})", e);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads once, hands over each whole packet and sends their answers.</summary>
    /// <returns>False where the broker closed.</returns>
    public async ValueTask<bool> ReceiveAsync(PacketTaker taker, CancellationToken stop) => Take(await ReadAsync(Room(), stop).ConfigureAwait(false), taker);

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
    public void Dispose()
    {
        _socket.Dispose(); // first: a thread that waits for the broker in a write of TLS holds what is disposed next
        _tls?.Dispose();
    }

    private static MqttException Told(Exception e, BrokerUnderTest broker, CancellationToken stop, CancellationToken limit) => e switch
    {
        MqttException told => told,
        _ when stop.IsCancellationRequested => throw new OperationCanceledException(e.Message, e, stop),
        _ when limit.IsCancellationRequested => new MqttTimedOutException($"{broker.Address} did not answer within {broker.AnswerWithin.TotalSeconds:0.#} s"),
        _ => new MqttNotConnectedException($"no broker at {broker.Address} ({e.Message})", e),
    };

    /// <summary>Makes a blocking call return where the token ends; an asynchronous one takes the token itself.</summary>
    private CancellationTokenRegistration EndsWith(CancellationToken limit) => _blocking ? limit.Register(_socket.Dispose) : default;

    private async ValueTask ConnectAsync(BrokerUnderTest broker, CancellationToken stop)
    {
        if (_blocking)
        {
            _socket.Connect(broker.Address);
            return;
        }

        await _socket.ConnectAsync(broker.Address, stop).ConfigureAwait(false);
        if (broker.Tls is { } options)
        {
            _tls = new SslStream(new NetworkStream(_socket));
            await _tls.AuthenticateAsClientAsync(options, stop).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (_tls is { } tls)
        {
            await tls.WriteAsync(bytes, stop).ConfigureAwait(false);
            return;
        }

        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, stop).ConfigureAwait(false)..];
        }
    }

    private ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop) =>
        _blocking ? new(_socket.Receive(into.Span)) : _tls is { } tls ? tls.ReadAsync(into, stop) : _socket.ReceiveAsync(into, stop);

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
        if (AcknowledgesAtOnce && OperatingSystem.IsLinux())
        {
            _socket.SetRawSocketOption(Tcp, QuickAcknowledgement, _on); // holds until the kernel thinks otherwise
        }

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
            var read = await ReadAsync(answer.AsMemory(got), stop).ConfigureAwait(false);
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
