namespace Harness.Cli.Live;

/// <summary>
/// Writes to a terminal, pipe or file for as long as it accepts output: an output that is closed or full must not end a run whose record continues.
/// A reader that left is no failure; any other error is kept for the end of the command.
/// </summary>
/// <param name="inner">The underlying writer.</param>
public sealed class LastingWriter(TextWriter inner) : TextWriter
{
    private const int BrokenPipe = 32; // EPIPE
    private const int HungUp = 5;      // EIO, of a terminal that was closed
    private volatile bool _closedByReader;

    /// <summary>The system's error text of a failed write; null if none failed, or the reader left.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Creates a writer for an output that could not be opened.</summary>
    /// <param name="failure">The system's error text.</param>
    public static LastingWriter Closed(string failure) => new(Null) { _closedByReader = true, Failure = failure };

    /// <inheritdoc />
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc />
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc />
    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (_closedByReader)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or ObjectDisposedException)
        {
            // .NET throws UnauthorizedAccessException for a closed descriptor and ArgumentException for a file that may not grow.
            _closedByReader = true;
            Failure = e is IOException && e.HResult is BrokenPipe or HungUp ? null : Reason(e);
        }
    }

    private static string Reason(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.', ' ');
}
