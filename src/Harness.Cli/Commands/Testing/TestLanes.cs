namespace Harness.Cli.Commands.Testing;

/// <summary>Runs the parts of the suite in parallel, the longest first, and prints each as it ends.</summary>
/// <param name="lanes">The number of parts that run at a time.</param>
/// <param name="output">Receives one line for each part, and the failures.</param>
internal sealed class TestLanes(int lanes, TextWriter output)
{
    private readonly Lock _printing = new();
    private int _ended;

    /// <summary>Runs all parts.</summary>
    /// <returns>The result of every part.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the running parts were ended.</exception>
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
