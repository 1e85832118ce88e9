using System.Xml.Linq;

namespace Harness.Cli.Commands.Testing;

/// <summary>The C# tests; each test project is one part of the suite.</summary>
internal static class AssemblyTests
{
    private const string Acceptance = "Harness.Acceptance";
    private const string Soak = "Harness.Soak.Tests";
    private const double SoakWeight = 300;
    private const string Guest = "Harness.Guest.Tests";
    private const double GuestWeight = 200;

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

        List<string> arguments =
        [
            "vstest", assembly, $"--Settings:{Path.Combine(ProductPaths.Root, ".runsettings")}", $"--ResultsDirectory:{request.Results}",
            $"--logger:trx;LogFileName={name}.trx",
        ];
        if (conditions.Count > 0)
        {
            arguments.Add($"--TestCaseFilter:{string.Join("&", conditions)}");
        }

        var (exit, output) = await TestProcess.RunAsync("dotnet", arguments, stop);
        var trx = Path.Combine(request.Results, name + ".trx");
        if (!File.Exists(trx))
        {
            return new TestPartResult(TestCounts.None, "", [])
                .WithExit(request.Filter is not null && exit == 0 ? 0 : Math.Max(exit, 1), $"dotnet vstest {name}.dll", output);
        }

        return Read(trx).WithExit(exit, $"dotnet vstest {name}.dll", output);
    }

    private static TestPartResult Read(string trx)
    {
        var document = XDocument.Load(trx);
        var space = document.Root!.Name.Namespace;
        var classes = document.Descendants(space + "UnitTest").ToDictionary(
            test => (string)test.Attribute("id")!, test => (string?)test.Element(space + "TestMethod")?.Attribute("className"));
        var outcomes = document.Descendants(space + "UnitTestResult").ToList();
        string FullName(XElement result)
        {
            var method = (string?)result.Attribute("testName") ?? "";
            return classes.GetValueOrDefault((string?)result.Attribute("testId") ?? "") is { } holder && !method.StartsWith(holder, StringComparison.Ordinal)
                ? $"{holder}.{method}"
                : method;
        }

        var failed = outcomes.FindAll(result => Outcome(result) is not ("Passed" or "NotExecuted"));
        return new TestPartResult(
            new TestCounts(outcomes.Count(result => Outcome(result) == "Passed"), failed.Count, outcomes.Count(result => Outcome(result) == "NotExecuted")),
            string.Concat(failed.Select(result => $"    FAILED {FullName(result)}\n"
                + TestPartResult.Indent((string?)result.Descendants(space + "Message").FirstOrDefault(), 12)
                + TestPartResult.Indent((string?)result.Descendants(space + "StackTrace").FirstOrDefault(), 4))),
            [.. outcomes.Select(result => new TestTime(
                FullName(result), TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out var took) ? took : TimeSpan.Zero))]);
    }

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");
}
