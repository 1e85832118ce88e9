namespace Harness.Mqtt.Broker;

/// <summary>One client's connection at the broker, from accept to close: this part has its lifetime and its outbox.</summary>
internal sealed partial class BrokerConnection : IPacketSink
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);
    private readonly MqttBroker _broker;
    private readonly MqttBrokerOptions _options;
    private readonly PacketChannel _channel;
    private readonly Outbox _outbox = new();
    private readonly OutboxBatch _batch = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private ClientPool? _pool;
    private long _willBytes;
    private int _stopReason = -1;
    private volatile bool _aborted;

    public BrokerConnection(MqttBroker broker, IPacketSocket socket)
    {
        _broker = broker;
        _options = broker.Options;
        _channel = new PacketChannel(socket, new MqttLimits { MaximumPacketSize = _options.MaximumPacketSize }) { Progress = () => Session?.Drained() };
        Address = _channel.Remote?.Address ?? IPAddress.None;
    }

    /// <summary>The client's address.</summary>
    public IPAddress Address { get; }

    /// <summary>The client's identity; set when CONNACK 0x00 is sent.</summary>
    public ClientIdentity? Identity { get; set; }

    /// <summary>The client's session, once attached; guarded by the broker's attach lock for writing.</summary>
    public BrokerSession? Session { get; set; }

    /// <summary>The will to publish when the connection ends; null after DISCONNECT 0x00.</summary>
    public MqttWill? Will { get; set; }

    /// <summary>Seconds that the session outlives the connection, as granted.</summary>
    public uint SessionExpirySeconds { get; set; }

    /// <summary>Seconds that the session outlives the connection, as CONNECT asked.</summary>
    public uint RequestedExpirySeconds { get; set; }

    /// <summary>True where CONNECT asked for a new session.</summary>
    public bool CleanStart { get; set; }

    /// <inheritdoc/>
    public bool HasRoom => _outbox.HasRoom;

    /// <inheritdoc/>
    public bool KeepsSession => SessionExpirySeconds > 0;

    /// <summary>Bytes of memory that the outbox holds.</summary>
    public int OutboxBytes => _outbox.Held;

    /// <inheritdoc cref="PacketChannel.Inbox"/>
    public (int Capacity, int Pending) Inbox => _channel.Inbox;

    /// <summary>Ends the connection with DISCONNECT and this reason, or without one where it never got a CONNACK or speaks 3.1.1. The first reason counts.</summary>
    public void Stop(ReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, -1) == -1)
        {
            _stopping.Cancel();
        }
    }

    /// <summary>Ends the connection at once, without DISCONNECT.</summary>
    public void Abort()
    {
        _aborted = true;
        Stop(ReasonCode.Success);
    }

    /// <inheritdoc/>
    public void Stall() => Stop(ReasonCode.QuotaExceeded);

    /// <inheritdoc/>
    public void Wake() => _outbox.Wake();

    /// <summary>Reserves the room for this connection and its will in a pool.</summary>
    /// <param name="pool">The pool of its kind.</param>
    /// <param name="willBytes">Bytes of the will.</param>
    /// <param name="replaces">True where another connection ends for this one, so that its place is free.</param>
    public bool TryHold(ClientPool pool, long willBytes, bool replaces)
    {
        if (!pool.Bytes.TryTake(willBytes))
        {
            return false;
        }

        if (replaces)
        {
            pool.Connections.Take(1);
        }
        else if (!pool.Connections.TryTake(1))
        {
            pool.Bytes.Return(willBytes);
            return false;
        }

        (_pool, _willBytes) = (pool, willBytes);
        return true;
    }

    /// <summary>Returns the room, once.</summary>
    public void Release()
    {
        _pool?.Connections.Return(1);
        _pool?.Bytes.Return(_willBytes);
        _pool = null;
    }

    /// <summary>Moves its room to another pool.</summary>
    public void Move(ClientPool to)
    {
        var will = _willBytes;
        Release();
        to.Connections.Take(1);
        to.Bytes.Take(will);
        (_pool, _willBytes) = (to, will);
    }

    /// <summary>Runs the connection from accept to close; never throws.</summary>
    public async Task RunAsync()
    {
        var writing = WriteLoopAsync();
        try
        {
            if (await HandshakeAsync().ConfigureAwait(false))
            {
                await ServeAsync().ConfigureAwait(false);
            }
        }
        catch (MqttProtocolException e)
        {
            Stop(e.Reason);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The broker stops, or the peer left while a packet was sent.
        }
        catch (Exception e)
        {
            // Outermost boundary of one connection: a defect in here must not disturb the others.
            _broker.Hooks.Fault(Identity?.ClientId, _channel.Remote, "MqttBroker", e);
            Stop(ReasonCode.UnspecifiedError);
        }

        _broker.Admission.Remove(this, Address);
        _exchange?.Dispose();
        _reauthenticationTimeout?.Dispose();
        await _broker.EndAsync(this).ConfigureAwait(false);
        if (_stopReason >= 0 && Session is not null && _channel.Version == MqttVersion.V5)
        {
            _outbox.TryAdd(MqttCodec.Encode(new DisconnectPacket { Reason = ReasonCodes.ForDisconnect((ReasonCode)_stopReason) }, _channel.Version), last: true);
        }

        _outbox.Complete();
        try
        {
            await writing.WaitAsync(_aborted ? TimeSpan.Zero : FlushTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _aborting.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        if (_aborted)
        {
            _channel.Dispose();
            return;
        }

        await _channel.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>True where the client accepts a packet of that size.</summary>
    public bool Fits(MqttPacket packet) => MqttCodec.Encode(packet, _channel.Version).Length <= _channel.PeerMaximumPacketSize;

    /// <inheritdoc/>
    public SendResult TrySend(MqttPacket packet)
    {
        var bytes = MqttCodec.EncodeBriefly(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            return SendResult.TooLarge;
        }

        return _outbox.TryAdd(bytes) ? SendResult.Sent : SendResult.Busy;
    }

    /// <summary>Sends and waits for room, which slows down a client that does not read. A packet above the client's maximum ends the connection (0x95).</summary>
    private ValueTask SendAsync(MqttPacket packet)
    {
        var bytes = MqttCodec.EncodeBriefly(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"{packet.Type} of {bytes.Length} bytes, where the client takes {_channel.PeerMaximumPacketSize}");
        }

        return _outbox.TryAdd(bytes) ? default : _outbox.AddAsync(bytes.ToArray(), _stopping.Token);
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            await _outbox.RunAsync(_channel.WriteAsync, () => Session?.Pump() ?? false, _aborting.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttNotConnectedException or OperationCanceledException)
        {
            // The peer is gone: the read loop notices it too, or is waiting for room in the outbox and is ended here.
            _outbox.Complete();
        }
    }
}
