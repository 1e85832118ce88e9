using Harness.Reporting;

namespace Harness.Cli.Tests.Commands;

/// <summary>Commands that measure leave the record of a run of features, from which <c>report</c> renders them again.</summary>
public sealed class MeasuringRunTests
{
    [Test]
    public async Task A_measurement_is_a_run_with_its_rig_its_numbers_and_its_verdict_and_report_renders_it()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("measure", "sha256", "--device", "host", "--samples", "2000", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout.TrimEnd().Split('\n')[^1], Does.StartWith("record: ").And.EndWith("r/run.jsonl"));

        var events = RecordReader.Read(typed["r/run.jsonl"]).ToList();
        Assert.That(events[0], Is.TypeOf<RunStarted>());
        var started = (RunStarted)events[0];
        Assert.That((started.Rig, started.RigName, started.Host), Is.EqualTo(("rigs/sim.yaml", "sim", HostInfo.Current())));
        var numbers = events.OfType<SamplesSummarized>().Single(s => s.Clock == ClockKind.Device);
        Assert.That((numbers.Device, numbers.Operation, numbers.N, numbers.P99 is null), Is.EqualTo(("host", "sha256", 2000, false)));
        Assert.That(File.ReadLines(typed[$"r/{numbers.File}"]).Count(l => l.StartsWith("device,sample,", StringComparison.Ordinal)), Is.EqualTo(2000));
        Assert.That(events, Has.Count.LessThan(50), "samples stand in their file, not in the record");
        Assert.That(events[^1], Is.TypeOf<RunFinished>().With.Property(nameof(RunFinished.Verdict)).EqualTo(Verdict.Pass));
        Assert.That(RunResult.Load(typed["r"]).Problems, Is.Empty);

        var report = await typed.RunAsync("report", "r");
        Assert.That((report.ExitCode, report.Stdout), Is.EqualTo((0, report.Stdout)), report.ToString());
        Assert.That(report.Stdout, Does.Match(@"sha256 +2000 ").And.Contain("1 passed"));
    }

    [Test]
    public async Task An_operation_that_the_device_has_not_is_an_inconclusive_run()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("measure", "sha257", "--device", "host", "--out", "r");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((4, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("r/run.jsonl").And.Contain("sha256"));
        var result = RunResult.Load(typed["r"]);
        Assert.That((result.Verdict, result.ExitCode, result.Scenarios.Single().Failure?.Item), Is.EqualTo((Verdict.Inconclusive, 4, "operation \"sha257\" of host")));
    }

    [TestCase("measure sha256 --device host --samples 20 --no-calibration", "samples.csv")]
    [TestCase("leak present-data --device host --samples 20", "present-data.csv")]
    [TestCase("baseline set sha256 --device host --samples 20 --no-calibration --file b.json", "samples.csv")]
    public async Task A_signature_covers_the_samples_beside_the_record(string command, string samples)
    {
        using var typed = new TypedCommand();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        typed.Write("public.pem", key.ExportSubjectPublicKeyInfoPem());
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(typed.Write("key.pem", key.ExportPkcs8PrivateKeyPem()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var ended = await typed.RunAsync([.. command.Split(' '), "--out", "r", "--sign", "key.pem", "--rig", TypedCommand.Posix]);
        Assert.That(ended.Stdout, Does.Contain("r/run.jsonl"), ended.ToString());
        Assert.That(File.ReadAllText(typed["r/report.html"]), Does.Contain("data-operation=").And.Contain("data-chart=\"distribution\""), "drawn");
        var whole = await typed.RunAsync("report", "r", "--verify", "--key", "public.pem");
        Assert.That((whole.ExitCode, whole.Stdout), Is.EqualTo((0, whole.Stdout)), whole.ToString());
        Assert.That(whole.Stdout, Does.StartWith("whole: ").And.Match(@"and \d+ files? are as they were written").And.Contain("signed up to line"));

        File.AppendAllText(typed[$"r/{samples}"], "device,sample,1\n");
        var changed = await typed.RunAsync("report", "r", "--verify", "--key", "public.pem");
        Assert.That((changed.ExitCode, changed.Stdout), Is.EqualTo((1, changed.Stdout)), changed.ToString());
        Assert.That(changed.Stdout, Does.Contain($"{samples} was changed"));
        File.Delete(typed[$"r/{samples}"]);
        Assert.That((await typed.RunAsync("report", "r", "--verify")).Stdout, Does.Contain($"{samples} is missing"));
    }

    [Test]
    public async Task A_leak_test_records_each_class_and_its_verdict()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("leak", "present-data", "--device", "host", "--samples", "20", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        var result = RunResult.Load(typed["r"]);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(result.Timing.Select(row => (row.Operation, row.N)), Is.EqualTo(
            new[] { ("present-data, first class", 20), ("present-data, second class", 20), ("present-data, control class", 20) }));
        Assert.That(File.ReadLines(typed["r/present-data.csv"]).Count(), Is.EqualTo(61));
    }

    [Test]
    public async Task A_baseline_kept_under_a_former_name_is_found_and_slower_is_a_failure_in_the_record()
    {
        using var typed = new TypedCommand();
        string[] what = ["--device", "host", "--samples", "20", "--no-calibration"];
        var set = await typed.RunAsync(["baseline", "set", "aug-x", .. what, "--out", "s"]);
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        Assert.That(set.Stderr, Does.Contain("aug-x is called aug.init"));
        Assert.That(RunResult.Load(typed["s"]).Timing.Select(row => row.Operation).Distinct(), Is.EqualTo(new[] { "aug.init" }));

        // As an earlier version kept it, and a hundred times as fast.
        var kept = Harness.Timing.Baselines.Baseline.Load(typed["baselines/host.aug.init.device.json"]);
        (kept with { Operation = "aug-x", Values = [.. kept.Values.Select(v => v / 100)] }).Save(typed["baselines/host.aug-x.device.json"]);
        File.Delete(typed["baselines/host.aug.init.device.json"]);
        var slower = await typed.RunAsync(["baseline", "compare", "aug.init", .. what, "--runs", "1", "--out", "c"]);
        Assert.That(slower.ExitCode, Is.EqualTo(1), slower.ToString());
        var result = RunResult.Load(typed["c"]);
        Assert.That((result.Verdict, result.ExitCode, result.Scenarios.Single().Failure?.Seen), Is.EqualTo((Verdict.Fail, 1, result.Scenarios.Single().Failure?.Seen)));
        Assert.That(result.Scenarios.Single().Failure!.Seen, Does.StartWith("SLOWER"));

        var again = await typed.RunAsync("run", "--failed", "c");
        Assert.That((again.ExitCode, again.Stderr), Is.EqualTo((2, again.Stderr)), again.ToString());
        Assert.That(again.Stderr, Does.Contain("the record of a measurement").And.Contain("next: ./harness baseline compare aug.init"));
    }
}
