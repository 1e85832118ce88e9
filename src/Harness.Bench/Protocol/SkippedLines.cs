namespace Harness.Bench.Protocol;

/// <summary>
/// The lines that came instead of a reply. A board that floods the line must not fill the disk: the first few lines are reported one by one,
/// the rest as a number when this is disposed.
/// </summary>
internal sealed class SkippedLines(long bytesBefore, Action<string, string> fault) : IDisposable
{
    private const int MaximumShown = 10;
    private byte[] _last = [];

    /// <summary>The total bytes received before the request.</summary>
    public long BytesBefore { get; } = bytesBefore;

    /// <summary>The number of lines skipped.</summary>
    public int Count { get; private set; }

    /// <summary>The last of them, redacted and shortened.</summary>
    public string Last => Sample(_last);

    /// <summary>Counts a line.</summary>
    /// <returns>True if the line is to be reported by itself.</returns>
    public bool Add(byte[] line)
    {
        _last = line; // formatted only where it is asked for: a board that floods the line does not slow the reader down
        return ++Count <= MaximumShown;
    }

    public void Dispose()
    {
        if (Count > MaximumShown)
        {
            fault("garbage", $"{Count - MaximumShown} more lines skipped");
        }
    }

    /// <summary>Formats a line in quotes, redacted and shortened to a readable length.</summary>
    public static string Sample(byte[] line)
    {
        // A run of one byte that no line begins with (break conditions, a wrong baud rate) would hide the text after it.
        var run = line.Length == 0 || line[0] is >= 0x20 and < 0x7F ? 0 : line.AsSpan().IndexOfAnyExcept(line[0]);
        var (head, rest) = run > 3 ? ($"{run} times \\x{line[0]:x2}, then ", line[run..]) : ("", line);
        var text = Redaction.Garbage(rest);
        return head + (text.Length <= 60 ? $"\"{text}\"" : $"\"{text[..60]}...\" ({line.Length} bytes)");
    }
}
