using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>What to test for leaks.</summary>
/// <param name="Device">Device or role.</param>
/// <param name="Subject">One of <see cref="LeakMeasurement.ListAsync"/>.</param>
public sealed record LeakRequest(string Device, string Subject)
{
    /// <summary>Samples of each class, at least 1; null takes <see cref="LeakMeasurement.DefaultRounds"/>.</summary>
    public int? Rounds { get; init; }

    /// <summary>Seed of the order.</summary>
    public ulong Seed { get; init; } = Bootstrap.DefaultSeed;

    /// <summary>How long to warm up where counts are not exact.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether this process's own subjects run on a pinned thread of real-time priority, as far as the system lets them.</summary>
    public bool RealTime { get; init; } = true;
}

/// <summary>What a leak test came to, with its samples.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Device">The device.</param>
/// <param name="Entry">The subject.</param>
/// <param name="Rounds">Runs of each class.</param>
/// <param name="Steps">Each duration, judged by itself.</param>
/// <param name="Conditions">How the measuring thread ran, where it is of this process.</param>
public sealed record LeakResult(LeakRequest Request, string Device, LeakEntry Entry, int Rounds, IReadOnlyList<LeakStep> Steps, IReadOnlyList<string> Conditions)
{
    /// <summary>A leak in one step is a leak; what one step leaves undecided the others do not decide.</summary>
    public Verdict Verdict => Steps.Any(s => s.Test.Verdict == Verdict.Fail) ? Verdict.Fail
        : Steps.Any(s => s.Test.Verdict == Verdict.Inconclusive) ? Verdict.Inconclusive : Verdict.Pass;

    /// <summary>One sentence a step.</summary>
    public string Words => string.Join("; ", Steps.Select(s => s.ToString()));
}

/// <summary>One duration of a subject.</summary>
/// <param name="Name">Of what: <c>X to Y</c>; empty where the subject has one alone.</param>
/// <param name="Samples">Every sample.</param>
/// <param name="Test">The verdict.</param>
public sealed record LeakStep(string Name, LeakSamples Samples, LeakTest Test)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Length == 0 ? Test.Words : $"{Name}: {Test.Words}";
}
