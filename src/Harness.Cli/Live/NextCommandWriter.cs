namespace Harness.Cli.Live;

/// <summary>Passes messages on with the typed rig added to the commands that they name, so that each can be typed as it stands.</summary>
/// <param name="inner">The underlying writer.</param>
/// <param name="rig">The rig as it was typed; null if none was.</param>
internal sealed class NextCommandWriter(TextWriter inner, string? rig) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(buffer, index, count);

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : NextCommand.WithRig(value, rig));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();
}
