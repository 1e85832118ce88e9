namespace Harness.Cli.Live;

/// <summary>
/// A log that never blocks the code that writes to it, even if nobody reads it: lines wait in a bounded queue, and further ones are dropped and
/// counted.
/// </summary>
/// <remarks>The log shows the number of dropped lines in their place.</remarks>
public sealed class LogLines : IDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(1);

    // Each write wakes a thread and calls the system: a busy broker's lines go out together, and nobody notices so short a delay.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private const int LongestWrite = 16 * 1024;
    private readonly BlockingCollection<(long DroppedBefore, string Line)> _waiting;
    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly Thread _writer;
    private readonly ManualResetEventSlim _ending = new();
    private long _dropped;

    /// <summary>Creates a log.</summary>
    /// <param name="output">Receives the lines, on the log's own thread; it may block.</param>
    /// <param name="errors">Receives the number of lines that were not written, at the end.</param>
    /// <param name="capacity">Maximum number of waiting lines.</param>
    public LogLines(TextWriter output, TextWriter errors, int capacity = 1024)
    {
        (_output, _errors) = (output, errors);
        _waiting = new(capacity);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Writes a line, and gives up after a moment if nobody reads it.</summary>
    public static void TryWrite(TextWriter output, string line)
    {
        var writer = new Thread(() => output.WriteLine(line)) { IsBackground = true, Name = "line" };
        writer.Start();
        writer.Join(EndWithin);
    }

    /// <summary>Adds a line, or counts it as dropped.</summary>
    public void Write(string line)
    {
        var dropped = Interlocked.Exchange(ref _dropped, 0);
        if (!_waiting.TryAdd((dropped, line)))
        {
            Interlocked.Add(ref _dropped, dropped + 1);
        }
    }

    /// <summary>Writes the waiting lines, for at most a second and as long as somebody reads them, and reports the number of lines not written.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _ending.Set();
        if (_writer.Join(EndWithin))
        {
            _waiting.Dispose();
            _ending.Dispose();
            return;
        }

        var lines = Interlocked.Read(ref _dropped) + _waiting.Sum(entry => entry.DroppedBefore + 1);
        TryWrite(_errors, string.Create(CultureInfo.InvariantCulture, $"harness: warning: {lines:N0} lines of the log were not written: standard output was not read"));
    }

    private void WriteAll()
    {
        var text = new StringBuilder();
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            var entry = first;
            do
            {
                AppendDropped(text, entry.DroppedBefore);
                text.AppendLine(entry.Line);
            }
            while (text.Length < LongestWrite && _waiting.TryTake(out entry));

            WriteOut(text);
            _ending.Wait(Gathering);
        }

        AppendDropped(text, Interlocked.Exchange(ref _dropped, 0));
        WriteOut(text);
    }

    private void WriteOut(StringBuilder text)
    {
        if (text.Length > 0)
        {
            _output.Write(text.ToString());
            text.Clear();
        }
    }

    private static void AppendDropped(StringBuilder text, long lines)
    {
        if (lines > 0)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"... {lines:N0} {(lines == 1 ? "line was" : "lines were")} dropped here: standard output was not read in time");
        }
    }
}
