namespace Harness.Cli.Commands.Publishing;

/// <summary>Lists of SHA-256 sums in the form that <c>sha256sum -c</c> reads.</summary>
internal static class Checksums
{
    /// <summary>Name of the list inside a release.</summary>
    public const string FileName = "SHA256SUMS";

    /// <summary>Writes the list of every file below a folder into that folder.</summary>
    public static void WriteInto(string folder) => Write(
        Path.Combine(folder, FileName), folder,
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetRelativePath(folder, path) != FileName));

    /// <summary>Writes the list of some files.</summary>
    /// <param name="list">The file to write.</param>
    /// <param name="folder">The folder that the names in the list are relative to.</param>
    /// <param name="files">The files.</param>
    public static void Write(string list, string folder, IEnumerable<string> files)
    {
        var lines = new StringBuilder();
        foreach (var (path, name) in files.Select(path => (path, Name: Path.GetRelativePath(folder, path))).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            using var content = File.OpenRead(path);
            lines.Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append("  ").Append(name).Append('\n');
        }

        File.WriteAllText(list, lines.ToString());
    }
}
