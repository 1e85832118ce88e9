using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Harness.Mqtt;

/// <summary>One client's connection at the broker, from accept to close: this part is its life and its outbox.</summary>
internal sealed partial class BrokerConnection : IPacketSink
{
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(1);
    private readonly MqttBroker _broker;
    private readonly MqttBrokerOptions _options;
    private readonly PacketChannel _channel;
    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private ClientPool? _pool;
    private long _willBytes;
    private int _stopReason = -1;
    private volatile bool _aborted;

    public BrokerConnection(MqttBroker broker, Socket socket)
    {
        _broker = broker;
        _options = broker.Options;
        _channel = new PacketChannel(socket, new MqttLimits { MaximumPacketSize = _options.MaximumPacketSize }) { Progress = () => Session?.Drained() };
        Address = _channel.Remote?.Address ?? IPAddress.None;
    }

    /// <summary>Address it comes from.</summary>
    public IPAddress Address { get; }

    /// <summary>Who it is; set when CONNACK 0x00 is sent.</summary>
    public ClientIdentity? Identity { get; set; }

    /// <summary>Its session, once attached; guarded by the broker's attach lock for writing.</summary>
    public BrokerSession? Session { get; set; }

    /// <summary>Will to publish when it ends; null once it said DISCONNECT 0x00.</summary>
    public MqttWill? Will { get; set; }

    /// <summary>Seconds the session outlives it, as granted.</summary>
    public uint SessionExpirySeconds { get; set; }

    /// <summary>The same as CONNECT asked for it.</summary>
    public uint RequestedExpirySeconds { get; set; }

    /// <summary>Whether CONNECT asked for a new session.</summary>
    public bool CleanStart { get; set; }

    /// <inheritdoc/>
    public bool HasRoom => _outbox.HasRoom;

    /// <inheritdoc/>
    public bool KeepsSession => SessionExpirySeconds > 0;

    /// <summary>Bytes of memory that its outbox holds.</summary>
    public int OutboxBytes => _outbox.Held;

    /// <summary>Ends the connection with DISCONNECT and this reason, or without where it never got a CONNACK or speaks 3.1.1. The first reason counts.</summary>
    public void Stop(ReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, -1) == -1)
        {
            _stopping.Cancel();
        }
    }

    /// <summary>Ends the connection at once, without a word.</summary>
    public void Abort()
    {
        _aborted = true;
        Stop(ReasonCode.Success);
    }

    /// <inheritdoc/>
    public void Stall() => Stop(ReasonCode.QuotaExceeded);

    /// <inheritdoc/>
    public void Wake() => _outbox.Wake();

    /// <summary>Takes the room in a pool for this connection and its will.</summary>
    /// <param name="pool">Pool of its kind.</param>
    /// <param name="willBytes">Bytes of the will.</param>
    /// <param name="replaces">Whether another connection ends for this one, so that there is a place.</param>
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

    /// <summary>Gives the room back, once.</summary>
    public void Release()
    {
        _pool?.Connections.Return(1);
        _pool?.Bytes.Return(_willBytes);
        _pool = null;
    }

    /// <summary>Its room is another pool's from now on.</summary>
    public void Move(ClientPool to)
    {
        var will = _willBytes;
        Release();
        to.Connections.Take(1);
        to.Bytes.Take(will);
        (_pool, _willBytes) = (to, will);
    }

    /// <summary>The whole life; never throws.</summary>
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
            // Stop was called, or the peer went while something was sent.
        }
        catch (Exception e)
        {
            // Outermost boundary of one connection: a mistake in here must not disturb the others.
            _broker.Hooks.Fault(Identity?.ClientId, _channel.Remote, "MqttBroker", e);
            Stop(ReasonCode.UnspecifiedError);
        }

        _broker.Admission.Remove(this, Address);
        _exchange?.Dispose();
        _reauthenticationTimeout?.Dispose();
        await _broker.EndAsync(this).ConfigureAwait(false);
        if (_stopReason >= 0 && Session is not null && _channel.Version == MqttVersion.V5)
        {
            _outbox.TryAdd(MqttCodec.Encode(new DisconnectPacket { Reason = (ReasonCode)_stopReason }, _channel.Version), last: true);
        }

        _outbox.Complete();
        try
        {
            await writing.WaitAsync(_aborted ? TimeSpan.Zero : FlushPatience).ConfigureAwait(false);
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

    /// <summary>Whether the client takes a packet of that size.</summary>
    public bool Fits(MqttPacket packet) => MqttCodec.Encode(packet, _channel.Version).Length <= _channel.PeerMaximumPacketSize;

    /// <inheritdoc/>
    public SendResult TrySend(MqttPacket packet)
    {
        var bytes = MqttCodec.Encode(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            return SendResult.TooLarge;
        }

        return _outbox.TryAdd(bytes) ? SendResult.Sent : SendResult.Busy;
    }

    /// <summary>Waits for room, which holds back a client that does not read. A packet that its maximum forbids ends the connection (0x95).</summary>
    private async ValueTask SendAsync(MqttPacket packet)
    {
        var bytes = MqttCodec.Encode(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"{packet.Type} of {bytes.Length} bytes, where the client takes {_channel.PeerMaximumPacketSize}");
        }

        await _outbox.AddAsync(bytes, _stopping.Token).ConfigureAwait(false);
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            await _outbox.RunAsync(_channel.WriteAsync, () => Session?.Pump() ?? false, _aborting.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttNotConnectedException or OperationCanceledException)
        {
            // The peer is gone: the read loop sees it too, or is waiting for room in the outbox and is told here.
            _outbox.Complete();
        }
    }
}
