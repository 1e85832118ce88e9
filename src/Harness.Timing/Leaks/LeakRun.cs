using Harness.Record;

namespace Harness.Timing;

/// <summary>Takes the samples of a leak test in the order that <see cref="LeakSchedule"/> gives.</summary>
public static class LeakRun
{
    /// <summary>Rounds before the first sample, while caches and compilers settle.</summary>
    public const int WarmUpRounds = 50;

    /// <summary>Runs it.</summary>
    /// <param name="once">One run on inputs of a class; gives its duration, not-a-number where it was not taken. The control gets inputs of the first class.</param>
    /// <param name="rounds">Samples of each class.</param>
    /// <param name="unit">Unit of the durations.</param>
    /// <param name="provenance">Where they come from.</param>
    /// <param name="floor">The clock's noise, where it is known.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="warmUp">Rounds that are not kept; on exact counts none is needed.</param>
    /// <param name="progress">Told the rounds done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two runs.</param>
    public static async Task<LeakSamples> TakeAsync(
        Func<LeakClass, CancellationToken, ValueTask<double>> once, int rounds, Unit unit, Provenance provenance, Floor? floor, ulong seed,
        int warmUp, Action<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(once);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        var lists = Enum.GetValues<LeakClass>().ToDictionary(c => c, _ => new List<double>(rounds));
        var taken = 0;
        foreach (var which in LeakSchedule.Order(warmUp + rounds, new SeededRandom(seed)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var value = await once(which, cancellationToken).ConfigureAwait(false);
            if (taken++ >= 3 * warmUp && double.IsFinite(value))
            {
                lists[which].Add(value);
            }

            if (taken % 3 == 0)
            {
                progress?.Invoke(Math.Max(0, (taken / 3) - warmUp));
            }
        }

        return new LeakSamples(lists[LeakClass.First], lists[LeakClass.Second], lists[LeakClass.Control], unit, provenance, floor);
    }
}
