namespace Harness.Cli.Commands.New;

/// <summary>Files that <c>harness new</c> writes: all of them or none, and never over another.</summary>
internal static partial class NewFiles
{
    /// <summary>A name of letters, digits and hyphens, as it was typed.</summary>
    /// <param name="kind">The kind that is named: <c>plugin</c>.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="FormatException">It is no such name.</exception>
    public static void CheckName(string kind, string name)
    {
        if (!Name().IsMatch(name) || name.StartsWith("harness", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException(
                $"a {kind}'s name is letters, digits and hyphens, a letter first, at most 40, and does not begin with harness, but is \"{name}\"; next: ./harness new {kind} my-lab");
        }
    }

    /// <summary>Writes files below a folder that is new or empty.</summary>
    /// <param name="kind">The kind that is written.</param>
    /// <param name="name">Its name.</param>
    /// <param name="typed">The folder as typed; null for one of that name.</param>
    /// <param name="files">Texts by their paths below the folder.</param>
    /// <returns>The folder as shown.</returns>
    /// <exception cref="FormatException">The folder is not empty, or cannot be written.</exception>
    public static string WriteFolder(string kind, string name, string? typed, IReadOnlyDictionary<string, string> files)
    {
        typed = NotEmpty(kind, typed ?? name);
        var folder = Path.GetFullPath(typed);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new FormatException($"{typed} exists and is not empty; nothing is overwritten; next: ./harness new {kind} {name} --out ANOTHER-FOLDER");
        }

        foreach (var (path, text) in files)
        {
            WriteNew(kind, name, Path.Combine(folder, path), Path.Combine(typed, path), text);
        }

        return typed;
    }

    /// <summary>Writes one file that is new.</summary>
    /// <param name="kind">The kind that is written.</param>
    /// <param name="name">Its name.</param>
    /// <param name="typed">The file as typed; null for one of that name.</param>
    /// <param name="ending">The ending of its name, with the dot.</param>
    /// <param name="render">Its text, given its full path.</param>
    /// <returns>The file as shown.</returns>
    /// <exception cref="FormatException">It exists, or cannot be written.</exception>
    public static string WriteFile(string kind, string name, string? typed, string ending, Func<string, string> render)
    {
        typed = NotEmpty(kind, typed ?? name + ending);
        var path = Path.GetFullPath(typed);
        WriteNew(kind, name, path, typed, render(path));
        return typed;
    }

    private static string NotEmpty(string kind, string typed) =>
        string.IsNullOrWhiteSpace(typed) ? throw new FormatException($"--out is empty; next: ./harness new {kind} --help") : typed;

    private static void WriteNew(string kind, string name, string path, string typed, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(Path.Exists(path)
                ? $"{typed} exists; nothing is overwritten; next: ./harness new {kind} {name} --out ANOTHER"
                : $"{typed} cannot be written: {e.Message}; next: ls -ld {ShellWord.Quote(Path.GetDirectoryName(path)!)}");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$(?<=^.{1,40})")]
    private static partial Regex Name();
}
