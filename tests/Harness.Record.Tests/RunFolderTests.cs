namespace Harness.Record.Tests;

[NonParallelizable]
public sealed class RunFolderTests
{
    private TemporaryFolder _folder = null!;
    private string _before = null!;

    [SetUp]
    public void GoToAFolder()
    {
        _folder = new TemporaryFolder();
        _before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
    }

    [TearDown]
    public void GoBack()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Test]
    public void A_run_gets_a_folder_named_after_time_and_chance()
    {
        var made = RunFolder.Create(null, new FakeTimeProvider(Any.At));
        Assert.That(Directory.Exists(made));
        Assert.That(Path.GetRelativePath(_folder.Path, made), Does.Match("^runs/20260314-150926-[0-9a-f]{4}$"));
    }

    [Test]
    public void Runs_of_one_second_have_folders_of_their_own()
    {
        var clock = new FakeTimeProvider(Any.At);
        var made = Enumerable.Range(0, 50).Select(_ => RunFolder.Create(null, clock)).ToArray();
        Assert.That(made, Is.Unique);
    }

    [Test]
    public void Latest_points_to_the_newest_run_also_after_the_runs_are_moved()
    {
        RunFolder.Create(null);
        var newest = RunFolder.Create(null);
        Assert.That(new FileInfo("runs/latest").LinkTarget, Is.EqualTo(Path.GetFileName(newest)));
        Directory.Move("runs", "moved");
        Assert.That(Directory.Exists("moved/latest/"));
    }

    [Test]
    public void A_folder_of_the_users_own_named_latest_is_left_alone()
    {
        Directory.CreateDirectory("runs/latest");
        File.WriteAllText("runs/latest/mine", "");
        Assert.That(Directory.Exists(RunFolder.Create(null)));
        Assert.That(File.Exists("runs/latest/mine"));
    }

    [Test]
    public void Out_is_the_folder_itself_made_with_its_parents()
    {
        var made = RunFolder.Create("a b/c\u00e9");
        Assert.That(made, Is.EqualTo(Path.Combine(_folder.Path, "a b/c\u00e9")));
        Assert.That(Directory.Exists(made));
        Assert.That(Directory.Exists("runs"), Is.False);
    }

    [Test]
    public void Out_may_be_a_folder_that_holds_other_things()
    {
        File.WriteAllText("other", "");
        Assert.That(RunFolder.Create("."), Is.EqualTo(_folder.Path));
    }

    [Test]
    public void Out_with_a_record_is_refused()
    {
        File.WriteAllText("run.jsonl", "{}\n");
        Assert.That(
            () => RunFolder.Create("."),
            Throws.TypeOf<RecordException>().With.Message.StartsWith(_folder.Record).And.Message.Contains($"./harness report '{_folder.Path}'"));
    }

    [Test]
    public void Out_that_is_a_file_is_refused()
    {
        File.WriteAllText("file", "");
        Assert.That(() => RunFolder.Create("file"), Throws.TypeOf<RecordException>().With.Message.Contains("Next: "));
        Assert.That(() => RunFolder.Create("file/below"), Throws.TypeOf<RecordException>().With.Message.Contains("Next: "));
    }

    [Test]
    public void Out_where_nothing_can_be_made_is_refused() =>
        Assert.That(() => RunFolder.Create("/proc/harness/run"), Throws.TypeOf<RecordException>().With.Message.Contains("cannot be written"));

    [Test]
    public void Out_without_a_name_is_refused() =>
        Assert.That(() => RunFolder.Create(""), Throws.TypeOf<RecordException>().With.Message.Contains("--out"));
}
