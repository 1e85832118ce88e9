namespace Harness.Cli.Live;

/// <summary>
/// A log that never blocks the code that writes to it, even if nobody reads it: lines wait in a bounded queue, and further ones are dropped and
/// counted.
/// </summary>
/// <remarks>The log shows the number of dropped lines in their place.</remarks>
public sealed class LogLines : IDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(1);
    private readonly BlockingCollection<(long DroppedBefore, string Line)> _waiting;
    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly Thread _writer;
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
        if (_writer.Join(EndWithin))
        {
            _waiting.Dispose();
            return;
        }

        var lines = Interlocked.Read(ref _dropped) + _waiting.Sum(entry => entry.DroppedBefore + 1);
        TryWrite(_errors, string.Create(CultureInfo.InvariantCulture, $"harness: warning: {lines:N0} lines of the log were not written: standard output was not read"));
    }

    private void WriteAll()
    {
        foreach (var (dropped, line) in _waiting.GetConsumingEnumerable())
        {
            TellDropped(dropped);
            _output.WriteLine(line);
        }

        TellDropped(Interlocked.Exchange(ref _dropped, 0));
    }

    private void TellDropped(long lines)
    {
        if (lines > 0)
        {
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"... {lines:N0} {(lines == 1 ? "line was" : "lines were")} dropped here: standard output was not read in time"));
        }
    }
}
