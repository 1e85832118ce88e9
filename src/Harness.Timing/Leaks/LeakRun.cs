using System.Diagnostics;

namespace Harness.Timing;

/// <summary>One run of a leak test's subject.</summary>
/// <param name="which">Inputs of which class; the control gets inputs of the first class.</param>
/// <param name="durations">Where the duration of each step goes; not-a-number where one was not taken.</param>
/// <param name="cancellationToken">Ends it.</param>
public delegate ValueTask LeakOnce(LeakClass which, double[] durations, CancellationToken cancellationToken);

/// <summary>How many samples a leak test takes.</summary>
/// <param name="Rounds">Samples of each class, at least 1.</param>
/// <param name="Seed">Seed of the order.</param>
public sealed record LeakPlan(int Rounds, ulong Seed)
{
    /// <summary>Rounds before the first sample, while caches and compilers settle; exact counts need none.</summary>
    public int WarmUpRounds { get; init; }

    /// <summary>How long the rounds before the first sample go on at least: the runtime compiles what runs often once more, some 100 ms later.</summary>
    public TimeSpan WarmUpFor { get; init; }
}

/// <summary>Takes the samples of a leak test in the order that <see cref="LeakSchedule"/> gives.</summary>
public static class LeakRun
{
    private static readonly int Classes = Enum.GetValues<LeakClass>().Length;

    /// <summary>Runs it.</summary>
    /// <param name="once">One run on inputs of a class.</param>
    /// <param name="steps">How many durations a run has.</param>
    /// <param name="plan">How many samples.</param>
    /// <param name="progress">Told the rounds done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two runs.</param>
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

        // Made before the first sample: keeping one allocates nothing.
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
/// <param name="First">Of the first class.</param>
/// <param name="Second">Of the second class.</param>
/// <param name="Control">Of the control: inputs like the first class's.</param>
/// <param name="Lost">Runs of any class whose duration was not taken.</param>
public sealed record LeakDurations(IReadOnlyList<double> First, IReadOnlyList<double> Second, IReadOnlyList<double> Control, int Lost = 0);
