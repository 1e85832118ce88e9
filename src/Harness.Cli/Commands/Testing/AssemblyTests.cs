namespace Harness.Cli.Commands.Testing;

/// <summary>The C# tests; each test project is one part of the suite.</summary>
internal static class AssemblyTests
{
    private const string Acceptance = "Harness.Acceptance";
    private const string Soak = "Harness.Soak.Tests";
    private const double SoakWeight = 300;
    private const string Guest = "Harness.Guest.Tests";
    private const double GuestWeight = 200;

    // Exit status of the platform where no test matched the filter.
    private const int NothingRan = 8;

    /// <summary>Gets the parts.</summary>
    public static IEnumerable<TestPart> Parts() => Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, "tests"), "Harness.*")
        .Select(folder => (Name: Path.GetFileName(folder)!, Folder: folder))
        .Where(part => part.Name == Acceptance || part.Name.EndsWith(".Tests", StringComparison.Ordinal))
        .Select(part => new TestPart(part.Name, Weight(part.Name, part.Folder), (request, stop) => RunAsync(part.Name, request, stop)));

    // The size of a project's sources roughly predicts the duration of its tests; for the acceptance project that of the features does, a soak
    // lasts as long as it was told to, and a virtual machine works in few lines for a long time.
    private static double Weight(string name, string folder) => name == Acceptance
        ? double.MaxValue
        : name == Soak ? SoakWeight
        : name == Guest ? GuestWeight
        : Directory.EnumerateFiles(folder, "*.cs").Concat(Directory.EnumerateDirectories(folder)
                .Where(below => Path.GetFileName(below) is not ("bin" or "obj")).SelectMany(below => Directory.EnumerateFiles(below, "*.cs", SearchOption.AllDirectories)))
            .Sum(file => new FileInfo(file).Length) / 1000.0;

    private static async Task<TestPartResult> RunAsync(string name, TestRequest request, CancellationToken stop)
    {
        var assembly = Path.Combine(ProductPaths.Root, "tests", name, "bin", "Release", "net10.0", name + ".dll");
        var conditions = new List<string>();
        if (request.Filter is not null)
        {
            conditions.Add($"(FullyQualifiedName~{request.Filter}|TestCategory={request.Filter})");
        }

        if (!request.Long)
        {
            conditions.Add("TestCategory!=Long");
        }

        // Each project is a program of Microsoft's testing platform; its tests look for what lies beside it.
        List<string> arguments = ["-C", Path.GetDirectoryName(assembly)!, "dotnet", assembly, "--progress", "off", "--ansi", "off", "--results-directory", request.Results, "--report-trx", "--report-trx-filename", name + ".trx"];
        if (conditions.Count > 0)
        {
            arguments.AddRange(["--filter", string.Join("&", conditions)]);
        }

        var (exit, output) = await TestProcess.RunAsync("env", arguments, stop);
        exit = exit == NothingRan && (request.Filter is not null || !request.Long) ? 0 : exit; // they are of another name, or all are long
        var trx = Path.Combine(request.Results, name + ".trx");
        if (!File.Exists(trx))
        {
            return new TestPartResult(TestCounts.None, "", [])
                .WithExit(request.Filter is not null && exit == 0 ? 0 : Math.Max(exit, 1), $"dotnet {name}.dll", output);
        }

        return TrxFile.Read(trx).WithExit(exit, $"dotnet {name}.dll", output);
    }
}
