using Harness.Bench.Measuring;
using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Tests.Measuring;

/// <summary>Subjects of this process and of exact boards. Times of this process are judged on demand only: the machine may be busy.</summary>
public sealed class LeakMeasurementTests
{
    private TestBench _bench = null!;

    [OneTimeSetUp]
    public void Open() => _bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());

    [OneTimeTearDown]
    public async Task Close() => await _bench.DisposeAsync();

    [Test]
    public async Task Every_subject_of_the_host_gives_samples_of_all_three_classes()
    {
        foreach (var subject in (await new LeakMeasurement(_bench).ListAsync("host", TestEnvironment.Timeout())).Keys)
        {
            var result = await RunAsync("host", subject, 5);
            Assert.That((result.Samples.First.Count, result.Samples.Second.Count, result.Samples.Control.Count), Is.EqualTo((5, 5, 5)), subject);
            Assert.That(result.Test.Kind, Is.EqualTo(LeakKind.Undecided), "five samples decide nothing");
        }
    }

    [TestCase("m4", "present-key", 10)]
    [TestCase("m4", "present-data", 20)]
    [TestCase("m4", "aug-password", 2)]
    [TestCase("m4", "aug-password-modp2048", 1)]
    [TestCase("m4", "aug-password-provision", 3)]
    [TestCase("avr1284", "present-data", 10)]
    public async Task An_exact_board_takes_equal_counts_for_both_classes(string device, string subject, int samples)
    {
        var result = await RunAsync(device, subject, samples);
        Assert.That((result.Test.Kind, result.Test.Verdict), Is.EqualTo((LeakKind.Equal, Verdict.Pass)), result.Test.Words);
    }

    [TestCase("present-key")]
    [TestCase("present-data")]
    [TestCase("tag-compare")]
    [TestCase("aug-password")]
    [TestCase("broker-unknown")]
    [Category("Long")]
    public async Task No_subject_of_the_host_leaks_over_ten_thousand_samples(string subject)
    {
        var result = await RunAsync("host", subject, 10_000);
        Assert.That(result.Test.Kind, Is.Not.EqualTo(LeakKind.Found), result.Test.Words);
    }

    private Task<LeakResult> RunAsync(string device, string subject, int samples) =>
        new LeakMeasurement(_bench).RunAsync(device, subject, samples, Bootstrap.DefaultSeed, null, new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
}
