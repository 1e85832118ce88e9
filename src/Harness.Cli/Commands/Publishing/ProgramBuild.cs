namespace Harness.Cli.Commands.Publishing;

/// <summary>The program of a release: compiled for the target with .NET's runtime beside it, by the SDK.</summary>
/// <param name="root">The checkout.</param>
/// <param name="work">Folder for what the build leaves behind; the checkout's own builds are not touched.</param>
internal sealed partial class ProgramBuild(string root, string work)
{
    /// <summary>The file in which the restore lists the packages it took.</summary>
    public string Restored => Path.Combine(work, "build", "obj", "Harness.Cli", "project.assets.json");

    /// <summary>Builds the program into a folder.</summary>
    /// <exception cref="PublishException">The SDK or a package is missing, or the build failed.</exception>
    public async Task MakeAsync(ReleaseTarget target, string folder, CancellationToken stop)
    {
        var log = Path.Combine(work, $"program-{target.Rid}.log");
        var (exit, output) = await ReleaseTool.RunAsync(log, Command(target, folder), stop);
        if (exit != 0)
        {
            throw Explain(output, log, FlashPlan.Shell(Command(target, folder)));
        }
    }

    /// <summary>Explains a failed build: a package that is missing is named.</summary>
    internal static PublishException Explain(string output, string log, string command)
    {
        const string sources = "dotnet nuget list source";
        var missing = Unrestored().Matches(output).Select(match => match.Groups["name"].Value + (match.Groups["version"] is { Success: true } version ? $" ({version.Value})" : ""))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return missing.Count > 0 ? new PublishException($"no package source has {string.Join(", ", missing)}", sources)
            : output.Contains("NU1301: ", StringComparison.Ordinal) ? new PublishException("a package source gave no answer", sources)
            : new PublishException($"the program does not build: {Errors(output)} (whole output: {log})", command);
    }

    private static string Errors(string output) =>
        string.Join(" / ", output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct().Take(3)) is { Length: > 0 } errors
            ? errors
            : string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    // As MSBuild (%, ;) and the compiler's list of paths (a doubled separator) read it.
    private static string Escaped(string path) => path.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal)
        .Replace(",", ",,", StringComparison.Ordinal).Replace("=", "==", StringComparison.Ordinal);

    private string[] Command(ReleaseTarget target, string folder) =>
    [
        "dotnet", "publish", Path.Combine(root, "src", "Harness.Cli", "Harness.Cli.csproj"), "-c", "Release", "-r", target.Rid, "--self-contained", "true",
        "--artifacts-path", Path.Combine(work, "build"), "-o", folder, "-p:PublishReadyToRun=true", "-p:CompileAhead=false", "-p:PublishDocumentationFiles=false",
        // Assemblies hold the paths of their sources: the same commit gives the same bytes wherever it lies.
        $"-p:PathMap={Escaped(root)}/=/_/",
        "-p:RunAnalyzersDuringBuild=false", "-v", "q", "-nologo", "-clp:NoSummary", "-nodeReuse:false",
    ];

    [GeneratedRegex(@"NU110[123]: Unable to find (a stable )?package (?<name>[A-Za-z0-9._-]*[A-Za-z0-9])( with version \((?<version>[^)]*)\))?|NU1603: .* depends on (?<name>[A-Za-z0-9._-]+) ")]
    private static partial Regex Unrestored();
}
