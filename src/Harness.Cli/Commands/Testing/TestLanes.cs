using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Harness.Cli.Commands.Testing;

/// <summary>Runs the parts of the suite beside each other, the longest first, and prints each as it ends.</summary>
/// <param name="lanes">Parts that run at one time.</param>
/// <param name="output">Takes one line a part, and the failures.</param>
internal sealed class TestLanes(int lanes, TextWriter output)
{
    private readonly Lock _printing = new();
    private int _ended;

    /// <summary>Runs parts to their end.</summary>
    /// <returns>Every part's result.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the parts under way were ended.</exception>
    public async Task<IReadOnlyList<TestPartResult>> RunAsync(IReadOnlyList<TestPart> parts, TestRequest request, CancellationToken stop)
    {
        var results = new ConcurrentBag<TestPartResult>();
        await Parallel.ForEachAsync(
            parts, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = stop },
            async (part, token) =>
            {
                var watch = Stopwatch.StartNew();
                var result = await part.RunAsync(request, token);
                results.Add(result);
                Print(part, result, watch.Elapsed, parts.Count);
            });
        return [.. results];
    }

    private void Print(TestPart part, TestPartResult result, TimeSpan took, int of)
    {
        lock (_printing)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{++_ended}/{of}] {part.Name} ... {result.Counts} ({took.TotalSeconds:F1} s)"));
            output.Write(result.Failures);
            output.Flush();
        }
    }
}
