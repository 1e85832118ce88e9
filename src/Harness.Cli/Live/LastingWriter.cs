using System.Text;

namespace Harness.Cli.Live;

/// <summary>
/// Writes to a terminal, pipe or file for as long as it takes what is written: one that is gone or full must not end a run whose record goes on.
/// A reader that left is no failure; anything else is kept for the end of the command.
/// </summary>
/// <param name="inner">Where to write.</param>
public sealed class LastingWriter(TextWriter inner) : TextWriter
{
    private const int BrokenPipe = 32; // EPIPE
    private const int HungUp = 5;      // EIO, of a terminal that was closed
    private volatile bool gone;

    /// <summary>What kept the text from being written, in the system's words; null where nothing did, or the reader left.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>A writer whose output cannot even be opened.</summary>
    /// <param name="failure">Why, in the system's words.</param>
    public static LastingWriter Closed(string failure) => new(Null) { gone = true, Failure = failure };

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
        if (gone)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or ObjectDisposedException)
        {
            // .NET makes an UnauthorizedAccessException of a closed descriptor and an ArgumentException of a file that may not grow.
            gone = true;
            Failure = e is IOException && e.HResult is BrokenPipe or HungUp ? null : Reason(e);
        }
    }

    private static string Reason(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.', ' ');
}
