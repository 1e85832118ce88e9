using Harness.Timing.Baselines;

namespace Harness.Timing.Tests.Baselines;

public sealed class BaselineTests
{
    private static readonly Fingerprint Rig = new()
    {
        Board = "atmega1284p", Firmware = "aabbccdd", ClockHz = 16_000_000, Host = "Raspberry Pi 5", Kernel = "6.12", Governor = "performance", Drivers = "simavr",
        Broker = "embedded",
    };

    [Test]
    public void It_comes_back_from_its_file_as_it_was()
    {
        var baseline = Of(WithReferenceWorkload(Series([1.5, 2.25, 1e9], Provenance.Host, Unit.Nanoseconds), 1));
        InFile(baseline, path =>
        {
            var read = Baseline.Load(path);
            Assert.That(read with { Values = [], ReferenceWorkload = null }, Is.EqualTo(baseline with { Values = [], ReferenceWorkload = null }));
            Assert.That((read.Values, read.ReferenceWorkload!.Kind, read.ReferenceWorkload.Nanoseconds), Is.EqualTo((baseline.Values, baseline.ReferenceWorkload!.Kind, baseline.ReferenceWorkload.Nanoseconds)));
        });
    }

    [TestCase("""{"schema":1}""")]
    [TestCase("not json")]
    [TestCase("null")]
    public void A_file_that_is_no_baseline_is_refused_with_its_name(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.That(() => Baseline.Load(path), Throws.TypeOf<BaselineException>().With.Message.Contains(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<TestCaseData> OtherFingerprints() => new (string Field, string Value, Fingerprint Other)[]
    {
        ("board", "stm32f405", Rig with { Board = "stm32f405" }), ("clock_hz", "8000000", Rig with { ClockHz = 8_000_000 }), ("host", "a laptop", Rig with { Host = "a laptop" }),
        ("kernel", "6.13", Rig with { Kernel = "6.13" }), ("governor", "ondemand", Rig with { Governor = "ondemand" }), ("drivers", "tty", Rig with { Drivers = "tty" }),
        ("broker", "mqttnet", Rig with { Broker = "mqttnet" }), ("firmware", "00000000", Rig with { Firmware = "00000000" }),
    }.Select(other => new TestCaseData(other.Field, other.Value, other.Other).SetArgDisplayNames(other.Field));

    [TestCaseSource(nameof(OtherFingerprints))]
    public void Another_fingerprint_is_refused_with_the_field_that_differs(string field, string value, Fingerprint other)
    {
        var series = Series([5, 5, 5]);
        Assert.That(
            () => BaselineComparison.Of(Of(series), series, other), Throws.TypeOf<BaselineException>().With.Message.Contains($"{field} was").And.Message.Contains(value));
    }

    [Test]
    public void The_firmware_may_differ_where_it_is_what_is_compared()
    {
        var series = Series([5, 5, 5]);
        Assert.That(BaselineComparison.Of(Of(series), series, Rig with { Firmware = "00000000" }, otherFirmware: true).Verdict, Is.EqualTo(BaselineVerdict.Unchanged));
    }

    [Test]
    public void Another_operation_is_refused() => Assert.That(
        () => BaselineComparison.Of(Of(Series([5, 5, 5])), Series([5, 5, 5]) with { Operation = "open" }, Rig),
        Throws.TypeOf<BaselineException>().With.Message.Contains("operation was \"seal\", is \"open\""));

    [TestCase(1_000_000, 1_010_000, BaselineVerdict.Slower)]
    [TestCase(1_000_000, 1_000_001, BaselineVerdict.Slower)]
    [TestCase(1_000_000, 999_999, BaselineVerdict.Faster)]
    [TestCase(1_000_000, 1_000_000, BaselineVerdict.Unchanged)]
    public void Exact_counts_are_compared_exactly(double then, double now, BaselineVerdict verdict)
    {
        var seen = BaselineComparison.Of(Of(Series([then, then, then])), Series([now, now, now, now]), Rig);
        Assert.That((seen.Verdict, seen.IsExact, seen.Ratio), Is.EqualTo((verdict, true, now / then)));
    }

    [Test]
    public void One_percent_is_found_in_counts_that_vary_with_the_data()
    {
        double[] Counts(ulong seed, double scale) => [.. Noise(seed, 200, 0.002).Select(v => Math.Round(1e6 * scale * v))];
        Assert.That(BaselineComparison.Of(Of(Series(Counts(1, 1))), Series(Counts(2, 1.01)), Rig).Verdict, Is.EqualTo(BaselineVerdict.Slower));
        Assert.That(BaselineComparison.Of(Of(Series(Counts(1, 1))), Series(Counts(2, 1)), Rig).Verdict, Is.EqualTo(BaselineVerdict.Unchanged));
    }

    [Test]
    public void Twenty_percent_on_a_noisy_host_is_found_and_fifty_comparisons_of_one_build_give_no_alarm()
    {
        var baseline = Of(HostSeries(1, 1));
        var verdicts = Enumerable.Range(2, 50).Select(seed => BaselineComparison.Of(baseline, HostSeries((ulong)seed, 1), Rig).Verdict).ToList();
        Assert.That(verdicts, Has.None.EqualTo(BaselineVerdict.Slower).And.None.EqualTo(BaselineVerdict.Faster));
        var found = Enumerable.Range(2, 20).Select(seed => BaselineComparison.Of(baseline, HostSeries((ulong)seed, 1.2), Rig).Verdict);
        Assert.That(found, Is.All.EqualTo(BaselineVerdict.Slower));
        Assert.That(BaselineComparison.Of(baseline, HostSeries(5, 0.8), Rig).Verdict, Is.EqualTo(BaselineVerdict.Faster));
    }

    [TestCase(1.0, 1.5, BaselineVerdict.Unchanged, TestName = "A_machine_that_runs_slower_than_then_makes_no_regression")]
    [TestCase(1.0, 0.7, BaselineVerdict.Unchanged, TestName = "A_machine_that_runs_faster_than_then_makes_no_progress")]
    [TestCase(1.2, 0.8, BaselineVerdict.Slower, TestName = "A_machine_that_runs_faster_than_then_hides_no_regression")]
    public void The_speed_of_the_machine_is_compensated(double code, double machine, BaselineVerdict verdict)
    {
        var baseline = Of(WithReferenceWorkload(HostSeries(1, 1), 1));
        var seen = BaselineComparison.Of(baseline, WithReferenceWorkload(HostSeries(2, code * machine), machine), Rig);
        Assert.That((seen.Verdict, seen.Speed!.Value * machine), Is.EqualTo((verdict, 1.0)).Using<(BaselineVerdict, double)>((a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 0.02), seen.Description);
        Assert.That(seen.Description, Does.Contain("times as fast as then"));
    }

    [Test]
    public void A_machine_that_changes_its_speed_within_a_run_is_compensated()
    {
        // Half of the samples while other load took two fifths of the machine.
        var baseline = Of(WithReferenceWorkload(HostSeries(1, 1), 1));
        double[] speeds = [.. Enumerable.Range(0, 1000).Select(i => i < 500 ? 1.0 : 1.4)];
        var quiet = HostSeries(2, 1);
        var now = quiet with { Values = [.. quiet.Values.Zip(speeds, (v, s) => v * s)], ReferenceWorkload = new ReferenceWorkloadSamples("work", [.. speeds.Select(s => 100 * s)]) };
        Assert.That(BaselineComparison.Of(baseline, now, Rig).Verdict, Is.EqualTo(BaselineVerdict.Unchanged));
        Assert.That(BaselineComparison.Of(baseline, now with { ReferenceWorkload = null }, Rig).Verdict, Is.Not.EqualTo(BaselineVerdict.Unchanged), "which is what it would have been");
    }

    [Test]
    public void Another_kind_of_reference_workload_is_left_out()
    {
        var baseline = Of(WithReferenceWorkload(HostSeries(1, 1), 1));
        var now = HostSeries(2, 1) with { ReferenceWorkload = new ReferenceWorkloadSamples("other work", [.. Enumerable.Repeat(5000.0, 1000)]) };
        var seen = BaselineComparison.Of(baseline, now, Rig);
        Assert.That((seen.Verdict, seen.Speed), Is.EqualTo((BaselineVerdict.Unchanged, (double?)null)));
    }

    [TestCase("SSSSS", BaselineVerdict.Slower)]
    [TestCase("SUSSU", BaselineVerdict.Slower)]
    [TestCase("SUUSU", BaselineVerdict.Undecided)]
    [TestCase("SSSSF", BaselineVerdict.Undecided)]
    [TestCase("SSSS=", BaselineVerdict.Undecided)]
    [TestCase("FFUFF", BaselineVerdict.Faster)]
    [TestCase("UUUUU", BaselineVerdict.Undecided)]
    [TestCase("==U", BaselineVerdict.Unchanged)]
    public void Several_runs_come_to_what_most_say_and_none_denies(string runs, BaselineVerdict verdict)
    {
        BaselineVerdict Of(char c) => c switch { 'S' => BaselineVerdict.Slower, 'F' => BaselineVerdict.Faster, '=' => BaselineVerdict.Unchanged, _ => BaselineVerdict.Undecided };
        var seen = BaselineComparison.OfRuns([.. runs.Select((c, i) => new BaselineComparison(Of(c), 1 + i, null, 0.1, 1.1, false, null, $"run {i + 1}"))]);
        Assert.That((seen.Verdict, seen.Ratio), Is.EqualTo((verdict, 1.0 + (runs.Length / 2))), seen.Description);
        Assert.That(seen.Description, Does.Contain($"of {runs.Length} runs; the one in the middle: run {(runs.Length / 2) + 1}"));
    }

    [Test]
    public void A_file_of_schema_1_without_reference_workload_and_parameters_is_read()
    {
        var series = Series([5, 5, 5]) with { Parameters = "16 bytes" };
        InFile(Of(series), path =>
        {
            var text = File.ReadAllText(path);
            foreach (var (now, then) in new[] { ("\"schema\":2", "\"schema\":1"), (",\"yardstick\":null", ""), (",\"parameters\":\"16 bytes\"", ""), ("\"firmware\":", "\"fields\":[{},{}],\"firmware\":") })
            {
                Assert.That(text, Does.Contain(now));
                text = text.Replace(now, then, StringComparison.Ordinal);
            }

            File.WriteAllText(path, text);
            var read = Baseline.Load(path);
            Assert.That((read.Schema, read.ReferenceWorkload, read.Parameters), Is.EqualTo((1, (ReferenceWorkloadSamples?)null, (string?)null)));
            Assert.That(BaselineComparison.Of(read, series, Rig).Verdict, Is.EqualTo(BaselineVerdict.Unchanged));
        });
    }

    [Test]
    public void Other_parameters_are_refused() => Assert.That(
        () => BaselineComparison.Of(Of(Series([5, 5, 5]) with { Parameters = "16 bytes" }), Series([5, 5, 5]) with { Parameters = "64 bytes" }, Rig),
        Throws.TypeOf<BaselineException>().With.Message.Contains("parameters was \"16 bytes\", is \"64 bytes\""));

    [TestCase(2)]
    [TestCase(3, 0.0)]
    public void A_reference_workload_that_does_not_fit_the_samples_is_refused(int count, double value = 100) => InFile(
        Of(Series([5, 5, 5]) with { ReferenceWorkload = new ReferenceWorkloadSamples("work", [.. Enumerable.Repeat(value, count)]) }),
        path => Assert.That(() => Baseline.Load(path), Throws.TypeOf<BaselineException>().With.Message.Contains("the time of a reference workload, a positive number, beside each of the 3 samples")));

    [Test]
    public void A_busy_period_that_raises_the_median_alone_is_no_regression()
    {
        // A third of the samples undisturbed, the rest a quarter slower: the machine, not the code.
        var baseline = Of(HostSeries(1, 1));
        double[] busy = [.. HostSeries(2, 1).Values.Select((v, i) => i % 3 == 0 ? v : 1.25 * v)];
        var seen = BaselineComparison.Of(baseline, Series(busy, Provenance.Host, Unit.Nanoseconds), Rig);
        Assert.That(seen.Verdict, Is.Not.EqualTo(BaselineVerdict.Slower), seen.Description);
    }

    [Test]
    public void Too_few_samples_to_tell_are_undecided()
    {
        double[] Few(ulong seed) => [.. Noise(seed, 9, 0.3).Select(v => 1000 * v)];
        var seen = BaselineComparison.Of(Of(Series(Few(1), Provenance.Host, Unit.Nanoseconds)), Series(Few(2), Provenance.Host, Unit.Nanoseconds), Rig);
        Assert.That((seen.Verdict, seen.Detectable > 1.3), Is.EqualTo((BaselineVerdict.Undecided, true)), seen.Description);
    }

    [Test]
    public void The_stated_power_is_kept()
    {
        var baseline = Of(HostSeries(1, 1, 200));
        var detectable = BaselineComparison.Of(baseline, HostSeries(2, 1, 200), Rig).Detectable;
        var found = Enumerable.Range(100, 100).Count(seed =>
            BaselineComparison.Of(baseline, HostSeries((ulong)seed, detectable, 200), Rig).Verdict == BaselineVerdict.Slower);
        Assert.That(found, Is.AtLeast(80), $"a slow-down of {detectable:F3} times, said to be found in 9 of 10");
    }

    private static void InFile(Baseline baseline, Action<string> judge)
    {
        var path = Path.Combine(Path.GetTempPath(), $"harness-{Guid.NewGuid():N}", "m4.seal.device.json");
        try
        {
            baseline.Save(path);
            judge(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static TimingSeries WithReferenceWorkload(TimingSeries series, double speed)
    {
        var random = new SeededRandom(77);
        return series with { ReferenceWorkload = new ReferenceWorkloadSamples("work", [.. series.Values.Select(_ => 100 * speed * Math.Exp(0.01 * random.NextNormal()))]) };
    }

    private static Baseline Of(TimingSeries series) => Baseline.Of(series, Rig, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static TimingSeries HostSeries(ulong seed, double scale, int n = 1000)
    {
        var random = new SeededRandom(seed + 1000);
        return Series([.. Noise(seed, n, 0.05).Select(v => scale * 5000 * (v + (random.NextBelow(50) == 0 ? 3 * random.NextUnit() : 0)))], Provenance.Host, Unit.Nanoseconds);
    }

    private static IEnumerable<double> Noise(ulong seed, int n, double spread)
    {
        var random = new SeededRandom(seed);
        return Enumerable.Range(0, n).Select(_ => Math.Exp(spread * random.NextNormal()));
    }

    private static TimingSeries Series(IReadOnlyList<double> values, Provenance provenance = Provenance.EmulatedCycles, Unit unit = Unit.Cycles) => new()
    {
        Device = "avr", Operation = "seal", Clock = ClockKind.Device, Unit = unit, Provenance = provenance, Values = values,
    };
}
