namespace Harness.Timing.Leaks;

/// <summary>The order of runs in a leak test: blocks of rounds, each a random order of as many runs of every class.</summary>
/// <remarks>
/// A block keeps a drift from falling on one class. Within it the order is free: were every class run once before any runs again, each would
/// follow the others more often than itself, and the state that one run leaves behind (a full cache, a trained branch) would appear as the next one's time.
/// </remarks>
public static class LeakSchedule
{
    /// <summary>Rounds of a block.</summary>
    public const int RoundsOfABlock = 100;

    private static readonly LeakClass[] Classes = [LeakClass.First, LeakClass.Second, LeakClass.Control];

    /// <summary>Makes the order of classes for all rounds; a round is one run of each class.</summary>
    /// <param name="rounds">Samples of each class.</param>
    /// <param name="random">The seeded generator.</param>
    public static IEnumerable<LeakClass> Order(int rounds, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var done = 0; done < rounds; done += RoundsOfABlock)
        {
            LeakClass[] block = [.. Enumerable.Range(0, Math.Min(RoundsOfABlock, rounds - done)).SelectMany(_ => Classes)];
            for (var j = block.Length - 1; j > 0; j--)
            {
                var k = random.NextBelow(j + 1);
                (block[j], block[k]) = (block[k], block[j]);
            }

            foreach (var one in block)
            {
                yield return one;
            }
        }
    }
}
