namespace Harness.Mqtt.Proxy;

/// <summary>One connection through the proxy: a pump in each direction, and where a link is between them a writer too.</summary>
internal sealed class ProxyConnection
{
    private readonly MqttProxy _proxy;
    private readonly int _number;
    private readonly Socket _client;
    private readonly DelayedWriter? _lateToBroker;
    private readonly DelayedWriter? _lateToClient;
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
    private ConnectionEnd? _end;

    /// <summary>A connection that a client opened.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="client">The client's socket, which it owns.</param>
    /// <param name="lanes">The link between the ends; null where there is none.</param>
    public ProxyConnection(MqttProxy proxy, int number, Socket client, Func<PacketDirection, Func<ReadOnlyMemory<byte>, Task>, Action, DelayedWriter>? lanes)
    {
        (_proxy, _number, _client) = (proxy, number, client);
        _lateToBroker = lanes?.Invoke(PacketDirection.ToBroker, bytes => WriteAsync(PacketDirection.ToBroker, bytes), () => _broker.Shutdown(SocketShutdown.Send));
        _lateToClient = lanes?.Invoke(PacketDirection.ToClient, bytes => WriteAsync(PacketDirection.ToClient, bytes), () => _client.Shutdown(SocketShutdown.Send));
    }

    /// <summary>The end of the connection: where nobody else had ended it, the proxy did.</summary>
    public ConnectionEnd End
    {
        get
        {
            Note(ConnectionSide.Proxy);
            return _end!;
        }
    }

    /// <summary>Ends the connection at both sides by RST, as a link does whose middle forgot it.</summary>
    public void Reset()
    {
        Note(ConnectionSide.Proxy);
        foreach (var socket in (Socket[])[_client, _broker])
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has ended already.
            }
        }

        _ending.Cancel();
    }

    /// <summary>Runs until both ends ended. Never throws.</summary>
    public async Task RunAsync(IPEndPoint upstream, CancellationToken stopping)
    {
        using var registration = stopping.Register(() =>
        {
            Note(ConnectionSide.Proxy);
            _ending.Cancel();
        });
        try
        {
            await _broker.ConnectAsync(upstream, _ending.Token).ConfigureAwait(false);
            _upstreamOpen.TrySetResult();
            await Task.WhenAll(
                PumpAsync(_client, PacketDirection.ToBroker),
                PumpAsync(_broker, PacketDirection.ToClient),
                GuardAsync(() => _lateToBroker?.RunAsync(_ending.Token) ?? Task.CompletedTask),
                GuardAsync(() => _lateToClient?.RunAsync(_ending.Token) ?? Task.CompletedTask)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException)
        {
            Note(ConnectionSide.Broker);
            _proxy.Fault(new MqttNotConnectedException($"the proxy found no broker at {upstream} ({e.Message}); expected one listening", e));
        }
        catch (OperationCanceledException)
        {
            // The proxy was disposed while it connected.
        }
        finally
        {
            _upstreamOpen.TrySetCanceled(CancellationToken.None);
            _client.Dispose();
            _broker.Dispose();
        }
    }

    /// <summary>Writes one whole piece at a time to one side.</summary>
    public async Task SendAsync(PacketDirection direction, ReadOnlyMemory<byte> bytes, bool altered)
    {
        var (gate, late) = direction == PacketDirection.ToBroker ? (_writingToBroker, _lateToBroker) : (_writingToClient, _lateToClient);
        try
        {
            await _upstreamOpen.Task.ConfigureAwait(false);
            await gate.WaitAsync(_ending.Token).ConfigureAwait(false);
            try
            {
                var written = AliasesOf(direction).Leave(bytes, (MqttVersion)_version);
                if (altered || !written.Equals(bytes))
                {
                    _proxy.Record(_number, direction, written.Span, left: true);
                }

                await (late is null ? WriteAsync(direction, written) : late.SendAsync(written, _ending.Token)).ConfigureAwait(false);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            throw new MqttNotConnectedException($"connection {_number} through the proxy ended while bytes were sent {direction}", e);
        }
    }

    private async Task WriteAsync(PacketDirection direction, ReadOnlyMemory<byte> bytes)
    {
        var (socket, side) = direction == PacketDirection.ToBroker ? (_broker, ConnectionSide.Broker) : (_client, ConnectionSide.Client);
        try
        {
            for (var rest = bytes; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, _ending.Token).ConfigureAwait(false)..];
            }
        }
        catch (SocketException)
        {
            Note(side);
            throw;
        }
    }

    private async Task<int> ReadAsync(Socket source, ConnectionSide side, Memory<byte> buffer)
    {
        try
        {
            var count = await source.ReceiveAsync(buffer, _ending.Token).ConfigureAwait(false);
            if (count == 0)
            {
                Note(side);
            }

            return count;
        }
        catch (SocketException)
        {
            Note(side);
            throw;
        }
    }

    /// <summary>Takes note of an end; the first counts, as one side's end is what makes the other end too.</summary>
    private void Note(ConnectionSide by)
    {
        if (_end is null)
        {
            var onTheWay = by switch { ConnectionSide.Client => _lateToClient, ConnectionSide.Broker => _lateToBroker, _ => null };
            Interlocked.CompareExchange(ref _end, new ConnectionEnd(_number, by) { HadHeardAll = onTheWay is null || onTheWay.IsEmpty }, null);
        }
    }

    private Task PumpAsync(Socket source, PacketDirection direction) => GuardAsync(async () =>
    {
        var side = direction == PacketDirection.ToBroker ? ConnectionSide.Client : ConnectionSide.Broker;
        var framer = new ProxyFramer();
        var received = new byte[16384];
        while (true)
        {
            var count = await ReadAsync(source, side, received).ConfigureAwait(false);
            if (count == 0)
            {
                foreach (var piece in framer.Rest())
                {
                    await ActAsync(direction, piece).ConfigureAwait(false);
                }

                var (onward, late) = direction == PacketDirection.ToBroker ? (_broker, _lateToBroker) : (_client, _lateToClient);
                if (late is not null)
                {
                    late.Complete();
                    return;
                }

                onward.Shutdown(SocketShutdown.Send);
                return;
            }

            _proxy.Record(_number, direction, received.AsSpan(0, count), left: false);
            framer.Add(received.AsSpan(0, count));
            while (framer.TryTake((MqttVersion)_version, direction == PacketDirection.ToBroker ? _brokerTakes : _clientTakes, out var piece))
            {
                ApplyAnnouncedLimits(piece.Packet);
                if (piece.Packet is DisconnectPacket)
                {
                    Note(side); // what answers it by FIN may be faster than the FIN behind it
                }

                await ActAsync(direction, piece).ConfigureAwait(false);
            }
        }
    });

    private async Task GuardAsync(Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or MqttNotConnectedException)
        {
            // One side is gone, or the link gave up: the other side is closed too, after what is on the way to it.
            Note(ConnectionSide.Proxy);
            await DrainAsync().ConfigureAwait(false);
            await _ending.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A policy is foreign code: its exception ends its connection, not the proxy, and is kept for the proxy's list of errors.
            Note(ConnectionSide.Proxy);
            _proxy.Fault(e);
            await _ending.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets what is on the way arrive; nothing follows it.</summary>
    private async Task DrainAsync()
    {
        if (_lateToBroker is null || _lateToClient is null)
        {
            return;
        }

        _lateToBroker.Complete();
        _lateToClient.Complete();
        try
        {
            await Task.WhenAll(_lateToBroker.Drained, _lateToClient.Drained).WaitAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It was cut, or the proxy ended.
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
        if (_proxy.Policy is not { } policy)
        {
            await SendAsync(direction, piece.Raw, altered: false).ConfigureAwait(false);
            return;
        }

        var packet = new ProxiedPacket(_number, direction, entered, piece.Raw, (MqttVersion)_version);
        var actions = await policy.OnPacketAsync(packet, _ending.Token).ConfigureAwait(false);
        var passedOn = false;
        foreach (var action in actions)
        {
            if (action.Direction is not { } to)
            {
                Note(ConnectionSide.Proxy);
                await DrainAsync().ConfigureAwait(false);
                await _ending.CancelAsync().ConfigureAwait(false);
                return;
            }

            var unchanged = !passedOn && action.Forwarded is { } forwarded && to == direction && forwarded.Raw.Equals(piece.Raw);
            passedOn |= unchanged;
            await SendAsync(to, action.Bytes, altered: !unchanged).ConfigureAwait(false);
        }
    }
}
