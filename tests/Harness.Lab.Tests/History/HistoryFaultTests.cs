namespace Harness.Lab.Tests.History;

/// <summary>A history that is broken, locked or killed costs no finished scenario and no run: the record has it, the fault is said, and import brings it.</summary>
public sealed class HistoryFaultTests
{
    private SqliteDatabase _database = null!;

    [SetUp]
    public void Begin() => _database = new SqliteDatabase();

    [TearDown]
    public void End() => _database.Dispose();

    [Test]
    public async Task A_file_that_is_no_database_is_left_alone_and_said()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_database.File)!);
        var text = new string('x', 5000);
        File.WriteAllText(_database.File, text);
        Assert.That(() => _database.Open(), Throws.TypeOf<HistoryException>().With.Message.Contains("the file is no database").And.Message.Contains("next: mv '"));
        Assert.That(await Told(Run.Of("r", Run.Start, [Verdict.Pass])), Does.Contain("the file is no database").And.Contain("the run is whole in its record; next: ./harness history import"));
        Assert.That(File.ReadAllText(_database.File), Is.EqualTo(text));
    }

    [Test]
    public async Task A_damaged_database_is_said()
    {
        using (var store = _database.Open())
        {
            Run.Put(store, Run.Of("r", Run.Start, [Verdict.Pass]));
        }

        var bytes = File.ReadAllBytes(_database.File);
        bytes.AsSpan(100).Fill(0xa5);
        File.WriteAllBytes(_database.File, bytes);
        Assert.That(await Told(Run.Of("s", Run.Start, [Verdict.Pass])), Does.Contain("damaged").Or.Contain("no database").Or.Contain("malformed"));
    }

    [TestCase("/proc/self/history.db")]
    [TestCase("/dev/null/history.db")]
    public async Task A_place_that_cannot_be_written_is_said(string file)
    {
        using var feed = new HistoryFeed(HistoryAddress.Of(file)!, "/runs/r");
        feed.Write(Run.Started("r", Run.Start));
        Assert.That(await feed.EndAsync(TimeSpan.FromMilliseconds(500)), Does.StartWith($"the history {file}: ").And.Contain("./harness history import /runs/r"));
    }

    [Test]
    public async Task A_server_that_is_away_costs_a_run_no_more_than_the_shorter_wait()
    {
        // It takes the connection and says nothing, as a firewall or a machine that hangs.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var address = HistoryAddress.Of($"postgresql://nobody@127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/harness")!;
        using var feed = new HistoryFeed(address, "/runs/r");
        feed.Write(Run.Started("r", Run.Start));
        var watch = Stopwatch.StartNew();
        Assert.That(await feed.EndAsync(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(200)), Does.Contain("did not take this run within 0 s").And.Contain("./harness history import /runs/r"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(feed.HasAnswered, Is.False);
    }

    [Test]
    public async Task A_database_that_another_holds_is_waited_for_and_written_when_it_is_free()
    {
        using (_database.Open())
        {
        }

        using var holder = new Microsoft.Data.Sqlite.SqliteConnection(_database.Address.ConnectionString);
        holder.Open();
        using var feed = new HistoryFeed(_database.Address, "/runs/r");
        using (var held = holder.BeginTransaction())
        {
            foreach (var e in Run.Of("r", Run.Start, [Verdict.Pass]))
            {
                feed.Write(e);
            }
        }

        Assert.That(await feed.EndAsync(TimeSpan.FromSeconds(30)), Is.Null);
        using var store = _database.Open();
        Assert.That(store.Runs(10).Single().Verdict, Is.EqualTo(Verdict.Pass));
    }

    [Test]
    public async Task A_database_that_stays_locked_costs_a_run_only_the_time_it_gives_and_the_scenarios_are_imported_later()
    {
        var events = Run.Of("r", Run.Start, [Verdict.Pass, Verdict.Fail]);
        var folder = Run.Record(Path.Combine(_database.Folder, "runs", "r"), events);
        var written = RecordReader.Read(folder).ToList();
        using (_database.Open())
        {
        }

        using (var holder = new Microsoft.Data.Sqlite.SqliteConnection(_database.Address.ConnectionString))
        {
            holder.Open();
            using var held = holder.BeginTransaction();
            using var feed = new HistoryFeed(_database.Address, folder);
            var watch = Stopwatch.StartNew();
            written.ForEach(feed.Write);
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "a run does not wait for its history");
            Assert.That(await feed.EndAsync(TimeSpan.FromMilliseconds(300)), Does.Contain("next: ./harness history import "));
        }

        using var store = _database.Open();
        var imported = HistoryImport.From(store, Path.Combine(_database.Folder, "runs"));
        Assert.That((imported.Runs, imported.Scenarios, imported.Problems.Count), Is.EqualTo((1, 2, 0)));
        Assert.That(store.Runs(10).Single().Verdict, Is.EqualTo(Verdict.Fail));
    }

    [Test]
    public async Task A_full_disk_is_said_and_what_was_written_before_stays()
    {
        using (var store = _database.Open())
        {
            Run.Put(store, Run.Of("before", Run.Start, [Verdict.Pass]));
        }

        // SQLite's own limit gives the same error as a disk without room, and needs no disk of one's own.
        using var feed = new HistoryFeed(
            () =>
            {
                var store = _database.Open();
                store.LimitToPresentSize();
                return store;
            },
            "/runs/r");
        foreach (var e in Run.Of("r", Run.Start.AddHours(1), [.. Enumerable.Repeat(Verdict.Pass, 400)], i => i))
        {
            feed.Write(e);
        }

        Assert.That(await feed.EndAsync(TimeSpan.FromSeconds(1)), Does.Contain("the disk is full").And.Contain("./harness history import /runs/r"));
        using var read = _database.Open();
        Assert.That(read.Runs(10).Select(r => r.RunId), Does.Contain("before"));
    }

    [Test]
    public async Task A_writer_killed_in_the_middle_leaves_every_scenario_that_it_told_of_and_the_next_one_writes_on()
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Writer).Assembly.Location, Writer.Mode, _database.File]) { RedirectStandardOutput = true })!;
        var told = 0;
        while (told < 25 && await child.StandardOutput.ReadLineAsync() is { } line)
        {
            told = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
        }

        child.Kill();
        await child.WaitForExitAsync();
        using var store = _database.Open();
        Assert.That(told, Is.GreaterThanOrEqualTo(25));
        Assert.That(store.Runs(10).Single(), Has.Property("Verdict").Null.And.Property("Counts").Property("Total").GreaterThanOrEqualTo(told));
        Run.Put(store, Run.Of("next", Run.Start.AddHours(1), [Verdict.Pass]));
        Assert.That(store.Runs(10), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_run_whose_writer_was_killed_is_read_to_its_end_from_its_folder()
    {
        var events = Run.Of("r", Run.Start, [Verdict.Pass, Verdict.Fail]);
        var folder = Run.Record(Path.Combine(_database.Folder, "r"), events);
        using var store = _database.Open();
        Run.Put(store, RecordReader.Read(folder).TakeWhile(e => e is not ScenarioFinished), folder);
        Assert.That(HistoryImport.Unfinished(store).Scenarios, Is.EqualTo(2));
        Assert.That(store.Runs(10).Single().Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(HistoryImport.Unfinished(store).Runs, Is.Zero);
    }

    private async Task<string?> Told(IEnumerable<RunEvent> events)
    {
        using var feed = new HistoryFeed(_database.Address, "/runs/r");
        foreach (var e in events)
        {
            feed.Write(e);
        }

        return await feed.EndAsync(TimeSpan.FromSeconds(5));
    }
}
