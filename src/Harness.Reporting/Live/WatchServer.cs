using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Harness.Reporting.Live;

/// <summary>
/// A run under way as a page on this machine's loopback address, for as many viewers as like. It only reads: the one thing that a viewer can ask for is the page and its events, and
/// only by the address with the token, which is made anew for each run and stands in no record.
/// </summary>
public sealed class WatchServer : IRunSink, IHttpApplication<HttpContext>, IDisposable
{
    private const int TokenBytes = 16;

    // More are no audience.
    private const int MostConnections = 128;
    private static readonly TimeSpan _stalledAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _mostAtEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    private readonly string _record;
    private readonly Func<string> _left;
    private readonly WatchNews _news;
    private readonly KestrelServer _server;
    private readonly string _token = RandomNumberGenerator.GetHexString(TokenBytes * 2, lowercase: true);
    private readonly byte[] _tokenHash;
    private readonly Dictionary<WatchStream, HttpContext> _streams = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    private WatchServer(string record, Func<string> left, TimeProvider time)
    {
        (_record, _left, _news) = (record, left, new WatchNews(time));
        _tokenHash = Hash(_token);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxRequestBodySize = 0;
        options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    /// <summary>The page's address, token included: whoever has it may watch.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Begins to serve a run.</summary>
    /// <param name="record">Path of its record, which exists.</param>
    /// <param name="left">The time left in words; empty where nothing can be said. It is asked from any thread.</param>
    /// <param name="time">Clock of the viewers' pauses.</param>
    /// <exception cref="IOException">This machine gives no port.</exception>
    public static async Task<WatchServer> StartAsync(string record, Func<string> left, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(record);
        var server = new WatchServer(record, left, time);
        try
        {
            await server._server.StartAsync(server, CancellationToken.None);
            var bound = new Uri(server._server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            server.Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{bound.Port}/{server._token}/"));
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>The event stands in the record already; viewers read it there, and none is waited for.</remarks>
    public void Write(RunEvent e) => _news.Tell();

    /// <summary>Viewers that are sent events.</summary>
    internal int Viewers => Streams().Length;

    /// <summary>Viewers that take nothing any more.</summary>
    internal int Stalled => Streams().Count(IsStalled);

    /// <summary>Ends the service: viewers that are reading get what they lack, and one that stalls is left behind; one that stalled before the end is not waited for.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _news.End();
        var since = _news.Time.GetTimestamp();
        while (Streams() is var streams && streams.Any(stream => !IsStalled(stream)) && _news.Time.GetElapsedTime(since) < _mostAtEnd)
        {
            Task.WaitAny(Task.WhenAll(streams.Select(stream => stream.Ended)), Task.Delay(_look));
        }

        lock (_gate)
        {
            foreach (var context in _streams.Values)
            {
                context.Abort();
            }
        }

        // Answers that are written are finished; connections that did not end by then are cut.
        using var cut = new CancellationTokenSource(_stalledAfter);
        _server.StopAsync(cut.Token).GetAwaiter().GetResult();
        _server.Dispose();
    }

    /// <inheritdoc />
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc />
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc />
    public async Task ProcessRequestAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (request, response) = (context.Request, context.Response);
        WatchPage.Guard(response.Headers);
        var parts = (request.Path.Value ?? "").Split('/', 3);
        if (!IsOwn(request.Host) || parts.Length != 3 || !CryptographicOperations.FixedTimeEquals(Hash(parts[1]), _tokenHash))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
        }
        else if (parts[2] == "events")
        {
            await StreamAsync(context);
        }
        else if (!await WatchPage.SendAsync(parts[2], response, context.RequestAborted))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var seen = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var stream = new WatchStream(_record, _news, _left);
        lock (_gate)
        {
            _streams.Add(stream, context);
        }

        try
        {
            await stream.SendAsync(context.Response, seen, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The viewer left, or the record cannot be read: the page says that the connection is gone.
            context.Abort();
        }
        finally
        {
            lock (_gate)
            {
                _streams.Remove(stream);
            }
        }
    }

    // A name of the internet that is pointed at this machine is not this machine's; a tunnel may end at another port.
    private static bool IsOwn(HostString host) => host.Host is "127.0.0.1" or "localhost" or "[::1]";

    // The hashes are equally long whatever was typed, so that the comparison's time says nothing.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private bool IsStalled(WatchStream stream) => stream.HasWaited > _stalledAfter;

    private WatchStream[] Streams()
    {
        lock (_gate)
        {
            return [.. _streams.Keys];
        }
    }
}
