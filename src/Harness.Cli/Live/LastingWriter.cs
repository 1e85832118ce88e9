using System.Text;

namespace Harness.Cli.Live;

/// <summary>Writes to a terminal or pipe for as long as it is there. One that is gone must not end a run whose record goes on.</summary>
public sealed class LastingWriter(TextWriter inner) : TextWriter
{
    private volatile bool gone;

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

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
        catch (IOException)
        {
            gone = true;
        }
    }
}
