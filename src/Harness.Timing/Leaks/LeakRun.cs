using System.Diagnostics;

namespace Harness.Timing.Leaks;

/// <summary>Runs the subject of a leak test once.</summary>
/// <param name="which">The class of the inputs; the control gets inputs of the first class.</param>
/// <param name="durations">Receives the duration of each step; not-a-number where one was not measured.</param>
/// <param name="cancellationToken">Cancels the run.</param>
public delegate ValueTask LeakOnce(LeakClass which, double[] durations, CancellationToken cancellationToken);

/// <summary>The number of samples of a leak test.</summary>
/// <param name="Rounds">Samples of each class, at least 1.</param>
/// <param name="Seed">Seed of the order.</param>
public sealed record LeakPlan(int Rounds, ulong Seed)
{
    /// <summary>Rounds before the first sample, while caches and compilers settle; exact counts need none.</summary>
    public int WarmUpRounds { get; init; }

    /// <summary>Shortest duration of the rounds before the first sample: some 100 ms after the start the runtime compiles code that runs often once more.</summary>
    public TimeSpan WarmUpFor { get; init; }
}

/// <summary>Takes the samples of a leak test in the order that <see cref="LeakSchedule"/> gives.</summary>
public static class LeakRun
{
    private static readonly int Classes = Enum.GetValues<LeakClass>().Length;

    /// <summary>Takes the samples.</summary>
    /// <param name="once">One run on inputs of a class.</param>
    /// <param name="steps">The number of durations of a run.</param>
    /// <param name="plan">The number of samples.</param>
    /// <param name="progress">Receives the number of rounds done; null for none.</param>
    /// <param name="cancellationToken">Cancels between two runs.</param>
    /// <returns>The durations of each step.</returns>
    public static async Task<IReadOnlyList<LeakDurations>> TakeAsync(
        LeakOnce once, int steps, LeakPlan plan, Action<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(once);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Rounds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(plan.WarmUpRounds);
        var random = new SeededRandom(plan.Seed);
        var durations = new double[steps];
        var begun = Stopwatch.GetTimestamp();
        for (var warmed = 0; warmed < plan.WarmUpRounds || Stopwatch.GetElapsedTime(begun) < plan.WarmUpFor; warmed++)
        {
            foreach (var which in LeakSchedule.Order(1, random))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await once(which, durations, cancellationToken).ConfigureAwait(false);
            }
        }

        // Made before the first sample, so that storing a duration allocates nothing.
        var lists = Enumerable.Range(0, steps * Classes).Select(_ => new List<double>(plan.Rounds)).ToArray();
        var lost = new int[steps];
        var taken = 0;
        foreach (var which in LeakSchedule.Order(plan.Rounds, random))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.Fill(durations, double.NaN);
            await once(which, durations, cancellationToken).ConfigureAwait(false);
            for (var step = 0; step < steps; step++)
            {
                if (double.IsFinite(durations[step]))
                {
                    lists[(step * Classes) + (int)which].Add(durations[step]);
                }
                else
                {
                    lost[step]++;
                }
            }

            if (++taken % Classes == 0)
            {
                progress?.Invoke(taken / Classes);
            }
        }

        return [.. Enumerable.Range(0, steps).Select(step => new LeakDurations(
            lists[(step * Classes) + (int)LeakClass.First], lists[(step * Classes) + (int)LeakClass.Second], lists[(step * Classes) + (int)LeakClass.Control], lost[step]))];
    }
}

/// <summary>Durations of the three classes of one step, in the order taken within each.</summary>
/// <param name="First">Durations of the first class.</param>
/// <param name="Second">Durations of the second class.</param>
/// <param name="Control">Durations of the control: inputs like the first class's.</param>
/// <param name="Lost">The number of runs of any class whose duration was not measured.</param>
public sealed record LeakDurations(IReadOnlyList<double> First, IReadOnlyList<double> Second, IReadOnlyList<double> Control, int Lost = 0);
