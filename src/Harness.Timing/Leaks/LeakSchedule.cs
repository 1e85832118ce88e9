namespace Harness.Timing;

/// <summary>The order of a leak test: every round runs each class once, in random order, so that whatever drifts falls on all alike.</summary>
public static class LeakSchedule
{
    /// <summary>The classes of all rounds.</summary>
    /// <param name="rounds">Samples of each class.</param>
    /// <param name="random">The seeded generator.</param>
    public static IEnumerable<LeakClass> Order(int rounds, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        LeakClass[] round = [LeakClass.First, LeakClass.Second, LeakClass.Control];
        for (var i = 0; i < rounds; i++)
        {
            for (var j = round.Length - 1; j > 0; j--)
            {
                var k = random.NextBelow(j + 1);
                (round[j], round[k]) = (round[k], round[j]);
            }

            foreach (var one in round)
            {
                yield return one;
            }
        }
    }
}
