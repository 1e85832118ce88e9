using System.Net.Sockets;
using System.Threading.Channels;

namespace Harness.Mqtt;

/// <summary>One client's connection at the broker, from accept to close: this part is its life and its outbox.</summary>
internal sealed partial class BrokerConnection : IPacketSink
{
    private const int OutboxPackets = 256;
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(1);
    private readonly MqttBroker _broker;
    private readonly MqttBrokerOptions _options;
    private readonly PacketChannel _channel;
    private readonly Channel<byte[]> _outbox = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(OutboxPackets) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private int _stopReason = -1;

    public BrokerConnection(MqttBroker broker, Socket socket)
    {
        _broker = broker;
        _options = broker.Options;
        _channel = new PacketChannel(socket, new MqttLimits { MaximumPacketSize = _options.MaximumPacketSize });
    }

    /// <summary>Who it is; set when CONNACK 0x00 is sent.</summary>
    public ClientIdentity? Identity { get; set; }

    /// <summary>Its session, once attached; guarded by the broker's attach lock for writing.</summary>
    public BrokerSession? Session { get; set; }

    /// <summary>Will to publish when it ends; null once it said DISCONNECT 0x00.</summary>
    public MqttWill? Will { get; set; }

    /// <summary>Seconds the session outlives it.</summary>
    public uint SessionExpirySeconds { get; set; }

    /// <summary>Ends the connection with DISCONNECT and this reason, or without where it never got a CONNACK or speaks 3.1.1. The first reason counts.</summary>
    public void Stop(ReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, -1) == -1)
        {
            _stopping.Cancel();
        }
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

        _exchange?.Dispose();
        _reauthenticationTimeout?.Dispose();
        await _broker.EndAsync(this).ConfigureAwait(false);
        if (_stopReason >= 0 && Session is not null && _channel.Version == MqttVersion.V5)
        {
            TrySend(new DisconnectPacket { Reason = (ReasonCode)_stopReason });
        }

        _outbox.Writer.TryComplete();
        try
        {
            await writing.WaitAsync(FlushPatience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _aborting.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
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

        return _outbox.Writer.TryWrite(bytes) ? SendResult.Sent : SendResult.Busy;
    }

    /// <summary>Waits for room, which holds back a client that does not read. A packet that its maximum forbids ends the connection (0x95).</summary>
    private async ValueTask SendAsync(MqttPacket packet)
    {
        var bytes = MqttCodec.Encode(packet, _channel.Version);
        if (bytes.Length > _channel.PeerMaximumPacketSize)
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"{packet.Type} of {bytes.Length} bytes, where the client takes {_channel.PeerMaximumPacketSize}");
        }

        await _outbox.Writer.WriteAsync(bytes, _stopping.Token).ConfigureAwait(false);
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (await _outbox.Reader.WaitToReadAsync(_aborting.Token).ConfigureAwait(false))
            {
                while (_outbox.Reader.TryRead(out var bytes))
                {
                    await _channel.WriteAsync(bytes, _aborting.Token).ConfigureAwait(false);
                }

                Session?.Pump();
            }
        }
        catch (Exception e) when (e is MqttNotConnectedException or OperationCanceledException)
        {
            // The peer is gone: the read loop sees it too, or is waiting for room in the outbox and is told here.
            _outbox.Writer.TryComplete();
        }
    }
}
