using System.Net.Sockets;

namespace Harness.Sessions.Tls;

/// <summary>Carries connections on to another place, with TLS at either end or at none: a broker's end before a broker, a device's end beside a device, or the wire between them.</summary>
public sealed class TlsRelay : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Pair> _open = new();
    private readonly ConcurrentQueue<CapturedBytes> _capture = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly IPEndPoint _target;
    private readonly TlsEnd? _accept;
    private readonly TlsEnd? _connect;
    private int _count;
    private Task _accepting = Task.CompletedTask;

    private readonly TimeSpan _handshakeTimeout;

    private readonly Func<Stream, ReadOnlyMemory<byte>, bool>? _admit;

    private TlsRelay(IPEndPoint target, TlsEnd? accept, TlsEnd? connect, TimeSpan limit, Func<Stream, ReadOnlyMemory<byte>, bool>? admit) =>
        (_target, _accept, _connect, _handshakeTimeout, _admit) = (target, accept, connect, limit, admit);

    /// <summary>The place where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Every byte that came, in order; inside TLS where it is an end of it.</summary>
    public IReadOnlyList<CapturedBytes> Capture => [.. _capture];

    /// <summary>Handshakes that failed.</summary>
    public IReadOnlyList<Exception> Failures => [.. _failures];

    /// <summary>The number of the latest connection; 0 before the first.</summary>
    public int Latest => Volatile.Read(ref _count);

    /// <summary>Puts other bytes in the place of those that came; null passes them on.</summary>
    public Func<CapturedBytes, ReadOnlyMemory<byte>>? Alter { get; set; }

    /// <summary>Starts listening on an ephemeral loopback port.</summary>
    /// <param name="target">The place that connections are carried to.</param>
    /// <param name="accept">TLS on what is accepted; null for none.</param>
    /// <param name="connect">TLS towards the target; null for none.</param>
    /// <param name="limit">Longest time of both handshakes; null for 10 s.</param>
    /// <param name="admit">Judges the accepted end and the first bytes that came from it; false closes the connection, and they go nowhere. Null admits all.</param>
    public static TlsRelay Start(IPEndPoint target, TlsEnd? accept = null, TlsEnd? connect = null, TimeSpan? limit = null, Func<Stream, ReadOnlyMemory<byte>, bool>? admit = null)
    {
        var relay = new TlsRelay(target, accept, connect, limit ?? HandshakeTimeout, admit);
        relay._listener.Start();
        relay._accepting = relay.AcceptAsync();
        return relay;
    }

    /// <summary>Puts bytes into an open connection.</summary>
    /// <returns>False where it has ended.</returns>
    public async Task<bool> InjectAsync(int connection, PacketDirection direction, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(connection, out var pair))
        {
            return false;
        }

        try
        {
            await pair.WriteAsync(direction, bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        foreach (var pair in _open.Values)
        {
            pair.Dispose();
        }

        await Task.WhenAll(_running).ConfigureAwait(false);
        _listener.Dispose();
    }

    private static bool IsEnd(Exception e) => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var accepted = await _listener.AcceptTcpClientAsync(_stopping.Token).ConfigureAwait(false);
                _running.Add(ServeAsync(accepted, Interlocked.Increment(ref _count)));
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // It stops.
        }
    }

    private async Task ServeAsync(TcpClient accepted, int number)
    {
        await Task.Yield();
        using var onward = new TcpClient { NoDelay = true };
        accepted.NoDelay = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(_handshakeTimeout);
        Pair? pair = null;
        try
        {
            Stream near = accepted.GetStream();
            near = _accept is null ? near : await _accept(near, limit.Token).ConfigureAwait(false);
            await onward.ConnectAsync(_target, limit.Token).ConfigureAwait(false);
            Stream far = onward.GetStream();
            far = _connect is null ? far : await _connect(far, limit.Token).ConfigureAwait(false);
            _open[number] = pair = new Pair(near, far);
            var (there, back) = (PumpAsync(pair, near, PacketDirection.ToBroker, number), PumpAsync(pair, far, PacketDirection.ToClient, number));
            var first = await Task.WhenAny(there, back).ConfigureAwait(false);
            if (await first.ConfigureAwait(false))
            {
                // Whoever closed its half may still be answered.
                (first == there ? onward : accepted).Client.Shutdown(SocketShutdown.Send);
                await Task.WhenAny(first == there ? back : there, Task.Delay(HandshakeTimeout, _stopping.Token)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsEnd(e) || e is System.Security.Authentication.AuthenticationException)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _failures.Enqueue(e);
            }
        }
        finally
        {
            _open.TryRemove(number, out _);
            pair?.Dispose();
            accepted.Dispose();
        }
    }

    private async Task<bool> PumpAsync(Pair pair, Stream from, PacketDirection direction, int number)
    {
        var buffer = new byte[16384];
        var judge = direction == PacketDirection.ToBroker ? _admit : null;
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, _stopping.Token).ConfigureAwait(false)) > 0)
            {
                if (judge is not null && !judge(from, buffer.AsMemory(0, count)))
                {
                    _failures.Enqueue(new System.Security.Authentication.AuthenticationException("the client's name is not the one that it proved"));
                    return false;
                }

                judge = null;
                var came = new CapturedBytes(number, direction, DateTimeOffset.UtcNow, buffer.AsMemory(0, count).ToArray());
                _capture.Enqueue(came);
                await pair.WriteAsync(direction, Alter?.Invoke(came) ?? came.Bytes, _stopping.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            // An end closed, or refused what came: the other one is closed with it.
            return false;
        }
    }

    private sealed class Pair(Stream near, Stream far) : IDisposable
    {
        private readonly SemaphoreSlim _nearWriting = new(1, 1);
        private readonly SemaphoreSlim _farWriting = new(1, 1);

        public async Task WriteAsync(PacketDirection direction, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            var (stream, gate) = direction == PacketDirection.ToBroker ? (far, _farWriting) : (near, _nearWriting);
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                gate.Release();
            }
        }

        public void Dispose()
        {
            near.Dispose();
            far.Dispose();
        }
    }
}
