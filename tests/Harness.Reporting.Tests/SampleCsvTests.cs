namespace Harness.Reporting.Tests;

public sealed class SampleCsvTests
{
    [Test]
    public void Samples_of_the_record_and_of_the_files_beside_it_are_rows_in_their_order()
    {
        var summary = SamplesSummarized.Of(Runs.Sample(Runs.Seal, "open", 0, ClockKind.Trigger) with { Unit = Unit.Nanoseconds, Provenance = Provenance.Hardware }, [1, 2], "open.csv");
        using var run = new TemporaryRun(Runs.Numbered([Runs.Started(1), Runs.Begin(Runs.Seal, "f", "s", 1), Runs.Sample(Runs.Seal, "seal", 16900.5, ClockKind.Device), summary]));
        File.WriteAllText(Path.Combine(run.Path, "open.csv"), "clock,phase,index,value\ntrigger,warm-up,0,9\ntrigger,sample,1,2\ntrigger,sample,2,1\nhost,sample,1,7\n");
        var (csv, problems) = Write(run);
        Assert.That(csv, Is.EqualTo(
            "scenario,device,operation,clock,provenance,unit,value\r\n"
            + $"{Runs.Seal},m4,seal,device,emulated-instructions,instructions,16900.5\r\n"
            + $"{Runs.Seal},m4,open,trigger,hardware,ns,2\r\n{Runs.Seal},m4,open,trigger,hardware,ns,1\r\n"));
        Assert.That(problems, Is.Empty);
    }

    [TestCase("a,b", "\"a,b\"")]
    [TestCase("a \"b\"", "\"a \"\"b\"\"\"")]
    [TestCase("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [TestCase("@x", "'@x")]
    [TestCase("two\nlines", "two lines")]
    [TestCase("\u001b[2J", "\\u{1b}[2J")]
    public void A_name_is_one_cell_and_no_formula(string name, string cell)
    {
        using var run = new TemporaryRun([Runs.Started(1), Runs.Sample(Runs.Seal, name, double.NaN, ClockKind.Device)]);
        Assert.That(Write(run).Csv.Split("\r\n")[1], Is.EqualTo($"{Runs.Seal},m4,{cell},device,emulated-instructions,instructions,NaN"));
    }

    [Test]
    public void A_file_that_is_missing_and_a_line_that_is_damaged_are_told_and_the_rest_is_there()
    {
        var summary = SamplesSummarized.Of(Runs.Sample(Runs.Seal, "open", 0, ClockKind.Trigger), [1, 2], "gone.csv");
        using var run = new TemporaryRun([Runs.Started(1), Runs.Sample(Runs.Seal, "seal", 1, ClockKind.Device), summary, Runs.Sample(Runs.Seal, "seal", 2, ClockKind.Device)]);
        var lines = File.ReadAllLines(run.Record);
        lines[1] = lines[1][..40];
        File.WriteAllLines(run.Record, lines);
        var (csv, problems) = Write(run);
        Assert.That(csv.Split("\r\n"), Has.Length.EqualTo(3));
        Assert.That(problems, Has.Count.EqualTo(2).And.Some.Contains("line 2 is no event").And.Some.Contains("gone.csv: there is no such file"));
    }

    private static (string Csv, IReadOnlyList<string> Problems) Write(TemporaryRun run)
    {
        using var output = new StringWriter();
        var problems = SampleCsv.Write(run.Path, output);
        return (output.ToString(), problems);
    }
}
