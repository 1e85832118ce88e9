namespace Harness.Cli.Commands.Testing;

/// <summary>The firmware's tests in C; each make target that prints TAP lines is one part of the suite.</summary>
internal static partial class FirmwareTests
{
    // They only decide the order of starts: compilers and emulators that run for a minute must not come last, when nothing is left to run beside them.
    private static readonly (string Target, double Weight)[] _targets = [("test", 260), ("ct", 120), ("avr-test", 250)];

    /// <summary>Gets the parts.</summary>
    public static IEnumerable<TestPart> Parts() =>
        _targets.Select(target => new TestPart($"firmware-{target.Target}", target.Weight, (request, stop) => RunAsync(target.Target, request.Long, stop)));

    private static async Task<TestPartResult> RunAsync(string target, bool isLong, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (exit, output) = await TestProcess.RunAsync("make", ["-C", Path.Combine(ProductPaths.Root, "rigs", "firmware"), target, .. isLong ? new[] { "QUICK=", "MUTATIONS=500000" } : ["QUICK=--quick"]], stop);
        var failures = TapFailed().Matches(output);
        return new TestPartResult(
            new TestCounts(TapPassed().Count(output), failures.Count, 0),
            string.Concat(failures.Select(failure => $"    {failure.Value.Trim()}\n")),
            [new TestTime($"make -C rigs/firmware {target}", watch.Elapsed)]).WithExit(exit, $"make -C rigs/firmware {target}", output);
    }

    [GeneratedRegex(@"^ok \d+", RegexOptions.Multiline)]
    private static partial Regex TapPassed();

    [GeneratedRegex(@"^not ok \d+.*$", RegexOptions.Multiline)]
    private static partial Regex TapFailed();
}
