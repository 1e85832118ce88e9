namespace Harness.Cli.Commands.Measuring;

/// <summary>A progress line on stderr that is overwritten: subject and progress. Nothing if stderr is no terminal. Erased at disposal.</summary>
internal sealed class LeakLine : IDisposable
{
    private const int EveryMilliseconds = 200;
    private readonly bool _updating = StandardStreams.ErrorCanRewrite;
    private long _lastShownAt = long.MinValue / 2;

    /// <summary>Formats the line: <c>present-key on m4  120/1000 of each class</c>.</summary>
    public static string Text(string subject, string device, int done, int of) => $"{subject} on {ForeignText.Name(device)}  {done}/{of} of each class";

    /// <summary>Overwrites the line, at most a few times a second.</summary>
    public void Show(string text)
    {
        if (!_updating || Environment.TickCount64 - _lastShownAt < EveryMilliseconds)
        {
            return;
        }

        _lastShownAt = Environment.TickCount64;
        var width = Math.Max(20, LiveConsole.TerminalWidth() - 1);
        StandardStreams.Error.Write(StandardStreams.EraseLine + (text.Length > width ? text[..(width - 1)] + "…" : text));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_updating)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine);
        }
    }
}
