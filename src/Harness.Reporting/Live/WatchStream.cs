using System.Buffers;

namespace Harness.Reporting.Live;

/// <summary>
/// The events of a run for one viewer, as Server-Sent Events: read from the record at the viewer's own pace, so that a viewer that stalls holds up nothing and costs no memory,
/// and one that comes back goes on behind the number it saw last.
/// </summary>
/// <param name="record">Path of the record.</param>
/// <param name="news">Tells of events and of the end.</param>
/// <param name="left">The time left in words; empty where nothing can be said.</param>
internal sealed class WatchStream(string record, WatchNews news, Func<string> left)
{
    private const int BatchBytes = 32 << 10;

    // Ten pictures a second are enough for eyes; a viewer is not woken for every event.
    private static readonly TimeSpan _gap = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    // What the page draws. Samples, of which there may be a million, stand in the record and its reports.
    private static readonly HashSet<string> _shown = ["run-started", "device-ready", "fault-seen", "scenario-started", "step-started", "scenario-finished", "run-finished"];

    private readonly ArrayBufferWriter<byte> _batch = new(BatchBytes);
    private string _said = "";
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _writingSince; // 0 while nothing waits for the viewer

    /// <summary>Completes when the viewer has everything or has left.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The time for which the viewer has not taken what is there for it.</summary>
    public TimeSpan HasWaited => Volatile.Read(ref _writingSince) is var since && since == 0 ? TimeSpan.Zero : news.Time.GetElapsedTime(since);

    /// <summary>Sends events until the run ends or the viewer leaves.</summary>
    /// <param name="response">The response.</param>
    /// <param name="after">Number of the last event that the viewer has; 0 for none.</param>
    /// <param name="gone">Ends when the viewer left.</param>
    public async Task SendAsync(HttpResponse response, long after, CancellationToken gone)
    {
        try
        {
            await SendAllAsync(response, after, gone);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async Task SendAllAsync(HttpResponse response, long after, CancellationToken gone)
    {
        using var lines = new RecordFollower(record);
        Text("retry: 500\n\n");
        while (true)
        {
            // Asked before the reading: what is written in between wakes the wait below.
            var (next, isEnd) = (news.Next, news.HasEnded);
            var finished = false;
            while (!finished && lines.Next() is { } line)
            {
                if (line.Seq > after && _shown.Contains(line.Kind))
                {
                    Event(line);
                    finished = line.Kind == "run-finished";
                }

                if (_batch.WrittenCount >= BatchBytes)
                {
                    await FlushAsync(response, gone);
                }
            }

            Left();
            await FlushAsync(response, gone);
            if (finished || isEnd)
            {
                return;
            }

            await Task.WhenAny(news.Ended, Task.Delay(_gap, news.Time, gone));
            await Task.WhenAny(next, Task.Delay(_tick, news.Time, gone));
            gone.ThrowIfCancellationRequested();
        }
    }

    private void Event(RecordedLine line)
    {
        Text(string.Create(CultureInfo.InvariantCulture, $"id: {line.Seq}\ndata: "));
        _batch.Write(line.Json.Span); // a line of JSON has no line end in it
        Text("\n\n");
    }

    private void Left()
    {
        var words = left();
        if (words != _said)
        {
            _said = words;
            Text($"event: left\ndata: {words}\n\n");
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _batch);

    private async Task FlushAsync(HttpResponse response, CancellationToken gone)
    {
        if (_batch.WrittenCount > 0)
        {
            Volatile.Write(ref _writingSince, Math.Max(1, news.Time.GetTimestamp()));
            await response.Body.WriteAsync(_batch.WrittenMemory, gone);
            await response.Body.FlushAsync(gone);
            Volatile.Write(ref _writingSince, 0);
            _batch.ResetWrittenCount();
        }
    }
}
