namespace Harness.Bench;

/// <summary>A rig file that cannot be used: says where, what is wrong, and what to type next (exit code 2: configuration).</summary>
public sealed class RigFileException : Exception
{
    /// <summary>Places an error in a rig file.</summary>
    /// <param name="file">The rig file as given.</param>
    /// <param name="line">Line, from 1; 0 where the file could not be read at all.</param>
    /// <param name="column">Column, from 1; 0 where the file could not be read at all.</param>
    /// <param name="problem">What is wrong and what was expected.</param>
    /// <param name="nextCommand">The next command to type.</param>
    /// <param name="inner">What the reader said.</param>
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

    /// <summary>Line, from 1; 0 where the file could not be read at all.</summary>
    public long Line { get; }

    /// <summary>Column, from 1; 0 where the file could not be read at all.</summary>
    public long Column { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; }
}
