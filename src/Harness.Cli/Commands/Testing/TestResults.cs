namespace Harness.Cli.Commands.Testing;

/// <summary>Numbers of tests by outcome.</summary>
internal sealed record TestCounts(int Passed, int Failed, int Skipped)
{
    /// <summary>Counts of zero tests.</summary>
    public static TestCounts None { get; } = new(0, 0, 0);

    public static TestCounts operator +(TestCounts a, TestCounts b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);

    /// <inheritdoc />
    public override string ToString() => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");
}

/// <summary>The duration of one test, or of one program of tests.</summary>
/// <param name="Name">Full name of the test.</param>
/// <param name="Took">Wall time.</param>
internal sealed record TestTime(string Name, TimeSpan Took);

/// <summary>The outcome of one part of the suite.</summary>
/// <param name="Counts">The part's tests by outcome.</param>
/// <param name="Failures">Text that names each failure; empty if none failed.</param>
/// <param name="Times">The duration of each test.</param>
internal sealed record TestPartResult(TestCounts Counts, string Failures, IReadOnlyList<TestTime> Times)
{
    /// <summary>Adds one failure if the runner failed without naming a test, so that a crash shows in the counts.</summary>
    /// <param name="exit">Exit status of the runner.</param>
    /// <param name="command">The command, to be repeated by hand.</param>
    /// <param name="output">The runner's output, of which the end is kept.</param>
    public TestPartResult WithExit(int exit, string command, string output) => exit == 0 || Counts.Failed > 0
        ? this
        : this with
        {
            Counts = Counts with { Failed = Counts.Failed + 1 },
            Failures = Failures + $"    {command} ended with {exit}\n" + Indent(string.Join('\n', output.TrimEnd().Split('\n').TakeLast(25)), 25),
        };

    /// <summary>Indents the first lines of a text.</summary>
    public static string Indent(string? text, int lines) => text is null
        ? ""
        : string.Concat(text.Split('\n').Take(lines).Select(line => $"      {line.TrimEnd()}\n"));
}
