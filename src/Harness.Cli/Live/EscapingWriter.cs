using System.Text;

namespace Harness.Cli.Live;

/// <summary>
/// Passes text on with every control character except line ends and tabs escaped as <c>\x1b</c>. Control sequences of the program itself bypass this
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
        if (IsControl(value))
        {
            inner.Write(Escaped(value));
        }
        else
        {
            inner.Write(value);
        }
    }

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(Safe(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(Safe(new string(buffer, index, count)));

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(Safe(value));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    private static string? Safe(string? text) =>
        text is null || !text.Any(IsControl) ? text : string.Concat(text.Select(c => IsControl(c) ? Escaped(c) : c.ToString()));

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    private static string Escaped(char c) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
}
