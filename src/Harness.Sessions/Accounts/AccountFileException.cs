namespace Harness.Sessions.Accounts;

/// <summary>An account file that cannot be used. It says where, what was expected, what was seen, and what to do next; never W.</summary>
public sealed class AccountFileException : Exception
{
    internal AccountFileException(
        string path, int line, int column, string problem, string expected, string seen, string? nearest, string nextCommand, Exception? inner = null)
        : base($"{path}:{line}:{column}: {problem}: expected {expected}, saw {seen}" +
               (nearest is null ? "" : $" (did you mean '{nearest}'?)") + $"; next: {nextCommand}", inner)
    {
        Path = path;
        Line = line;
        Column = column;
        Problem = problem;
        Expected = expected;
        Seen = seen;
        Nearest = nearest;
        NextCommand = nextCommand;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Line, from 1; 0 where the file could not be read at all.</summary>
    public int Line { get; }

    /// <summary>Column, from 1; 0 where the file could not be read at all.</summary>
    public int Column { get; }

    /// <summary>The fault.</summary>
    public string Problem { get; }

    /// <summary>The expected value.</summary>
    public string Expected { get; }

    /// <summary>The observed value.</summary>
    public string Seen { get; }

    /// <summary>The nearest known word, where one is near.</summary>
    public string? Nearest { get; }

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; }
}

/// <summary>Something about an account file that a person should put right.</summary>
/// <param name="Path">The file.</param>
/// <param name="Text">The observed value.</param>
/// <param name="NextCommand">The next command to type.</param>
public sealed record AccountFileWarning(string Path, string Text, string NextCommand)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Text}; next: {NextCommand}";
}
