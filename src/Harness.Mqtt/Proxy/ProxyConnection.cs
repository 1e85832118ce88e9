namespace Harness.Mqtt.Proxy;

/// <summary>One connection through the proxy: a pump in each direction.</summary>
internal sealed class ProxyConnection(MqttProxy proxy, int number, Socket client)
{
    private readonly Socket _broker = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _writingToBroker = new(1, 1);
    private readonly SemaphoreSlim _writingToClient = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _upstreamOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProxyAliases _aliasesToBroker = new();
    private readonly ProxyAliases _aliasesToClient = new();
    private volatile byte _version = (byte)MqttVersion.V5;
    private volatile MqttLimits _brokerTakes = ProxyFramer.DefaultLimits;
    private volatile MqttLimits _clientTakes = ProxyFramer.LimitsOf(null);

    /// <summary>Runs until both ends ended. Never throws.</summary>
    public async Task RunAsync(IPEndPoint upstream, CancellationToken stopping)
    {
        using var registration = stopping.Register(_ending.Cancel);
        try
        {
            await _broker.ConnectAsync(upstream, _ending.Token).ConfigureAwait(false);
            _upstreamOpen.TrySetResult();
            await Task.WhenAll(
                PumpAsync(client, PacketDirection.ToBroker),
                PumpAsync(_broker, PacketDirection.ToClient)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException)
        {
            proxy.Fault(new MqttNotConnectedException($"the proxy found no broker at {upstream} ({e.Message}); expected one listening", e));
        }
        catch (OperationCanceledException)
        {
            // The proxy was disposed while it connected.
        }
        finally
        {
            _upstreamOpen.TrySetCanceled(CancellationToken.None);
            client.Dispose();
            _broker.Dispose();
        }
    }

    /// <summary>Writes one whole piece at a time to one side.</summary>
    public async Task SendAsync(PacketDirection direction, ReadOnlyMemory<byte> bytes, bool altered)
    {
        var (socket, gate) = direction == PacketDirection.ToBroker ? (_broker, _writingToBroker) : (client, _writingToClient);
        try
        {
            await _upstreamOpen.Task.ConfigureAwait(false);
            await gate.WaitAsync(_ending.Token).ConfigureAwait(false);
            try
            {
                var written = AliasesOf(direction).Leave(bytes, (MqttVersion)_version);
                if (altered || !written.Equals(bytes))
                {
                    proxy.Record(number, direction, written.Span, left: true);
                }

                for (var rest = written; !rest.IsEmpty;)
                {
                    rest = rest[await socket.SendAsync(rest, _ending.Token).ConfigureAwait(false)..];
                }
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            throw new MqttNotConnectedException($"connection {number} through the proxy ended while bytes were sent {direction}", e);
        }
    }

    private async Task PumpAsync(Socket source, PacketDirection direction)
    {
        var framer = new ProxyFramer();
        var received = new byte[16384];
        try
        {
            while (true)
            {
                var count = await source.ReceiveAsync(received, _ending.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    foreach (var piece in framer.Rest())
                    {
                        await ActAsync(direction, piece).ConfigureAwait(false);
                    }

                    (direction == PacketDirection.ToBroker ? _broker : client).Shutdown(SocketShutdown.Send);
                    return;
                }

                proxy.Record(number, direction, received.AsSpan(0, count), left: false);
                framer.Add(received.AsSpan(0, count));
                while (framer.TryTake((MqttVersion)_version, direction == PacketDirection.ToBroker ? _brokerTakes : _clientTakes, out var piece))
                {
                    ApplyAnnouncedLimits(piece.Packet);
                    await ActAsync(direction, piece).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or MqttNotConnectedException)
        {
            // One side is gone or the policy closed: the other side is closed too.
            await _ending.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A policy is foreign code: its exception ends its connection, not the proxy, and is kept for the proxy's list of errors.
            proxy.Fault(e);
            await _ending.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads version and packet sizes from a packet before it is passed on.</summary>
    private void ApplyAnnouncedLimits(MqttPacket? packet)
    {
        switch (packet)
        {
            case ConnectPacket connect:
                _version = (byte)connect.Version;
                _clientTakes = ProxyFramer.LimitsOf(connect.MaximumPacketSize);
                break;
            case ConnAckPacket { Reason: ReasonCode.Success } accepted when _version == (byte)MqttVersion.V5:
                _brokerTakes = ProxyFramer.LimitsOf(accepted.MaximumPacketSize);
                break;
        }
    }

    private ProxyAliases AliasesOf(PacketDirection direction) => direction == PacketDirection.ToBroker ? _aliasesToBroker : _aliasesToClient;

    private async Task ActAsync(PacketDirection direction, ProxyFramer.Piece piece)
    {
        var entered = AliasesOf(direction).Enter(piece.Packet);
        if (proxy.Policy is not { } policy)
        {
            await SendAsync(direction, piece.Raw, altered: false).ConfigureAwait(false);
            return;
        }

        var packet = new ProxiedPacket(number, direction, entered, piece.Raw, (MqttVersion)_version);
        var actions = await policy.OnPacketAsync(packet, _ending.Token).ConfigureAwait(false);
        var passedOn = false;
        foreach (var action in actions)
        {
            if (action.Direction is not { } to)
            {
                await _ending.CancelAsync().ConfigureAwait(false);
                return;
            }

            var unchanged = !passedOn && action.Forwarded is { } forwarded && to == direction && forwarded.Raw.Equals(piece.Raw);
            passedOn |= unchanged;
            await SendAsync(to, action.Bytes, altered: !unchanged).ConfigureAwait(false);
        }
    }
}
