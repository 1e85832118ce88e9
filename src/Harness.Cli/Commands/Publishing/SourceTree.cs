namespace Harness.Cli.Commands.Publishing;

/// <summary>The checkout that a release is made from: its commit, and the files of it that the release contains.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Commit">Full hash of the commit.</param>
/// <param name="Time">Time of the commit, which every file of the release bears.</param>
/// <param name="Changed">True if tracked files differ from the commit.</param>
/// <param name="Files">Paths of the files, relative to the root.</param>
internal sealed record SourceTree(string Root, string Commit, DateTimeOffset Time, bool Changed, IReadOnlyList<string> Files)
{
    /// <summary>Name of the launcher.</summary>
    public const string Launcher = "harness";

    // The firmware's sources come along for boards of one's own, and what the documents lead to; what only a developer of the harness needs does not.
    private static readonly string[] _wanted =
    [
        Launcher, "features", "rigs", "README.md", "rig-setup.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "tests/vectors/vectors.json", "tests/figures", "tests/FIELD.md",
        "src/*.md", "src/*.schema.json", // * stands for folders too
        Doctor.SystemChecks.RulesFile, // doctor's fix copies them
    ];

    private static readonly string[] _unwanted = ["rigs/guest/", "rigs/firmware/test/"];

    /// <summary>Reads commit and files from git.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="log">File for git's output.</param>
    /// <param name="stop">Cancels the work.</param>
    /// <exception cref="PublishException">This is no checkout, or git is missing.</exception>
    public static async Task<SourceTree> ReadAsync(string root, string log, CancellationToken stop)
    {
        Task<string> GitAsync(params string[] arguments) => ReleaseTool.MakeAsync("the list of files", log, ["git", "-C", root, .. arguments], stop);
        if (!File.Exists(Path.Combine(root, "src", "Harness.Cli", "Harness.Cli.csproj")))
        {
            throw new PublishException(
                $"a release is made from the sources, and {root} has none: it is a release itself", "git clone the project, then ./harness publish there");
        }

        var head = (await GitAsync("log", "-1", "--format=%H %ct")).Trim().Split(' ');
        var changed = (await GitAsync("status", "--porcelain", "--untracked-files=no")).Trim().Length > 0;
        var files = (await GitAsync(["ls-files", "-z", "--", .. _wanted])).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => !_unwanted.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)) && File.Exists(Path.Combine(root, file)));
        return new SourceTree(root, head[0], DateTimeOffset.FromUnixTimeSeconds(long.Parse(head[1], CultureInfo.InvariantCulture)), changed, [.. files.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Copies the files.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Files)
        {
            Copy(Path.Combine(Root, file), Path.Combine(folder, file));
        }
    }

    /// <summary>Copies a file and makes its folder.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
