namespace Harness.Record;

/// <summary>A record could not be written or read. The message names the path, the fault and the next command to type.</summary>
public sealed class RecordException : Exception
{
    internal RecordException(string path, string what, string nextCommand, Exception? inner = null)
        : base($"{path}: {what}. Next: {nextCommand}", inner)
    {
        Path = path;
        Difference = what;
        NextCommand = nextCommand;
    }

    /// <summary>The file or folder concerned.</summary>
    public string Path { get; }

    /// <summary>The expected and the seen.</summary>
    public string Difference { get; }

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; }

    /// <summary>Makes the exception for a file beside the record (a report, a transcript) that could not be written.</summary>
    public static RecordException CannotWrite(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new(path, $"cannot be written: {Reason(cause, path)}", NextAfter(cause, path), cause);
    }

    /// <summary>Makes the exception for a record that could not be opened or read.</summary>
    public static RecordException CannotRead(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return cause is FileNotFoundException or DirectoryNotFoundException
            ? new(path, "there is no such run record", "ls -d runs/*/run.jsonl", cause)
            : new(path, $"cannot be read: {Reason(cause, path)}", $"ls -l {ShellWord.Quote(path)}", cause);
    }

    /// <summary>True where an exception is one that a file system causes in correct code.</summary>
    internal static bool IsIo(Exception e) => e is IOException or UnauthorizedAccessException;

    // .NET's messages end with the path, which the message already begins with.
    private static string Reason(Exception cause, string path) =>
        cause.Message.Replace($" : '{path}'", "", StringComparison.Ordinal).TrimEnd('.', ' ');

    private static string NextAfter(Exception cause, string path)
    {
        const int NoSpace = 28; // ENOSPC
        var folder = ShellWord.Quote(System.IO.Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".");
        return (cause.HResult & 0xffff) == NoSpace
            || cause.Message.Contains("No space left", StringComparison.Ordinal)
            || cause.Message.Contains("disk is full", StringComparison.OrdinalIgnoreCase)
            ? $"df -h {folder}, free some space, or choose another folder with ./harness run --out DIR"
            : $"ls -ld {folder}, or choose another folder with ./harness run --out DIR";
    }
}
