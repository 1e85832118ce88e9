using System.Collections.Concurrent;

namespace Harness.Mqtt.Proxy;

/// <summary>A proxy between client and broker that records every byte and does with each packet what its policy decides.</summary>
/// <remarks>
/// It listens on an ephemeral loopback port by default. The two ends of a connection end together: half-close is passed on, an error or
/// <see cref="ProxyAction.Close"/> ends both.
/// </remarks>
public sealed class MqttProxy : IAsyncDisposable
{
    private const int MostFaults = 10_000;
    private readonly ConnectionListener _listener;
    private readonly IPEndPoint _upstream;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<CapturedBytes> _capture = [];
    private readonly List<Exception> _faults = [];
    private readonly ConcurrentDictionary<int, (ProxyConnection Connection, Task Running)> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<CapturedBytes>? _sink;
    private int _accepted;
    private volatile IProxyPolicy? _policy;
    private volatile RunningLink? _link;
    private int _disposed;

    private MqttProxy(IPEndPoint upstream, IProxyPolicy? policy, IPEndPoint listen, TimeProvider time, Action<CapturedBytes>? sink)
    {
        _upstream = upstream;
        _policy = policy;
        _time = time;
        _sink = sink;
        _listener = ConnectionListener.Bind(listen, "proxy", Take, Fault);
    }

    /// <summary>An exception was added to <see cref="Faults"/>. May be called by several threads.</summary>
    public event Action<Exception>? Faulted;

    /// <summary>A connection was taken, before anything of it is read. Called with its number and the client's address; by one thread.</summary>
    public event Action<int, IPEndPoint>? ConnectionTaken;

    /// <summary>A connection ended, and all its bytes were recorded. Called before its number leaves <see cref="OpenConnections"/>, and never after the proxy was disposed. May be called by several threads.</summary>
    public event Action<ConnectionEnd>? ConnectionEnded;

    /// <summary>The address to which clients connect instead of the broker's.</summary>
    public IPEndPoint Endpoint => _listener.Endpoint;

    /// <summary>The adversary's policy; null forwards all packets. A change takes effect with the next packet, on open connections too.</summary>
    public IProxyPolicy? Policy
    {
        get => _policy;
        set => _policy = value;
    }

    /// <summary>The faults of the link between the ends; null where there are none.</summary>
    public LinkConditions? Link => _link?.Link.Conditions;

    /// <summary>The counts of the link since it was set.</summary>
    public LinkCounts LinkCounts => _link?.Link.Counts ?? new LinkCounts(0, 0, 0);

    /// <summary>All bytes in both directions so far, none where they go elsewhere, as they entered, and as they left where they were altered or made up. A copy, in order of time.</summary>
    public IReadOnlyList<CapturedBytes> Capture
    {
        get
        {
            lock (_lock)
            {
                return [.. _capture];
            }
        }
    }

    /// <summary>The first exceptions of policies, and the failed connections to the broker. Each ended its connection.</summary>
    public IReadOnlyList<Exception> Faults
    {
        get
        {
            lock (_lock)
            {
                return [.. _faults];
            }
        }
    }

    /// <summary>The numbers of the open connections, ascending.</summary>
    public IReadOnlyList<int> OpenConnections => [.. _connections.Keys.Order()];

    /// <summary>Completes, never fails, once a connection has ended and all its bytes were recorded; at once where there is none of that number.</summary>
    public Task EndOf(int connection) => _connections.TryGetValue(connection, out var entry) ? entry.Running : Task.CompletedTask;

    /// <summary>Starts listening on an ephemeral loopback port.</summary>
    /// <param name="upstream">The broker.</param>
    /// <param name="policy">The adversary's policy; null forwards all packets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<MqttProxy> StartAsync(IPEndPoint upstream, IProxyPolicy? policy = null, CancellationToken cancellationToken = default) =>
        StartAsync(upstream, policy, new IPEndPoint(IPAddress.Loopback, 0), cancellationToken);

    /// <summary>Starts listening at a given address, where devices that the harness does not start expect their broker.</summary>
    /// <param name="upstream">The broker.</param>
    /// <param name="policy">The adversary's policy; null forwards all packets.</param>
    /// <param name="listen">Address and port; port 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MqttNotConnectedException">The port is taken, or the address is not of this machine.</exception>
    public static Task<MqttProxy> StartAsync(IPEndPoint upstream, IProxyPolicy? policy, IPEndPoint listen, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upstream);
        ArgumentNullException.ThrowIfNull(listen);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Start(upstream, policy, listen, null, null));
    }

    /// <summary>Starts listening as an instrument that stands for hours: every byte goes to a receiver, and none is kept here.</summary>
    /// <param name="upstream">The broker.</param>
    /// <param name="policy">The adversary's policy; null forwards all packets.</param>
    /// <param name="listen">Address and port; port 0 takes a free one.</param>
    /// <param name="link">The faults of the link between the ends; null for none.</param>
    /// <param name="sink">Takes the bytes, one call at a time, in order of time. It must not throw.</param>
    /// <exception cref="MqttNotConnectedException">The port is taken, or the address is not of this machine.</exception>
    public static MqttProxy Start(IPEndPoint upstream, IProxyPolicy? policy, IPEndPoint listen, LinkConditions? link, Action<CapturedBytes>? sink)
    {
        var proxy = Bind(upstream, listen, sink);
        proxy.Policy = policy;
        proxy.Accept(link);
        return proxy;
    }

    /// <summary>Takes the address; no connection is accepted before <see cref="Accept"/>.</summary>
    /// <inheritdoc cref="Start(IPEndPoint, IProxyPolicy, IPEndPoint, LinkConditions, Action{CapturedBytes})" path="/param[@name='upstream']|/param[@name='listen']|/param[@name='sink']|/exception"/>
    public static MqttProxy Bind(IPEndPoint upstream, IPEndPoint listen, Action<CapturedBytes>? sink)
    {
        ArgumentNullException.ThrowIfNull(upstream);
        ArgumentNullException.ThrowIfNull(listen);
        return new MqttProxy(upstream, null, listen, TimeProvider.System, sink);
    }

    /// <summary>Begins to accept connections.</summary>
    /// <param name="link">The faults of the link between the ends; null for none.</param>
    public void Accept(LinkConditions? link)
    {
        SetLink(link);
        _listener.Start();
    }

    /// <summary>Puts a link between the ends of every connection that opens from now on; its time begins now.</summary>
    /// <param name="conditions">Its faults; null for none.</param>
    /// <exception cref="FormatException">They cannot be.</exception>
    public void SetLink(LinkConditions? conditions)
    {
        var before = _link;
        _link = conditions is null ? null : new RunningLink(new SharedLink(conditions.Checked()), _time, _stopping.Token, Cut);
        before?.End();
    }

    /// <summary>Ends every connection by RST, at both sides.</summary>
    /// <returns>The number of connections.</returns>
    public int Cut()
    {
        var open = _connections.Values.ToList();
        open.ForEach(entry => entry.Connection.Reset());
        return open.Count;
    }

    /// <summary>Writes bytes into an open connection, between packets of that direction.</summary>
    /// <exception cref="MqttNotConnectedException">There is no such open connection.</exception>
    public async Task InjectAsync(int connection, PacketDirection direction, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        if (!_connections.TryGetValue(connection, out var entry))
        {
            throw new MqttNotConnectedException($"the proxy has no open connection {connection}; open are: {string.Join(", ", OpenConnections)}");
        }

        await entry.Connection.SendAsync(direction, bytes, altered: true).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops listening and ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await (_link?.Cutting ?? Task.CompletedTask).ConfigureAwait(false);
        await Task.WhenAll(_connections.Values.Select(c => c.Running)).ConfigureAwait(false);
    }

    internal void Record(int connection, PacketDirection direction, ReadOnlySpan<byte> bytes, bool left)
    {
        var captured = new CapturedBytes(connection, direction, _time.GetUtcNow(), bytes.ToArray()) { Left = left };
        lock (_lock)
        {
            if (_sink is null)
            {
                _capture.Add(captured);
            }
            else
            {
                _sink(captured);
            }
        }
    }

    internal void Fault(Exception exception)
    {
        lock (_lock)
        {
            // One that stands for hours before a broker that is gone must not keep each connection that found none.
            if (_faults.Count < MostFaults)
            {
                _faults.Add(exception);
            }
        }

        Faulted?.Invoke(exception);
    }

    private Action? Take(Socket client)
    {
        Start(++_accepted, client);
        return null;
    }

    private void Start(int number, Socket client)
    {
        var link = _link;
        if (link?.IsRefusing == true)
        {
            client.LingerState = new LingerOption(true, 0); // RST, as from a network that has no way there
            client.Dispose();
            return;
        }

        if (ConnectionTaken is { } taken)
        {
            taken(number, (IPEndPoint)client.RemoteEndPoint!);
        }

        var connection = new ProxyConnection(this, number, client, link is null ? null : link.Lanes(number));
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[number] = (connection, RunAsync());
        listed.SetResult();

        async Task RunAsync()
        {
            await listed.Task.ConfigureAwait(false); // the connection must be in the list before it can leave it
            await connection.RunAsync(_upstream, _stopping.Token).ConfigureAwait(false);
            try
            {
                ConnectionEnded?.Invoke(connection.End);
            }
            finally
            {
                _connections.TryRemove(number, out _); // after all was told: what waits for the ends of the listed must miss none
            }
        }
    }
}
