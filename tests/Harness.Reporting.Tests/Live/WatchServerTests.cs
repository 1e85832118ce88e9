using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Harness.Reporting.Tests.Live;

/// <summary>The page of a run under way, over HTTP.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WatchServerTests
{
    private static readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private static readonly FaultSeen _large = new() { Device = "m4", Fault = "crc", Detail = new string('x', 10_000) };

    [TestCase("", "text/html")]
    [TestCase("watch.js", "text/javascript")]
    [TestCase("watch.css", "text/css")]
    public async Task The_page_comes_with_headers_that_let_nothing_but_itself_run(string file, string type)
    {
        using var run = new WatchedRun();
        using var answer = await _client.GetAsync(new Uri(run.Page, file));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
            Assert.That(policy, Does.StartWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';").And.Not.Contain("unsafe"));
            Assert.That(answer.Headers.GetValues("Referrer-Policy"), Is.EqualTo(new[] { "no-referrer" }));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(answer.Headers.CacheControl!.NoStore);
        });
    }

    [Test]
    public async Task Without_the_token_there_is_nothing()
    {
        using var run = new WatchedRun();
        var root = new Uri(run.Page, "/");
        var token = run.Page.Segments[1].TrimEnd('/');
        string[] wrong = ["", "events", "/events", "watch.js", $"{token[..^1]}/", $"{token}0/", $"{new string('0', token.Length)}/events", $"{token.ToUpperInvariant()}x/", $"{token}", $"x/{token}/events", $"?token={token}"];
        foreach (var path in wrong)
        {
            using var answer = await _client.GetAsync(root + path.TrimStart('/'));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That(token, Does.Match("^[0-9a-f]{32}$"));
    }

    [TestCase("POST")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("OPTIONS")]
    public async Task Nothing_can_be_asked_for_but_reading(string method)
    {
        using var run = new WatchedRun();
        foreach (var file in (string[])["", "events"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(run.Page, file));
            using var answer = await _client.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        }
    }

    [Test]
    public async Task A_name_of_the_internet_that_points_at_this_machine_is_not_served()
    {
        using var run = new WatchedRun();
        using var request = new HttpRequestMessage(HttpMethod.Get, run.Page) { Headers = { Host = "evil.example" } };
        using var answer = await _client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void Only_the_loopback_address_listens()
    {
        using var run = new WatchedRun();
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == run.Page.Port);
        Assert.That(listeners.Select(listener => listener.Address), Is.EqualTo(new[] { IPAddress.Loopback }));
    }

    [Test]
    public async Task Two_runs_have_two_tokens_and_neither_stands_in_its_record()
    {
        using var first = new WatchedRun();
        using var second = new WatchedRun();
        first.Write(Runs.Green());
        using var viewer = await Viewer.OpenAsync(first.Page);
        await viewer.AllAsync();
        Assert.That(first.Page.Segments[1], Is.Not.EqualTo(second.Page.Segments[1]));
        Assert.That(await File.ReadAllTextAsync(first.Record), Does.Not.Contain(first.Page.Segments[1].TrimEnd('/')));
    }

    [Test]
    public async Task A_viewer_gets_the_events_as_they_happen_and_the_end_without_samples()
    {
        using var run = new WatchedRun();
        var events = Runs.Mixed();
        run.Write(events[0]);
        using var viewer = await Viewer.OpenAsync(run.Page);
        Assert.That((await viewer.NextAsync())!.Id, Is.EqualTo(1));
        run.Write(events[1]);
        Assert.That((await viewer.NextAsync())!.Id, Is.EqualTo(2), "while the run goes on");
        run.Write(events[2..]);
        var rest = await viewer.AllAsync();
        var kinds = rest.Select(e => JsonDocument.Parse(e.Data).RootElement.GetProperty("event").GetString()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(viewer.Response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
            Assert.That(rest.Select(e => e.Id), Is.Ordered.And.Unique);
            Assert.That(kinds, Has.None.EqualTo("sample-taken").And.None.EqualTo("budget-judged"));
            Assert.That(kinds.Count(kind => kind == "scenario-finished"), Is.EqualTo(4));
            Assert.That(kinds[^1], Is.EqualTo("run-finished"));
        });
    }

    [Test]
    public async Task A_viewer_that_comes_back_goes_on_behind_the_event_it_saw_last()
    {
        using var run = new WatchedRun();
        var events = Runs.Mixed();
        run.Write(events[..6]);
        List<ServerSentEvent> seen = [];
        using (var viewer = await Viewer.OpenAsync(run.Page))
        {
            seen.Add((await viewer.NextAsync())!);
            seen.Add((await viewer.NextAsync())!);
        }

        run.Write(events[6..]);
        using var again = await Viewer.OpenAsync(run.Page, seen[^1].Id);
        seen.AddRange(await again.AllAsync());
        using var whole = await Viewer.OpenAsync(run.Page);
        Assert.That(seen, Is.EqualTo(await whole.AllAsync()));
    }

    [TestCase("x")]
    [TestCase("-1")]
    [TestCase("99999999999999999999999")]
    public async Task A_number_that_is_none_counts_as_no_number(string last)
    {
        using var run = new WatchedRun();
        run.Write(Runs.Green());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(run.Page, "events"));
        request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        using var answer = await _client.SendAsync(request);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("id: 1\n").And.Contain("run-finished"));
    }

    [Test]
    public async Task Several_viewers_see_the_same()
    {
        using var run = new WatchedRun();
        var viewers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Viewer.OpenAsync(run.Page)));
        run.Write(Runs.Mixed());
        var all = await Task.WhenAll(viewers.Select(viewer => viewer.AllAsync()));
        Assert.That(all, Has.All.EqualTo(all[0]));
        Assert.That(all[0], Is.Not.Empty);
        Array.ForEach(viewers, viewer => viewer.Dispose());
    }

    [Test]
    public async Task A_line_that_is_half_written_waits_for_its_end()
    {
        using var run = new WatchedRun();
        run.Write(Runs.Started(1));
        using var viewer = await Viewer.OpenAsync(run.Page);
        await viewer.NextAsync();
        var line = Encoding.UTF8.GetBytes("{\"event\":\"fault-seen\",\"seq\":2,\"at\":\"2026-03-14T15:09:26Z\",\"device\":\"m4\",\"fault\":\"crc\",\"detail\":\"\"}\n");
        await using var record = new FileStream(run.Record, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        record.Write(line.AsSpan(0, 20));
        record.Flush();
        run.Server.Write(Runs.Started(1));
        var next = viewer.NextAsync();
        Assert.That(next.IsCompleted, Is.False);
        record.Write(line.AsSpan(20));
        record.Flush();
        run.Server.Write(Runs.Started(1));
        Assert.That((await next)!.Data, Is.EqualTo(Encoding.UTF8.GetString(line).TrimEnd('\n')));
    }

    [Test]
    public async Task Names_that_look_like_events_or_markup_stay_in_their_line()
    {
        const string Hostile = "<script>alert(1)</script>\n\ndata: {}\r\nid: 7\u2028";
        using var run = new WatchedRun();
        run.Write(Runs.One(Hostile, Hostile, new FailureDetail("then", null, Hostile, Hostile, Hostile, null, null)));
        using var viewer = await Viewer.OpenAsync(run.Page);
        var all = await viewer.AllAsync();
        Assert.That(all.Select(e => e.Id), Is.EqualTo(new long?[] { 1, 2, 3, 4 }));
        Assert.That(JsonDocument.Parse(all[1].Data).RootElement.GetProperty("name").GetString(), Is.EqualTo(Hostile));
    }

    [Test]
    public async Task A_viewer_that_stalled_before_the_end_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        var run = new WatchedRun(time: time);
        using var stalled = await StallAsync(run.Page);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        run.Write(Runs.Started(1));

        // As much as it takes until nothing more goes in: the kernel's own room differs.
        while (run.Server.Stalled == 0)
        {
            Assert.That(limit.IsCancellationRequested, Is.False, () => $"{run.Server.Viewers} viewers, {new FileInfo(run.Record).Length} bytes of record");
            run.Write(Enumerable.Repeat(_large, 100));
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        // From here on that clock stands still: an end that waited for a viewer by it would never come.
        run.Write(RunFinished.From(default, 1));
        await Task.Run(run.Dispose, limit.Token).WaitAsync(limit.Token);
    }

    [Test]
    public async Task A_viewer_that_stalls_slows_neither_the_run_nor_another_viewer_nor_the_end()
    {
        var run = new WatchedRun();
        using var stalled = await StallAsync(run.Page);
        using var other = await Viewer.OpenAsync(run.Page);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        run.Write([Runs.Started(1), .. Enumerable.Repeat(_large, 3000)]); // 30 MB: more than a connection takes
        var alone = System.Diagnostics.Stopwatch.StartNew();
        run.Write(RunFinished.From(default, 1));
        Assert.That(alone.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(await other.AllAsync(), Has.Count.EqualTo(3002));
        TestContext.Out.WriteLine($"3000 events of 10 kB were written in {watch.Elapsed.TotalSeconds:F2} s");

        alone.Restart();
        run.Dispose();
        Assert.That(alone.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "the stalled viewer is left behind");
    }

    [Test]
    public async Task The_end_waits_for_a_viewer_that_is_still_reading()
    {
        var run = new WatchedRun();
        using var viewer = await Viewer.OpenAsync(run.Page);
        run.Write(Runs.Mixed());
        var reading = viewer.AllAsync();
        run.Dispose();
        Assert.That((await reading)[^1].Data, Does.Contain("run-finished"));
    }

    [Test]
    public async Task A_run_that_ends_without_its_last_event_ends_the_events()
    {
        var run = new WatchedRun();
        run.Write(Runs.Mixed(finished: false));
        using var viewer = await Viewer.OpenAsync(run.Page);
        Assert.That((await viewer.NextAsync())!.Id, Is.EqualTo(1));
        run.Dispose();
        Assert.That((await viewer.AllAsync())[^1].Data, Does.Not.Contain("run-finished"));
        Assert.That(async () => await _client.GetAsync(run.Page), Throws.TypeOf<HttpRequestException>());
    }

    [Test]
    public async Task The_time_left_is_told_when_it_changes()
    {
        var left = "about 9 s left";
        using var run = new WatchedRun(() => Volatile.Read(ref left));
        using var viewer = await Viewer.OpenAsync(run.Page);
        Assert.That(await viewer.NextAsync(), Is.EqualTo(new ServerSentEvent(null, "left", "about 9 s left")));
        Volatile.Write(ref left, "about 8 s left");
        Assert.That(await viewer.NextAsync(), Is.EqualTo(new ServerSentEvent(null, "left", "about 8 s left")));
    }

    /// <summary>Opens the events, reads one byte, and then no more.</summary>
    private static async Task<TcpClient> StallAsync(Uri page)
    {
        // A small window: some kernels take 30 MB for a connection that nobody reads.
        var stalled = new TcpClient { ReceiveBufferSize = 4096 };
        await stalled.ConnectAsync(IPAddress.Loopback, page.Port);
        await stalled.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {page.AbsolutePath}events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        Assert.That(await stalled.GetStream().ReadAsync(new byte[1]), Is.EqualTo(1));
        return stalled;
    }
}
