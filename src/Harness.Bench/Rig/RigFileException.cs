namespace Harness.Bench.Rig;

/// <summary>Thrown for a rig file that cannot be used; names the place, the problem and the next command (exit code 2: configuration).</summary>
/// <param name="file">The rig file as given.</param>
/// <param name="line">Line, from 1; 0 if the file could not be read at all.</param>
/// <param name="column">Column, from 1; 0 if the file could not be read at all.</param>
/// <param name="problem">The problem and the expected value.</param>
/// <param name="nextCommand">The next command to type.</param>
/// <param name="inner">The YAML reader's exception.</param>
public sealed class RigFileException(string file, long line, long column, string problem, string nextCommand, Exception? inner = null)
    : Exception(line > 0 ? $"{file}:{line}:{column}: {problem}" : $"{file}: {problem}", inner)
{
    /// <summary>The rig file as given.</summary>
    public string File { get; } = file;

    /// <summary>Line, from 1; 0 if the file could not be read at all.</summary>
    public long Line { get; } = line;

    /// <summary>Column, from 1; 0 if the file could not be read at all.</summary>
    public long Column { get; } = column;

    /// <summary>The problem, without its place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; } = nextCommand;
}
