namespace Harness.Bench.Tests.Protocol;

/// <summary>
/// A board in memory that follows the bench protocol: checksums, the stored last reply, SEQ 0 for unreadable requests. It counts the requests
/// it runs, so that a test sees if any ran twice.
/// </summary>
internal sealed class FakeBoard : IAsyncDisposable
{
    public const string Id = "proto=1 fw=harness build=0badcafe board=fake clock=1000 schemes=mqtt-present profiles=as-published,rfc6628 "
        + "groups=modp2048-q256,p256 ciphers=present80,present128 modes=ecb trigger=none line=2048 payload=512 rng=0 test=0";

    private readonly ILink _link;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private readonly List<string> _lines = [];
    private readonly List<string> _ran = [];
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastRequest;
    private byte[] _lastReply = [];

    public FakeBoard()
        : this(MemoryLink.CreatePair("fake"))
    {
    }

    /// <summary>Creates a board on given links: the harness's end and the board's.</summary>
    public FakeBoard((ILink Host, ILink Board) ends)
    {
        (var host, _link) = ends;
        Line = new FaultInjectingLink(host);
        _run = Task.Run(RunAsync);
    }

    /// <summary>The harness's end.</summary>
    public FaultInjectingLink Line { get; }

    /// <summary>Answers a request (verb and arguments) without SEQ and CRC; null is silence.</summary>
    public Func<string, string?> Answer { get; set; } = request => request.StartsWith("ID", StringComparison.Ordinal) ? $"OK {Id} t=1" : "OK t=1";

    /// <summary>Requests as received, damaged ones too.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Waits for the first request.</summary>
    public Task<string> FirstLineAsync() => _first.Task.WaitAsync(TestEnvironment.TimeLimit);

    /// <summary>Requests that were run.</summary>
    public IReadOnlyList<string> Ran
    {
        get
        {
            lock (_lines)
            {
                return [.. _ran];
            }
        }
    }

    /// <summary>Sets the last request's SEQ and line, as if an earlier program had sent it.</summary>
    public void Remember(string request) => _lastRequest = request;

    public async Task SayAsync(string bytes) => await _link.WriteAsync(Encoding.Latin1.GetBytes(bytes), default);

    /// <summary>Closes the board's end of the line.</summary>
    public async Task VanishAsync() => await _link.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _link.DisposeAsync();
        await Line.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[256];
        var line = new List<byte>();
        try
        {
            int n;
            while ((n = await _link.ReadAsync(buffer, _stop.Token)) > 0)
            {
                foreach (var b in buffer[..n])
                {
                    if (b is not ((byte)'\n' or (byte)'\r'))
                    {
                        line.Add(b);
                    }
                    else if (line.Count > 0)
                    {
                        await ServeAsync([.. line]);
                        line.Clear();
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LinkException or ObjectDisposedException)
        {
            // The test is over, or the board's end was closed.
        }
    }

    private async Task ServeAsync(byte[] line)
    {
        var text = Encoding.Latin1.GetString(line);
        lock (_lines)
        {
            _lines.Add(text);
        }

        _first.TrySetResult(text);
        if (!Crc16.TryStrip(line, out var body))
        {
            await ReplyAsync(0, "ERR CRC wrong");
            return;
        }

        var words = Encoding.ASCII.GetString(body).Split(' ', 2);
        var seq = int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
        if (text == _lastRequest)
        {
            await _link.WriteAsync(_lastReply, _stop.Token);
            return;
        }

        if (_lastRequest is not null && _lastRequest.StartsWith($"{seq} ", StringComparison.Ordinal))
        {
            await ReplyAsync(seq, "ERR SEQ used");
            return;
        }

        lock (_lines)
        {
            _ran.Add(words[1]);
        }

        if (Answer(words[1]) is { } answer)
        {
            _lastRequest = text;
            await ReplyAsync(seq, answer);
        }
    }

    private async Task ReplyAsync(int seq, string answer)
    {
        _lastReply = [.. Crc16.Append(Encoding.ASCII.GetBytes($"{seq} {answer}")), (byte)'\r', (byte)'\n'];
        await _link.WriteAsync(_lastReply, _stop.Token);
    }
}
