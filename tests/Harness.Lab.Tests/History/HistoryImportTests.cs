namespace Harness.Lab.Tests.History;

public sealed class HistoryImportTests
{
    private SqliteDatabase _database = null!;
    private HistoryStore _store = null!;

    [SetUp]
    public void Begin() => _store = (_database = new SqliteDatabase()).Open();

    [TearDown]
    public void End()
    {
        _store.Dispose();
        _database.Dispose();
    }

    [Test]
    public void Folders_below_a_folder_are_read_once_also_where_they_are_read_twice()
    {
        Run.Record(Path.Combine(_database.Folder, "runs", "a"), Run.Of("a", Run.Start, [Verdict.Pass, Verdict.Pass], _ => 3));
        Run.Record(Path.Combine(_database.Folder, "runs", "2026", "b"), Run.Of("b", Run.Start.AddHours(1), [Verdict.Fail]));
        Directory.CreateSymbolicLink(Path.Combine(_database.Folder, "runs", "latest"), "a");
        var first = HistoryImport.From(_store, Path.Combine(_database.Folder, "runs"));
        var second = HistoryImport.From(_store, Path.Combine(_database.Folder, "runs"));
        Assert.That((first.Runs, first.Scenarios, first.Known, second.Scenarios, second.Known), Is.EqualTo((2, 3, 0, 0, 3)));
        Assert.That(_store.Runs(10), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_run_that_wrote_itself_is_known_to_an_import()
    {
        var folder = Run.Record(Path.Combine(_database.Folder, "r"), Run.Of("r", Run.Start, [Verdict.Pass]));
        Run.Put(_store, RecordReader.Read(folder), folder);
        Assert.That(HistoryImport.From(_store, folder), Has.Property("Scenarios").Zero.And.Property("Known").EqualTo(1));
    }

    [Test]
    public void A_record_that_is_cut_damaged_or_none_costs_only_what_cannot_be_read()
    {
        var folder = Run.Record(Path.Combine(_database.Folder, "runs", "cut"), Run.Of("cut", Run.Start, [Verdict.Pass, Verdict.Fail, Verdict.Pass]));
        var lines = File.ReadAllLines(Path.Combine(folder, "run.jsonl"));
        lines[3] = lines[3][..20];
        File.WriteAllText(Path.Combine(folder, "run.jsonl"), string.Join('\n', lines[..^2]));
        Directory.CreateDirectory(Path.Combine(_database.Folder, "runs", "none"));
        File.WriteAllText(Path.Combine(_database.Folder, "runs", "none", "run.jsonl"), "PK\u0003\u0004\n");
        var imported = HistoryImport.From(_store, Path.Combine(_database.Folder, "runs"));
        Assert.That((imported.Runs, imported.Scenarios), Is.EqualTo((2, 2)));
        Assert.That(imported.Problems, Has.Count.EqualTo(2).And.Some.Contains("line 4 is no event").And.Some.Contains("line 1 is no event"));
    }

    // A sample of the places in the ordinary suite.
    [TestCase(13)]
    [TestCase(1, Category = "Long")]
    public void A_record_in_which_any_value_is_another_one_stops_no_import(int every)
    {
        var record = Path.Combine(Run.Record(Path.Combine(_database.Folder, "runs", "odd"), Run.Of("odd", Run.Start, [Verdict.Fail], _ => 3)), "run.jsonl");
        var whole = File.ReadAllLines(record);
        var faults = new List<string>();
        foreach (var lines in MutatedRecord.WithoutOne(whole).Concat(MutatedRecord.WithNull(whole)).Concat(MutatedRecord.WithAnother(whole, seed: 1)).Where((_, i) => i % every == 0))
        {
            File.WriteAllLines(record, lines);
            try
            {
                HistoryImport.From(_store, record);
            }
            catch (Exception e)
            {
                faults.Add($"{e.GetType().Name}: {e.Message}\n    {lines.Except(whole).First()}");
            }
        }

        Assert.That(faults, Is.Empty, string.Join('\n', faults.Take(20)));
    }

    [Test]
    public void A_kept_record_of_an_earlier_version_is_imported()
    {
        var kept = Path.Combine(TestContext.CurrentContext.TestDirectory, "Kept", "schema-1.jsonl");
        Assert.That(HistoryImport.From(_store, kept), Has.Property("Scenarios").EqualTo(1).And.Property("Problems").Empty);
    }
}
