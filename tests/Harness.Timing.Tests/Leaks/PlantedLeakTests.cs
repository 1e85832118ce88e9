using System.Diagnostics;

namespace Harness.Timing.Tests.Leaks;

/// <summary>Checks that real leaks are found: an early exit on this machine's clock, a secret index in a modelled cache.</summary>
[NonParallelizable]
public sealed class PlantedLeakTests
{
    [Test]
    public async Task A_comparison_that_ends_early_is_found()
    {
        var (secret, guess) = (new byte[4096], new byte[4096]);
        var matched = 0;
        var samples = await TakeAsync(500, which =>
        {
            guess[0] = which == LeakClass.Second ? (byte)1 : (byte)0;
            guess[^1] = 1;
            var start = Stopwatch.GetTimestamp();
            matched += EarlyExit(secret, guess);
            return (Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency;
        }, Unit.Nanoseconds, Provenance.Host);
        var test = LeakTest.Judge(samples);
        Assert.That((test.Kind, test.T.T > 0), Is.EqualTo((LeakKind.Found, true)), test.Description);
        Assert.That(matched, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_table_indexed_by_a_secret_is_found_in_a_modelled_cache()
    {
        // Key byte xor data byte selects a cache line of 16 entries; a line that was not read since the flush costs 100 cycles more.
        var random = new SeededRandom(1);
        var samples = await TakeAsync(500, which =>
        {
            var key = new byte[16];
            if (which == LeakClass.Second)
            {
                key = [.. key.Select(_ => (byte)random.NextBelow(256))];
            }

            var cached = new bool[16];
            var cycles = 0;
            for (var i = 0; i < key.Length; i++)
            {
                var line = (key[i] ^ (i * 3)) >> 4;
                cycles += cached[line] ? 4 : 104;
                cached[line] = true;
            }

            return cycles + random.NextBelow(20);
        }, Unit.Cycles, Provenance.Hardware);
        var test = LeakTest.Judge(samples);
        Assert.That(test.Kind, Is.EqualTo(LeakKind.Found), test.Description);
    }

    [Test]
    public async Task The_same_table_read_whole_is_not()
    {
        var random = new SeededRandom(2);
        var samples = await TakeAsync(500, _ => (16 * 104) + random.NextBelow(20), Unit.Cycles, Provenance.Hardware);
        Assert.That(LeakTest.Judge(samples).Kind, Is.EqualTo(LeakKind.NotFound));
    }

    [Test]
    public async Task A_branch_on_a_secret_is_found_in_exact_counts_by_one_cycle()
    {
        var samples = await TakeAsync(20, which => which == LeakClass.Second ? 1001 : 1000, Unit.Cycles, Provenance.EmulatedCycles);
        Assert.That(LeakTest.Judge(samples).Kind, Is.EqualTo(LeakKind.Found));
    }

    private static async Task<LeakSamples> TakeAsync(int rounds, Func<LeakClass, double> once, Unit unit, Provenance provenance) => new(
        (await LeakRun.TakeAsync(
            (which, durations, _) =>
            {
                durations[0] = once(which);
                return ValueTask.CompletedTask;
            },
            1, new LeakPlan(rounds, 7) { WarmUpRounds = 20 }, null, default))[0],
        unit, ClockKind.Device, provenance, null);

    private static int EarlyExit(byte[] a, byte[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return i;
            }
        }

        return a.Length;
    }
}
