namespace Harness.Bench.Rig;

/// <summary>Thrown for a rig file that cannot be used; names the place, the problem and the next command (exit code 2: configuration).</summary>
public sealed class RigFileException : Exception
{
    /// <summary>Creates an error at a place in a rig file.</summary>
    /// <param name="file">The rig file as given.</param>
    /// <param name="line">Line, from 1; 0 if the file could not be read at all.</param>
    /// <param name="column">Column, from 1; 0 if the file could not be read at all.</param>
    /// <param name="problem">The problem and the expected value.</param>
    /// <param name="nextCommand">The next command to type.</param>
    /// <param name="inner">The YAML reader's exception.</param>
    public RigFileException(string file, long line, long column, string problem, string nextCommand, Exception? inner = null)
        : base(line > 0 ? $"{file}:{line}:{column}: {problem}" : $"{file}: {problem}", inner)
    {
        File = file;
        Line = line;
        Column = column;
        Problem = problem;
        NextCommand = nextCommand;
    }

    /// <summary>The rig file as given.</summary>
    public string File { get; }

    /// <summary>Line, from 1; 0 if the file could not be read at all.</summary>
    public long Line { get; }

    /// <summary>Column, from 1; 0 if the file could not be read at all.</summary>
    public long Column { get; }

    /// <summary>The problem, without its place.</summary>
    public string Problem { get; }

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; }
}
