namespace Harness.Bench;

/// <summary>
/// What came instead of a reply. A board that babbles must not fill the disk: the first few lines are told one by one, the rest, when
/// this is disposed, as a number.
/// </summary>
internal sealed class SkippedLines(long bytesBefore, Action<string, string> fault) : IDisposable
{
    private const int MostTold = 10;
    private byte[] _last = [];

    /// <summary>Bytes that had come before.</summary>
    public long BytesBefore { get; } = bytesBefore;

    /// <summary>How many lines were skipped.</summary>
    public int Count { get; private set; }

    /// <summary>The last of them, fit to be shown.</summary>
    public string Last => Sample(_last);

    /// <summary>Counts a line.</summary>
    /// <returns>Whether it is to be told on its own.</returns>
    public bool Add(byte[] line)
    {
        _last = line; // shown only where it is asked for: a board that floods the line is not slowed down by it
        return ++Count <= MostTold;
    }

    public void Dispose()
    {
        if (Count > MostTold)
        {
            fault("garbage", $"{Count - MostTold} more lines skipped");
        }
    }

    /// <summary>A line in quotes, without secrets, cut to what a person reads.</summary>
    public static string Sample(byte[] line)
    {
        // A run of one byte that no line begins with (breaks, a wrong rate) would hide what comes behind it.
        var run = line.Length == 0 || line[0] is >= 0x20 and < 0x7F ? 0 : line.AsSpan().IndexOfAnyExcept(line[0]);
        var (head, rest) = run > 3 ? ($"{run} times \\x{line[0]:x2}, then ", line[run..]) : ("", line);
        var text = Redaction.Garbage(rest);
        return head + (text.Length <= 60 ? $"\"{text}\"" : $"\"{text[..60]}...\" ({line.Length} bytes)");
    }
}
