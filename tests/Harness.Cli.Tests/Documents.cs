namespace Harness.Cli.Tests;

/// <summary>Parses the project's documents.</summary>
internal static partial class Documents
{
    public static readonly string[] Names = ["README.md", "rig-setup.md", "rigs/firmware/README.md", "CONTRIBUTING.md"];

    public static string Read(string name) => File.ReadAllText(Path.Combine(ProductPaths.Root, name));

    /// <summary>Gets the code blocks of a document in one language; an empty one means blocks that name none.</summary>
    public static IEnumerable<string> Blocks(string name, string language) =>
        Block().Matches(Read(name)).Where(block => block.Groups[2].Value == language)
            .Select(block => string.Join('\n', block.Groups[3].Value.Split('\n').Select(line => line.StartsWith(block.Groups[1].Value, StringComparison.Ordinal) ? line[block.Groups[1].Length..] : line)));

    /// <summary>Gets the lines of shell blocks that begin with a word.</summary>
    public static IEnumerable<(string Document, string Line)> Lines(string word) =>
        from name in Names
        from block in Blocks(name, "sh").Concat(Blocks(name, ""))
        from line in block.Split('\n')
        where line.StartsWith(word + " ", StringComparison.Ordinal) || line == word
        select (name, line.Trim());

    /// <summary>Gets the targets of links inside the project.</summary>
    public static IEnumerable<string> Links(string name) =>
        Link().Matches(Read(name)).Select(link => link.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"^([ ]*)```(\w*)[^\n]*\n(.*?)\n\1```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>Paths of the project that a document names in back-ticks: words with a slash or an ending of a file.</summary>
    public static IEnumerable<string> Paths(string name) =>
        Quoted().Matches(Read(name)).Select(quoted => quoted.Groups[1].Value).Where(word => word.Contains('/', StringComparison.Ordinal)).Distinct();

    [GeneratedRegex(@"`([A-Za-z][A-Za-z0-9./_-]*)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Link();
}
