namespace Harness.Bench.Measuring;

/// <summary>A request for a leak test.</summary>
/// <param name="Device">Device or role.</param>
/// <param name="Subject">A subject of <see cref="LeakMeasurement.ListAsync"/>.</param>
public sealed record LeakRequest(string Device, string Subject)
{
    /// <summary>Samples of each class, at least 1; null takes <see cref="LeakMeasurement.DefaultRounds"/>.</summary>
    public int? Rounds { get; init; }

    /// <summary>Seed of the random order of classes.</summary>
    public ulong Seed { get; init; } = Bootstrap.DefaultSeed;

    /// <summary>Duration of the warm-up where counts are not exact.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>True to run subjects of this process on a pinned thread of real-time priority, as far as the system allows it.</summary>
    public bool RealTime { get; init; } = true;
}

/// <summary>The result of a leak test, with its samples.</summary>
/// <param name="Request">The request.</param>
/// <param name="Device">The device.</param>
/// <param name="Entry">The subject.</param>
/// <param name="Rounds">Runs of each class.</param>
/// <param name="Steps">Each duration, judged by itself.</param>
/// <param name="Conditions">Conditions of the measuring thread, for a subject of this process; otherwise empty.</param>
public sealed record LeakResult(LeakRequest Request, string Device, LeakEntry Entry, int Rounds, IReadOnlyList<LeakStep> Steps, IReadOnlyList<string> Conditions)
{
    /// <summary>Fail if any step leaks; a step without a decision is not decided by the others.</summary>
    public Verdict Verdict => Steps.Any(s => s.Test.Verdict == Verdict.Fail) ? Verdict.Fail
        : Steps.Any(s => s.Test.Verdict == Verdict.Inconclusive) ? Verdict.Inconclusive : Verdict.Pass;

    /// <summary>One sentence a step.</summary>
    public string Description => string.Join("; ", Steps.Select(s => s.ToString()));
}

/// <summary>The result for one duration of a subject.</summary>
/// <param name="Name">The step's name, as <c>X to Y</c>; empty if the subject has only one.</param>
/// <param name="Samples">Every sample.</param>
/// <param name="Test">The verdict.</param>
public sealed record LeakStep(string Name, LeakSamples Samples, LeakTest Test)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Length == 0 ? Test.Description : $"{Name}: {Test.Description}";
}
