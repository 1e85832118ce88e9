namespace Harness.Reporting.Tests.Html;

/// <summary>A record that is damaged, foreign or huge gives what can be shown and one sentence on the rest.</summary>
public sealed class BadInputTests
{
    [Test]
    public void A_line_cut_in_the_middle_of_a_record_costs_that_line_alone()
    {
        var page = Damaged(lines => lines[4] = lines[4][..(lines[4].Length / 2)]);
        Assert.That(page, Does.Contain("line 5 is no event of a run record").And.Contains("FAILED").And.Contains("0x87 NotAuthorized"));
    }

    [Test]
    public void A_record_of_a_newer_schema_is_shown_as_far_as_it_is_known()
    {
        var page = Damaged(lines => lines[0] = lines[0].Replace("\"schema\":2", "\"schema\":99", StringComparison.Ordinal));
        Assert.That(page, Does.Contain("the record has schema 99").And.Contains("0x87 NotAuthorized"));
    }

    [Test]
    public void A_record_that_was_cut_says_so() => Assert.That(Pages.Of(Runs.Mixed(finished: false)), Does.Contain("ABORTED").And.Contains("the record has no run-finished"));

    [Test]
    public void A_file_that_is_no_record_is_refused()
    {
        using var run = new TemporaryRun([]);
        File.WriteAllText(run.Record, "PK\u0003\u0004 something else\n");
        Assert.That(() => Pages.Whole(run.Path), Throws.TypeOf<RecordException>().With.Message.Contains("line 1 is no event"));
    }

    [Test]
    public void Samples_that_are_no_number_or_negative_are_told_and_harm_no_chart()
    {
        var samples = new[] { double.NaN, double.PositiveInfinity, -5, 1, 2, 3 }.Select(v => Runs.Sample(Runs.Seal, "seal", v, ClockKind.Device) with { Provenance = Provenance.Hardware, Unit = Unit.Nanoseconds });
        var page = Pages.Of(Runs.Numbered(
            [Runs.Started(1), Runs.Begin(Runs.Seal, "f", "s", 1), .. samples, Runs.End(Runs.Seal, "s", Verdict.Pass, -7) with { DurationMs = double.NaN }, RunFinished.From(default(VerdictCounts).Plus(Verdict.Pass), double.NegativeInfinity)]));
        Assert.That(page, Does.Contain("2 samples are no finite number").And.Contains("1 samples are below zero").And.Not.Contains("=\"NaN\"").And.Not.Contains("=\"∞\""));
    }

    [Test]
    public void Files_that_are_missing_are_counted_and_the_first_is_named()
    {
        var page = Pages.Of(Runs.Mixed());
        Assert.That(page, Does.Contain("1 of 1 transcripts are not beside the record, first transcripts/login-20.m4.txt"));
    }

    [TestCase("../secret.txt")]
    [TestCase("/etc/hostname")]
    [TestCase("transcripts/../../secret.txt")]
    public void A_record_opens_no_file_outside_its_folder(string name)
    {
        var events = Runs.Mixed().Select(e => e is ScenarioFinished { Verdict: Verdict.Fail } s ? s with { Transcripts = [name] } : e);
        Assert.That(Pages.Of(events), Does.Contain("its path leads out of the run folder"));
    }

    [Test]
    public void Names_of_10_kB_are_cut_and_their_length_is_told()
    {
        var page = Pages.Of(Pages.With(new string('n', 10_240)));
        Assert.That(page, Does.Contain("... (10,240 characters)"));
        Assert.That(page, Has.Length.LessThan(1_000_000));
    }

    [TestCase("Scenario", "the board does what it says at some length")]
    [TestCase("シナリオ", "基板がここに書かれたとおりのことをかなり長く続ける")]
    [Category("Long")]
    public void Twenty_thousand_scenarios_stay_below_5_MB_with_what_failed_first(string word, string step)
    {
        IEnumerable<RunEvent> Scenario(int i)
        {
            var (id, verdict) = ($"features/f{i % 100}.feature:{i}", i == 19_999 ? Verdict.Fail : Verdict.Pass);
            yield return Runs.Begin(id, $"Feature {i % 100}", $"{word} {i}", i);
            yield return Runs.Step(id, "When", $"{step} {i}");
            yield return Runs.End(id, $"{word} {i}", verdict, 5, verdict == Verdict.Pass ? null : new FailureDetail("then", "Then x", "the last one", "this", "that", null, null));
        }

        var page = Pages.Of(Runs.Numbered([Runs.Started(20_000), .. Enumerable.Range(0, 20_000).SelectMany(Scenario), RunFinished.From(new VerdictCounts(19_999, 1, 0, 0, 0), 8)]));
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(page), Is.LessThan(4_600_000), "style and script take 0.3 MB more");
        Assert.That(page, Does.Contain("the last one").And.Contains("more scenarios are in the record; this report has no more room"));
    }

    private static string Damaged(Action<string[]> damage)
    {
        using var run = new TemporaryRun(Runs.Mixed());
        var lines = File.ReadAllLines(run.Record);
        damage(lines);
        File.WriteAllLines(run.Record, lines);
        return Pages.Body(Pages.Whole(run.Path));
    }
}
