using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Harness.Record;

namespace Harness.Cli.Commands;

/// <summary><c>harness test</c>: every test of the project, with one honest line of counts at the end.</summary>
internal static partial class TestCommand
{
    private sealed record Counts(int Passed, int Failed, int Skipped)
    {
        public static Counts operator +(Counts a, Counts b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);
    }

    public static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "only tests whose full name contains this text" };
        var only = new Option<string?>("--project") { Description = "only one part: firmware, or a test project such as Harness.Mqtt.Tests" };
        var longer = new Option<bool>("--long") { Description = "also what does not fit the usual minutes (category Long)" };
        var command = new Command("test",
            """
            Builds and runs every test: the firmware's C tests, the C# tests, and the features on the emulated rig.

            Examples:
              ./harness test
              ./harness test --project Harness.Mqtt.Tests
              ./harness test --filter Present

            The last line is 'N passed, N failed' (', N skipped' may follow). Exit status 0 only if something ran and nothing failed.
            """) { filter, only, longer };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(filter), parsed.GetValue(only), parsed.GetValue(longer), stop));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, string? only, bool longer, CancellationToken stop)
    {
        var parts = Parts(only, filter);
        if (parts.Count == 0)
        {
            Console.Error.WriteLine($"harness: no part named '{only}'; parts: {string.Join(", ", Parts(null, null).Select(p => p.Name))}");
            return ExitCodes.Usage;
        }

        var results = Directory.CreateTempSubdirectory("harness-test-");
        var total = new Counts(0, 0, 0);
        try
        {
            for (var i = 0; i < parts.Count; i++)
            {
                var watch = Stopwatch.StartNew();
                Console.Write($"[{i + 1}/{parts.Count}] {parts[i].Name} ");
                var counts = await parts[i].Run(new Request(filter, longer, results.FullName), stop);
                Console.WriteLine($"... {counts.Passed} passed, {counts.Failed} failed"
                    + (counts.Skipped > 0 ? $", {counts.Skipped} skipped" : "")
                    + string.Create(CultureInfo.InvariantCulture, $" ({watch.Elapsed.TotalSeconds:F1} s)"));
                total += counts;
            }
        }
        finally
        {
            results.Delete(true);
        }

        if (total.Passed + total.Failed == 0)
        {
            Console.WriteLine("harness: nothing ran; a filter that matches nothing is a failure");
        }

        Console.WriteLine($"{total.Passed} passed, {total.Failed} failed" + (total.Skipped > 0 ? $", {total.Skipped} skipped" : ""));
        return total.Failed == 0 && total.Passed > 0 ? ExitCodes.Pass : ExitCodes.Failed;
    }

    private sealed record Request(string? Filter, bool Long, string Results);

    private sealed record Part(string Name, Func<Request, CancellationToken, Task<Counts>> Run);

    private static List<Part> Parts(string? only, string? filter)
    {
        var parts = new List<Part>();
        if (filter is null)
        {
            parts.Add(new Part("firmware", FirmwareAsync));
        }

        // The acceptance suite last: it is the longest and tells least about where a fault is.
        parts.AddRange(Directory.EnumerateDirectories(Path.Combine(ProductPaths.Root, "tests"), "Harness.*")
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name.EndsWith(".Tests", StringComparison.Ordinal) || name == "Harness.Acceptance")
            .OrderBy(name => name == "Harness.Acceptance").ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => new Part(name, (request, stop) => AssemblyAsync(name, request, stop))));
        return only is null ? parts : parts.FindAll(part => part.Name.Equals(only, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<Counts> FirmwareAsync(Request request, CancellationToken stop)
    {
        var (exit, output) = await ProcessAsync("make", ["-C", Path.Combine(ProductPaths.Root, "rigs", "firmware"), "test", "ct", "avr-test"], stop);
        var passed = TapPassed().Count(output);
        var failures = TapFailed().Matches(output);
        foreach (Match failure in failures)
        {
            Console.Write($"\n    {failure.Value.Trim()}");
        }

        return Honest(new Counts(passed, failures.Count, 0), exit, "make -C rigs/firmware test ct avr-test", output);
    }

    private static async Task<Counts> AssemblyAsync(string name, Request request, CancellationToken stop)
    {
        var assembly = Path.Combine(ProductPaths.Root, "tests", name, "bin", "Release", "net10.0", name + ".dll");
        var conditions = new List<string>();
        if (request.Filter is not null)
        {
            conditions.Add($"FullyQualifiedName~{request.Filter}");
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

        var (exit, output) = await ProcessAsync("dotnet", arguments, stop);
        var trx = Path.Combine(request.Results, name + ".trx");
        if (!File.Exists(trx))
        {
            return Honest(new Counts(0, 0, 0), request.Filter is not null && exit == 0 ? 0 : Math.Max(exit, 1), $"dotnet vstest {name}.dll", output);
        }

        var document = XDocument.Load(trx);
        var space = document.Root!.Name.Namespace;
        var outcomes = document.Descendants(space + "UnitTestResult").ToList();
        var failed = outcomes.FindAll(result => (string?)result.Attribute("outcome") is not ("Passed" or "NotExecuted"));
        foreach (var result in failed)
        {
            Console.Write($"\n    FAILED {(string?)result.Attribute("testName")}\n"
                + Indent((string?)result.Descendants(space + "Message").FirstOrDefault(), 12)
                + Indent((string?)result.Descendants(space + "StackTrace").FirstOrDefault(), 4));
        }

        var counts = new Counts(
            outcomes.Count(result => (string?)result.Attribute("outcome") == "Passed"),
            failed.Count,
            outcomes.Count(result => (string?)result.Attribute("outcome") == "NotExecuted"));
        return Honest(counts, exit, $"dotnet vstest {name}.dll", output);
    }

    // A runner that failed without naming a test is one failure: a crash must not vanish between the counts.
    private static Counts Honest(Counts counts, int exit, string command, string output)
    {
        if (exit == 0 || counts.Failed > 0)
        {
            return counts;
        }

        Console.Write($"\n    {command} ended with {exit}\n" + Indent(string.Join('\n', output.Split('\n').TakeLast(25)), 25));
        return counts with { Failed = 1 };
    }

    private static string Indent(string? text, int lines) => text is null
        ? ""
        : string.Concat(text.Split('\n').Take(lines).Select(line => $"      {line.TrimEnd()}\n"));

    private static async Task<(int Exit, string Output)> ProcessAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"^ok \d+", RegexOptions.Multiline)]
    private static partial Regex TapPassed();

    [GeneratedRegex(@"^not ok \d+.*$", RegexOptions.Multiline)]
    private static partial Regex TapFailed();
}
