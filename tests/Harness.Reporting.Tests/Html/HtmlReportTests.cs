using System.Globalization;
using Harness.Reporting.Tests.Claims;

namespace Harness.Reporting.Tests.Html;

public sealed class HtmlReportTests
{
    [Test]
    public void A_whole_record_with_samples_lacks_nothing()
    {
        Assert.That(Runs.Mixed().OfType<SampleTaken>(), Is.Not.Empty);
        Assert.That(Pages.Of([.. Runs.Mixed()]), Does.Not.Contain("were not written"));
    }

    [Test]
    public void The_verdict_comes_first_then_what_did_not_pass_with_its_reason_then_the_rest()
    {
        var page = Pages.Of(Runs.Mixed());
        int At(string text) => page.IndexOf(text, StringComparison.Ordinal);
        int[] places = [At("FAILED</h1>"), At("4 scenarios: 1 passed, 1 failed"), At("What did not pass, and why"), At("0x87 NotAuthorized"), At("silence after 2000 ms"), At("id=\"time\""), At("id=\"features\"")];
        Assert.That(places, Is.Ordered.And.All.GreaterThan(0));
    }

    [Test]
    public void A_run_that_passed_has_no_section_of_failures() => Assert.That(Pages.Of(Runs.Green()), Does.Contain("PASSED").And.Not.Contains("id=\"not-passed\""));

    [Test]
    public void A_scenario_shows_its_steps_with_their_durations_and_its_id() => Assert.That(
        Pages.Of(Runs.Mixed()),
        Does.Contain("<b>Then</b> the broker refuses it with 0x87 <small>10 ms, failed</small>").And.Contains(Runs.WrongPassword).And.Contains("data-verdict=\"fail\""));

    [Test]
    public void A_finding_of_a_command_is_unfolded_and_the_steps_of_a_feature_are_not()
    {
        var page = Pages.Of(
        [
            Runs.Started(2), Runs.Begin("leak seal", "leak", "time of seal", 1), new NoteTaken { Scenario = "leak seal", Text = "no leak found" }, Runs.End("leak seal", "time of seal", Verdict.Pass, 5),
            Runs.Begin("a.feature:3", "A", "steps", 2), Runs.Step("a.feature:3", "When", "m4 logs in"), new NoteTaken { Scenario = "a.feature:3", Text = "by the way" }, Runs.End("a.feature:3", "steps", Verdict.Pass, 5),
            RunFinished.From(new VerdictCounts(2, 0, 0, 0, 0), 10),
        ]);
        Assert.That(page, Does.Match("data-scenario=\"leak seal\" data-verdict=\"pass\" open>").And.Match("data-scenario=\"a.feature:3\" data-verdict=\"pass\">"));
    }

    [Test]
    public void A_cell_of_the_matrix_has_the_paper_beside_the_experiment_and_leads_to_attack_control_evidence_and_capture()
    {
        var page = Pages.Of(ClaimRuns.Mixed());
        var link = "claim=DI&amp;aspect=wire&amp;scheme=mqtt-present";
        Assert.That(page, Does.Contain($"<a href=\"#{link}\">").And.Contains($"id=\"{link}\"").And.Contains("✓ holds").And.Contains("✗ broken"));
        var cell = page[page.IndexOf($"id=\"{link}\"", StringComparison.Ordinal)..];
        cell = cell[..cell.IndexOf("</details>", StringComparison.Ordinal)];
        Assert.That(cell, Does.Contain("di-flip-wire").And.Contains("evidence of di-flip-wire").And.Contains("control of di-flip-wire").And.Contains("captures/di-flip-wire.pcapng"));
    }

    [Test]
    public void The_packets_of_a_capture_are_listed_with_the_names_of_their_fields()
    {
        var page = Pages.Of(ClaimRuns.Mixed(), folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "captures"));
            File.WriteAllText(
                Path.Combine(folder, "captures", "di-flip-wire.pcapng.packets.jsonl"),
                """
                {"seconds":0.25,"connection":2,"to":"to the broker","altered":true,"packet":"Publish Message","fields":[["mqtt.topic","<script>"]]}
                no line of a listing

                """);
        });
        Assert.That(page, Does.Contain("<td>0.250000</td><td>2 to the broker, altered or made up by the tap</td><td>Publish Message</td>").And.Contains("<code>mqtt.topic</code> &lt;script&gt;").And.Contains("1 lines of the listing could not be read"));
    }

    [Test]
    public void Emulated_host_and_hardware_numbers_have_a_chart_each()
    {
        var events = Series(0, Unit.Instructions, ClockKind.Device, Provenance.EmulatedInstructions).Concat(Series(1, Unit.Nanoseconds, ClockKind.Host, Provenance.Host)).Concat(Series(2, Unit.Nanoseconds, ClockKind.Device, Provenance.Hardware));
        var page = Pages.Of(Runs.Numbered([Runs.Started(1), Runs.Begin(Runs.Seal, "f", "s", 1), .. events, Runs.End(Runs.Seal, "s", Verdict.Pass, 1), RunFinished.From(default(VerdictCounts).Plus(Verdict.Pass), 1)]));
        Assert.That(
            page.Split("<figure data-chart=\"distribution\"").Skip(1).Select(f => f[(f.IndexOf("data-title=\"", StringComparison.Ordinal) + 12)..].Split('"')[0]),
            Is.EquivalentTo(new[] { "seal of m4, device clock, emulated-instructions", "seal of m4, device clock, hardware", "seal of m4, host clock, host" }));
    }

    [Test]
    public void A_summary_has_its_intervals_floor_baseline_and_the_distribution_of_its_file()
    {
        var summary = new SamplesSummarized
        {
            Scenario = Runs.Seal, Device = "host", Operation = "seal", N = 4, Min = 1000, P50 = 2500, Max = 4000, Unit = Unit.Nanoseconds, Clock = ClockKind.Device, Provenance = Provenance.Host, File = "samples.csv",
            P50Interval = [2000, 3000], Floor = 1500, Baseline = 2000,
        };
        var page = Pages.Of(
            Runs.Numbered([Runs.Started(1), Runs.Begin(Runs.Seal, "f", "s", 1), summary, Runs.End(Runs.Seal, "s", Verdict.Pass, 1)]),
            folder => File.WriteAllText(
                Path.Combine(folder, "samples.csv"),
                "clock,phase,index,value,unit,provenance\ndevice,warmup,1,90000,ns,host\ndevice,sample,1,1000,ns,host\ndevice,sample,2,2000,ns,host\ndevice,sample,3,3000,ns,host\ndevice,sample,4,4000,ns,host\nhost,sample,1,7,ns,host\n"));
        Assert.That(page, Does.Contain("2.5 µs, between 2 µs and 3 µs").And.Contains("data-mark=\"floor\" data-at=\"1.5\"").And.Contains("data-mark=\"baseline\" data-at=\"2\"").And.Contains("data-unit=\"µs\""));
        Assert.That(page.Split("data-n=\"").Skip(1).Sum(bin => int.Parse(bin.Split('"')[0], CultureInfo.InvariantCulture)), Is.EqualTo(4));
    }

    [Test]
    public void The_rig_is_drawn_with_what_carries_each_wire()
    {
        var started = Runs.Started(0) with { Wiring = [new("m4", "device", "board", "", "/dev/ttyUSB0, 115200 baud"), new("harness-broker", "broker", "embedded", "", "MQTT")] };
        Assert.That(Pages.Of(Runs.Numbered([started])), Does.Contain("<svg viewBox=").And.Contains(">/dev/ttyUSB0, 115200 baud</text>").And.Contains("<td>this machine</td>"));
    }

    [Test]
    public void A_broker_that_was_tried_without_a_rig_file_is_not_drawn_from_one()
    {
        var page = Pages.Of([Runs.Started(0) with { Rig = "none", RigName = "127.0.0.1:1883", Wiring = [new("127.0.0.1:1883", "broker", "stands elsewhere", "", "MQTT")] }, RunFinished.From(default, 10)]);
        Assert.That(page, Does.Contain("127.0.0.1:1883, tried from this machine without a rig file").And.Not.Contains("from its file").And.Not.Contains("(none)"));
    }

    [Test]
    public void A_rig_of_many_parts_says_how_many_are_not_drawn()
    {
        var started = Runs.Started(0) with { Wiring = [.. Enumerable.Range(0, 30).Select(i => new WiredPart($"s{i}", "sensor", "bme280", "", "I2C"))] };
        Assert.That(Pages.Of(Runs.Numbered([started])), Does.Contain("6 more parts stand in the table").And.Contains("s29"));
    }

    [Test]
    public void Every_table_of_numbers_has_the_fingerprint_of_its_devices_below_it()
    {
        var budget = new BudgetJudged
        {
            Scenario = Runs.Seal, Device = "m4", Operation = "seal", Statistic = "max", N = 3, Observed = 9, Limit = 8, Unit = Unit.Instructions, Provenance = Provenance.EmulatedInstructions, Verdict = Verdict.Fail,
        };
        RunEvent[] samples = [.. Enumerable.Range(0, 5).Select(i => Runs.Sample(Runs.Seal, $"operation {i}", i, ClockKind.Device))];
        var page = Pages.Of(Runs.Numbered(
        [
            Runs.Started(1), Runs.Device("m4", "serial", "qemu", Provenance.EmulatedInstructions), Runs.Begin(Runs.Seal, "f", "s", 1), .. samples, budget,
            ClaimRuns.Cost("mqtt-present", "handshake", "client", 1, 2, 3) with { Device = "m4" }, Runs.End(Runs.Seal, "s", Verdict.Fail, 1),
        ]));
        var fingerprint = "<p class=\"fingerprint\">m4: serial by qemu, board ";
        Assert.Multiple(() =>
        {
            foreach (var caption in (string[])["Budgets", "Every operation", "Operations counted by party and phase (Table 4 of the paper)"])
            {
                var table = page[page.IndexOf($"<caption>{caption}</caption>", StringComparison.Ordinal)..];
                Assert.That(table.IndexOf(fingerprint, StringComparison.Ordinal), Is.InRange(1, 3000), caption);
            }

            Assert.That(page, Does.Contain("<dt>measured on</dt><dd>m4: serial by qemu, board "), "in the scenario");
            Assert.That(page, Does.Match("Durations of scenarios and steps are wall time of [^<]+ cores"));
        });
    }

    [Test]
    public void A_limit_is_drawn_though_another_of_its_number_has_another_unit()
    {
        var time = new BudgetJudged
        {
            Scenario = Runs.Seal, Device = "m4", Operation = "seal", Statistic = "max", N = 3, Observed = 3, Limit = 8, Unit = Unit.Milliseconds, Provenance = Provenance.EmulatedInstructions, Verdict = Verdict.Inconclusive,
        };
        RunEvent[] samples = [.. Enumerable.Range(1, 3).Select(i => Runs.Sample(Runs.Seal, "seal", i, ClockKind.Device))];
        var page = Pages.Of(Runs.Numbered(
        [
            Runs.Started(1), Runs.Device("m4", "serial", "qemu", Provenance.EmulatedInstructions), Runs.Begin(Runs.Seal, "f", "s", 1), .. samples, time, time with { Unit = Unit.Instructions, Verdict = Verdict.Pass }, Runs.End(Runs.Seal, "s", Verdict.Pass, 1),
        ]));
        Assert.That(page, Does.Contain("<li data-mark=\"budget\" data-at=\"8\">budget: at most 8 instructions at max</li>").And.Not.Contains("budget: at most 8 ms at max</li>"));
    }

    [Test]
    public void The_files_of_a_run_are_listed_with_their_hashes()
    {
        var page = Pages.Of(Runs.Numbered([Runs.Started(0), new FilesKept { Files = [new KeptFile("audit cap.pcapng", 1234, new string('a', 64))] }]));
        Assert.That(page, Does.Contain("Files beside the record (1)").And.Contains("<a href=\"./audit%20cap.pcapng\">audit cap.pcapng</a>").And.Contains("<td>1,234</td>").And.Contains($"<code>{new string('a', 64)}</code>"));
    }

    [Test]
    public void The_room_of_a_report_is_counted_in_bytes()
    {
        var html = new HtmlWriter(System.IO.TextWriter.Null);
        html.Text("測試 <");
        Assert.That(html.Written, Is.EqualTo(3 + 3 + 1 + "&lt;".Length));
    }

    [Test]
    public void A_report_that_cannot_be_written_names_its_file()
    {
        using var run = new TemporaryRun(Runs.Green());
        Directory.CreateDirectory(Path.Combine(run.Path, HtmlReport.FileName));
        Assert.That(() => Reports.WriteBeside(run.Path), Throws.TypeOf<RecordException>().With.Message.StartsWith(Path.Combine(run.Path, HtmlReport.FileName)));
    }

    [Test]
    public void Bins_hold_every_sample_and_a_long_tail_stays_in_the_last()
    {
        double[] sorted = [.. Enumerable.Range(0, 1000).Select(i => 1000.0 + i % 50).Append(1e9).Order()];
        var bins = Bin.Of(sorted);
        Assert.That(bins.Sum(b => b.N), Is.EqualTo(sorted.Length));
        Assert.That(bins[^1], Has.Property(nameof(Bin.TakesTail)).True.And.Property(nameof(Bin.Share)).EqualTo(1));
        Assert.That(bins.Max(b => b.N), Is.LessThan(sorted.Length / 2), "the tail does not squeeze the rest into one bin");
        Assert.That(bins.Zip(bins.Skip(1)), Has.All.Matches<(Bin First, Bin Second)>(p => Math.Abs(p.First.To - p.Second.From) < 1e-6));
    }

    private static IEnumerable<RunEvent> Series(int from, Unit unit, ClockKind clock, Provenance provenance) => Enumerable.Range(from, 5).Select(
        value => Runs.Sample(Runs.Seal, "seal", value, clock) with { Unit = unit, Provenance = provenance });
}
