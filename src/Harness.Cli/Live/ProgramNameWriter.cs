using System.Text.RegularExpressions;

namespace Harness.Cli.Live;

/// <summary>Passes text on with the program's commands as they can be typed here: <c>harness</c> where that is found in PATH, as an installed package's is, in the place of <c>./harness</c>.</summary>
/// <param name="inner">The underlying writer.</param>
/// <param name="name">The name.</param>
internal sealed partial class ProgramNameWriter(TextWriter inner, string name) : TextWriter
{
    /// <summary>Variable in which the launcher says by which name in PATH it was found.</summary>
    public const string Variable = "HARNESS_NAME";

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Puts the writer before another, where the launcher was found in PATH.</summary>
    public static TextWriter Before(TextWriter inner) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? new ProgramNameWriter(inner, name) : inner;

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(Named(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(Named(new string(buffer, index, count)));

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(Named(value));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    private string? Named(string? text) => text is null ? null : Typed().Replace(text, name);

    [GeneratedRegex(@"(?<![\w./-])\./harness(?![\w./-])")]
    private static partial Regex Typed();
}
