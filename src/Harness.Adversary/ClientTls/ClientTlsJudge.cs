using System.Net.Sockets;
using System.Threading.Channels;
using Harness.Crypto.Tls;

namespace Harness.Adversary.ClientTls;

/// <summary>
/// Judges a client's TLS: it listens where the client connects, presents one certificate or handshake after the other, and sees whether application data leaves the client.
/// Nothing is judged before the client has logged in at a valid one, and silence is never taken for a refusal.
/// </summary>
public sealed class ClientTlsJudge : IAsyncDisposable
{
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(2);
    private readonly TlsAuthority _authority;
    private readonly string _name;
    private readonly IPEndPoint _broker;
    private readonly TcpListener _listener;
    private readonly HashSet<TlsPresentation> _succeeded = [];

    /// <summary>Listens.</summary>
    /// <param name="authority">The authority that the client trusts.</param>
    /// <param name="name">The name or IP address by which the client connects.</param>
    /// <param name="listen">The address to listen on; port 0 takes a free one.</param>
    /// <param name="broker">The broker, without TLS, that the controls are carried on to.</param>
    /// <exception cref="MqttNotConnectedException">The address is taken or not this machine's.</exception>
    public ClientTlsJudge(TlsAuthority authority, string name, IPEndPoint listen, IPEndPoint broker)
    {
        (_authority, _name, _broker, _listener) = (authority, name, broker, new TcpListener(listen));
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            throw MqttNotConnectedException.Listening("the judge", listen, e);
        }
    }

    /// <summary>The place where the client connects.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>The time that the client has for each presentation.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time after a refusal in which a client that stays may try again, by worse means perhaps.</summary>
    public TimeSpan AgainWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>True where the client was given the authority's list of revoked certificates.</summary>
    public bool ClientHasList { get; init; }

    /// <summary>Takes it from an earlier judge of the same client that a control succeeded.</summary>
    public void TakeOver(TlsPresentation control) => _succeeded.Add(control);

    /// <summary>Starts the client anew before one presentation, and judges it.</summary>
    /// <param name="presentation">The presentation. Its controls come first: it is not judged before they succeeded.</param>
    /// <param name="start">Starts the client.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TlsOutcome> JudgeAsync(TlsPresentation presentation, Func<CancellationToken, Task<IStartedClient>> start, CancellationToken cancellationToken)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        if (presentation.Controls.FirstOrDefault(c => !_succeeded.Contains(c)) is { } missing)
        {
            return new TlsOutcome(presentation, TlsVerdict.NotJudged, $"the control {missing.Id} did not succeed, so that a refusal would tell nothing", null, since.Elapsed);
        }

        Drain();
        var (arrivals, end) = await ObserveAsync(presentation, start, cancellationToken).ConfigureAwait(false);
        var (verdict, evidence, sent) = Judge(presentation, arrivals, end, ClientHasList);
        if (presentation.IsControl && verdict is TlsVerdict.LoggedIn or TlsVerdict.NotApplicable)
        {
            _succeeded.Add(presentation);
        }

        return new TlsOutcome(presentation, verdict, evidence, sent, since.Elapsed) { HasConnected = arrivals.Any(a => a.Kind != TlsArrivalKind.Empty) };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (TlsVerdict Verdict, string Evidence, SentBytes? Sent) Judge(TlsPresentation presentation, IReadOnlyList<TlsArrival> all, string end, bool hasList)
    {
        var arrivals = all.Where(a => a.Kind != TlsArrivalKind.Empty).ToList();
        TlsArrival? First(params TlsArrivalKind[] kinds) => arrivals.FirstOrDefault(a => kinds.Contains(a.Kind));
        if (First(TlsArrivalKind.InClear) is { } clear)
        {
            return (TlsVerdict.Fails, clear.Evidence, clear.Sent);
        }

        if (arrivals.Count == 0)
        {
            return (TlsVerdict.NotJudged, end, null);
        }

        if (presentation.IsControl)
        {
            return First(TlsArrivalKind.LoggedIn) is { } login ? (TlsVerdict.LoggedIn, login.Evidence, null)
                : presentation.Protocol == TlsFault.Tls12 && arrivals.TrueForAll(a => a.Kind == TlsArrivalKind.NotOffered) ? (TlsVerdict.NotApplicable, arrivals[0].Evidence, null)
                : (TlsVerdict.NotJudged, arrivals[0].Evidence, null);
        }

        if (presentation.Protocol == TlsFault.Downgrade && arrivals.TrueForAll(a => a.OffersTls13 == false))
        {
            return (TlsVerdict.NotApplicable, "its hello offers no TLS 1.3, from which to go down", null);
        }

        // Of a revocation only who is told can know.
        return First(TlsArrivalKind.Sent) is { } sent
            ? (presentation.IsAdvisory || (presentation.IsForTheTold && !hasList && !arrivals.Exists(a => a.IsTold)) ? TlsVerdict.Advisory : TlsVerdict.Fails, sent.Evidence, sent.Sent)
            : First(TlsArrivalKind.Silent, TlsArrivalKind.Unclear) is { } open ? (TlsVerdict.NotJudged, open.Evidence, null)
            : (TlsVerdict.Held, arrivals[0].Evidence, null);
    }

    private async Task<(IReadOnlyList<TlsArrival> Arrivals, string End)> ObserveAsync(TlsPresentation presentation, Func<CancellationToken, Task<IStartedClient>> start, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var accepting = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var (told, serving, arrivals) = (Channel.CreateUnbounded<TlsArrival>(), new ConcurrentBag<Task>(), new List<TlsArrival>());
        var presented = new PresentedBroker(presentation, _authority.Issue(_name, presentation.Certificate), _broker, arrival => told.Writer.TryWrite(arrival));
        var acceptor = AcceptAsync(socket => serving.Add(presented.ServeAsync(socket, ending.Token)), accepting.Token);
        IStartedClient? client = null;
        string end;
        try
        {
            client = await start(cancellationToken).ConfigureAwait(false);
            end = await WaitAsync(told.Reader, arrivals, serving, client, cancellationToken).ConfigureAwait(false);

            // What the client began before it ended is still heard.
            await accepting.CancelAsync().ConfigureAwait(false);
            await acceptor.ConfigureAwait(false);
            if (client.Ended.IsCompleted)
            {
                while (_listener.Pending())
                {
                    serving.Add(presented.ServeAsync(await _listener.AcceptSocketAsync(cancellationToken).ConfigureAwait(false), ending.Token));
                }

                await Task.WhenAny(Task.WhenAll(serving), Task.Delay(GoneWithin, cancellationToken)).ConfigureAwait(false);
            }
        }
        finally
        {
            // This side first: a client that is ended closes its connection, and a silent one would seem to have left by itself.
            await ending.CancelAsync().ConfigureAwait(false);
            await acceptor.ConfigureAwait(false);
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (client?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        }

        while (told.Reader.TryRead(out var last))
        {
            arrivals.Add(last);
        }

        return (arrivals, end);
    }

    // Returns when there is enough to judge by, or nothing more to come; says what ended the wait.
    private async Task<string> WaitAsync(ChannelReader<TlsArrival> told, List<TlsArrival> arrivals, ConcurrentBag<Task> serving, IStartedClient client, CancellationToken cancellationToken)
    {
        var (deadline, again, ended) = (Task.Delay(Within, cancellationToken), (Task?)null, client.Ended);
        var next = told.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            var first = await Task.WhenAny(new[] { next, ended, again, deadline }.OfType<Task>()).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (first == next)
            {
                while (told.TryRead(out var arrival))
                {
                    arrivals.Add(arrival);
                }

                if (arrivals.Exists(a => a.Kind is TlsArrivalKind.Sent or TlsArrivalKind.InClear or TlsArrivalKind.LoggedIn))
                {
                    return "";
                }

                again ??= arrivals.Exists(a => a.Kind != TlsArrivalKind.Empty) ? Task.Delay(AgainWithin, cancellationToken) : null;
                next = told.WaitToReadAsync(cancellationToken).AsTask();
            }
            else if (first == again && serving.All(s => s.IsCompleted))
            {
                return "";
            }
            else if (first == again)
            {
                again = null; // another connection is under way: its end is told
            }
            else if (first == ended && (arrivals.Count > 0 || !serving.IsEmpty || client.Status != 0))
            {
                return $"it ended{(client.Status is { } status ? $" with status {status}" : "")} without a connection";
            }
            else if (first == ended)
            {
                ended = new TaskCompletionSource().Task; // a command that only set something going
            }
            else
            {
                return string.Create(CultureInfo.InvariantCulture, $"no connection within {Within.TotalSeconds:0.#} s");
            }
        }
    }

    private async Task AcceptAsync(Action<Socket> serve, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                serve(await _listener.AcceptSocketAsync(stop).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It stops.
        }
    }

    // Connections of a client that was ended since: they would be taken for the next one's.
    private void Drain()
    {
        while (_listener.Pending())
        {
            _listener.AcceptSocket().Dispose();
        }
    }
}
