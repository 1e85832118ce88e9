namespace Harness.Cli.Live;

/// <summary>
/// Passes text on with every character that controls a terminal escaped, except line ends and tabs. Control sequences of the program itself bypass this
/// writer.
/// </summary>
/// <param name="inner">The underlying writer.</param>
public sealed class EscapingWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value)
    {
        if (char.IsAsciiLetterOrDigit(value) || char.IsSurrogate(value)) // half of a pair comes alone here
        {
            inner.Write(value);
        }
        else
        {
            inner.Write(ForeignText.Lines(value.ToString()));
        }
    }

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(value is null ? null : ForeignText.Lines(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(ForeignText.Lines(new string(buffer, index, count)));

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : ForeignText.Lines(value));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();
}
