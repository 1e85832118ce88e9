namespace Harness.Bench.Tests.Measuring;

/// <summary>
/// Every subject of every exact board, with as many samples of each class as its cost allows: 1,000 of a cipher, 100 of hashes, 20 of a power in P-256, 2 of a 2048-bit one and of PBKDF2.
/// The classes are equal to the cycle, on QEMU to the instruction.
/// </summary>
[NonParallelizable]
[Category("Long")]
public sealed class ExactLeakTests
{
    [TestCase("sim.yaml", "m4", 22)]
    [TestCase("sim.yaml", "avr", 5)]
    [TestCase("sim.yaml", "avr1284", 22)]
    [TestCase("microbit.yaml", "mb", 19)]
    public async Task Both_classes_of_every_subject_are_equal_to_the_last_count(string rig, string device, int subjects)
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig(rig)), new TestBenchOptions());
        await using var leaks = new LeakMeasurement(bench);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(40));
        var results = new List<LeakResult>();
        foreach (var entry in await leaks.ListAsync(device, limit.Token))
        {
            var begun = Stopwatch.GetTimestamp();
            var result = await leaks.RunAsync(new LeakRequest(device, entry.Name), null, limit.Token);
            TestContext.Out.WriteLine(FormattableString.Invariant($"{device} {entry.Name}: {result.Description} ({result.Rounds} a class, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s)"));
            results.Add(result);
        }

        Assert.That(results, Has.Count.EqualTo(subjects));
        Assert.That(results.SelectMany(r => r.Steps).Select(s => s.Test.Kind), Is.All.EqualTo(LeakKind.Equal), string.Join(Environment.NewLine, results.Select(r => $"{r.Entry.Name}: {r.Description}")));
        Assert.That(results.SelectMany(r => r.Steps.Select(s => (s.Samples.First.Count, s.Samples.Second.Count, s.Samples.Control.Count) == (r.Rounds, r.Rounds, r.Rounds))), Is.All.True);
        Assert.That(results.Select(r => r.Rounds).Distinct(), Is.EquivalentTo(device == "avr" ? new[] { 1000, 100, 20 } : [1000, 100, 20, 2]));
    }
}
