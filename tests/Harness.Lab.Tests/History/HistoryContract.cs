namespace Harness.Lab.Tests.History;

/// <summary>The history's contract, the same on every database.</summary>
public abstract class HistoryContract
{
    private Database _database = null!;

    private protected abstract Database Create();

    [SetUp]
    public void Begin() => _database = Create();

    // Where there is no server, there is no database either.
    [TearDown]
    public void End() => _database?.Dispose();

    [Test]
    public void A_run_is_listed_with_its_verdict_its_counts_and_its_build()
    {
        using var store = _database.Open();
        Run.Put(store, Run.Of("first", Run.Start, [Verdict.Pass, Verdict.Fail]));
        Run.Put(store, Run.Of("second", Run.Start.AddHours(1), [Verdict.Pass], ends: false));
        var runs = store.Runs(10);
        Assert.That(runs.Select(r => (r.RunId, r.Verdict, r.Counts.Passed, r.Counts.Total, r.Build)), Is.EqualTo(new (string, Verdict?, int, int, string)[]
        {
            ("second", null, 1, 1, "b1"), ("first", Verdict.Fail, 1, 2, "b1"),
        }));
        Assert.That(runs[1].StartedAt, Is.EqualTo(Run.Start));
        Assert.That(store.Runs(1).Single().RunId, Is.EqualTo("second"));
    }

    [Test]
    public void Rows_that_are_sent_twice_are_there_once()
    {
        using var store = _database.Open();
        var events = Run.Of("r", Run.Start, [Verdict.Pass, Verdict.Pass], _ => 5);
        Run.Put(store, events);
        Run.Put(store, events);
        Assert.That((store.Runs(10).Single().Counts.Total, Trends.Of(store, "seal", "m4").Single().Values.Count), Is.EqualTo((2, 2)));
    }

    [TestCase(1, 2)]
    [TestCase(2, 1)]
    public void Of_two_attempts_at_a_lab_run_the_higher_is_the_result_in_either_order(int first, int second)
    {
        using var store = _database.Open();
        foreach (var attempt in (int[])[first, second, first])
        {
            Run.Put(store, Attempt("lab-1", attempt, attempt == 1 ? Verdict.Pass : Verdict.Fail));
        }

        var result = store.LabResults(10).Single();
        Assert.That((result.Run, result.Attempt, result.Host, result.Verdict, result.ExitCode), Is.EqualTo(("lab-1", 2, "pi2", Verdict.Fail, 1)));
        Assert.That(store.LabAttempts("lab-1").Select(a => (a.Attempt, a.Host, a.Verdict)), Is.EqualTo(new[] { (1, "pi1", Verdict.Pass), (2, "pi2", Verdict.Fail) }), "a late attempt is evidence");
        Assert.That(store.LabAttempts("lab-2"), Is.Empty);
    }

    [Test]
    public void An_overtaken_attempt_does_not_make_a_scenario_flaky()
    {
        using var store = _database.Open();
        Run.Put(store, Attempt("lab-1", 1, Verdict.Fail));
        Run.Put(store, Attempt("lab-1", 2, Verdict.Pass));
        Assert.That(Flakiness.Find(store, Run.Start.AddDays(-1)), Is.Empty);
        Run.Put(store, Attempt("lab-2", 1, Verdict.Fail));
        Assert.That(Flakiness.Find(store, Run.Start.AddDays(-1)).Select(s => s.IsFlaky), Is.EqualTo(new[] { true }));
    }

    private static IEnumerable<RunEvent> Attempt(string run, int attempt, Verdict verdict) =>
        Run.Of($"attempt-{attempt}", Run.Start.AddSeconds(attempt + (run[^1] * 10)), [verdict]).Select(e => e is RunStarted s ? s with { Lab = new LabAttemptId(run, attempt, $"pi{attempt}", 7) } : e);

    [Test]
    public void Two_runs_of_one_name_are_two()
    {
        using var store = _database.Open();
        Run.Put(store, Run.Of("ci-run", Run.Start, [Verdict.Pass]));
        Run.Put(store, Run.Of("ci-run", Run.Start.AddMilliseconds(1), [Verdict.Pass]));
        Assert.That(store.Runs(10), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_trend_has_every_value_with_interval_floor_baseline_and_build_and_finds_the_change()
    {
        using var store = _database.Open();
        for (var i = 0; i < 30; i++)
        {
            Run.Put(store, Run.Of($"r{i}", Run.Start.AddHours(i), [Verdict.Pass], _ => i < 15 ? 100 + (i % 3) : 120 + (i % 3), firmware: i < 15 ? "old" : "new", floor: 2));
        }

        var trend = Trends.Of(store, "seal", "m4").Single();
        Assert.That(trend.Key, Is.EqualTo(new SeriesKey("trigger", "hardware", "us", "nucleo", "sim")));
        Assert.That(trend.Values, Has.Count.EqualTo(30));
        Assert.That(trend.Values[20], Is.EqualTo(new TrendValue(trend.Values[20].At, "r20", "new", 100, 121, 122, 124, 121.5, 122.5, 2, 100)));
        Assert.That(trend.Changes.Select(c => (c.At, c.Before, c.After)), Is.EqualTo(new[] { (15, 101d, 121d) }));
    }

    [Test]
    public void Numbers_of_another_clock_rig_or_board_are_a_trend_of_their_own()
    {
        using var store = _database.Open();
        var events = Run.Of("r", Run.Start, [Verdict.Pass], _ => 5).ToList();
        Run.Put(store, events);
        Run.Put(store, events.Select(e => e switch
        {
            RunStarted s => s with { RunId = "other", RigName = "bench" },
            SamplesSummarized s => s with { Clock = ClockKind.Host, Provenance = Provenance.Host },
            _ => e,
        }));
        Assert.That(Trends.Of(store, "seal", "m4").Select(t => (t.Key.Rig, t.Key.Clock)), Is.EqualTo(new[] { ("bench", "host"), ("sim", "trigger") }));
        Assert.That((store.DevicesOf("seal"), store.Operations()), Is.EqualTo((new[] { "m4" }, new[] { "seal" })).AsCollection);
    }

    [Test]
    public void The_durations_of_scenarios_are_the_median_of_the_newest_that_passed_on_the_rig()
    {
        using var store = _database.Open();
        for (var i = 0; i < 9; i++)
        {
            Run.Put(store, Run.Of($"r{i}", Run.Start.AddHours(i), [i == 8 ? Verdict.Fail : Verdict.Pass]).Select(e => e is ScenarioFinished s ? s with { DurationMs = i * 10 } : e));
        }

        Assert.That(store.Durations("sim"), Is.EqualTo(new Dictionary<string, double> { ["features/a.feature:10"] = 50 }));
        Assert.That(store.Durations("other"), Is.Empty);
    }

    [Test]
    public void Text_of_any_characters_and_numbers_that_are_none_are_taken()
    {
        // 10 kB that no database can compress, which is what an index bounds.
        var noise = new byte[7_680];
        new Random(1).NextBytes(noise);
        var text = string.Concat(Enumerable.Range(0, 0x100).Select(i => (char)i)) + "\ud800 '; DROP TABLE runs; -- " + Convert.ToBase64String(noise);
        using var store = _database.Open();
        Run.Put(store, Run.Of("r", Run.Start, [Verdict.Fail], _ => double.NaN).Select(e => e switch
        {
            RunStarted s => s with { RunId = text, Features = text, RigName = text },
            ScenarioStarted s => s with { Id = text },
            StepFinished s => s with { Scenario = text },
            SamplesSummarized s => s with { Scenario = text, Operation = text, Device = text },
            ScenarioFinished s => s with { Id = text, Name = text, DurationMs = double.NegativeInfinity, Failure = new FailureDetail(text, text, text, text, text, text, text) },
            RunFinished s => s with { DurationMs = double.NaN },
            _ => e,
        }));
        Assert.That(store.Runs(10).Single().Counts.Failed, Is.EqualTo(1));
        Assert.That(store.DevicesOf(text), Has.Count.EqualTo(1));
        Assert.That(Trends.Of(store, text, text).Single().Values, Has.Count.EqualTo(1));
        Assert.That(store.DevicesOf(text + "x"), Is.Empty, "two long names that begin alike are two");
    }

    [Test]
    public void Eight_writers_at_once_lose_nothing()
    {
        var writers = Enumerable.Range(0, 8).Select(w => new Thread(() =>
        {
            using var store = _database.Open();
            for (var i = 0; i < 10; i++)
            {
                Run.Put(store, Run.Of($"w{w}-{i}", Run.Start.AddMinutes(i).AddTicks(w), [Verdict.Pass, Verdict.Fail], _ => 7));
            }
        })).ToArray();
        Array.ForEach(writers, w => w.Start());
        Array.ForEach(writers, w => Assert.That(w.Join(TimeSpan.FromSeconds(60))));
        using var read = _database.Open();
        Assert.That((read.Runs(1000).Count, read.Runs(1000).Sum(r => r.Counts.Total), Trends.Of(read, "seal", "m4").Single().Values.Count), Is.EqualTo((80, 160, 160)));
    }

    [Test]
    public void An_older_database_is_brought_to_this_version_and_keeps_its_rows()
    {
        using (var older = HistoryStore.Open(_database.Address, version: 1))
        {
            Run.Put(older, Run.Of("r", Run.Start, [Verdict.Pass], _ => 7));
        }

        using var store = _database.Open();
        Assert.That((store.Runs(10).Count, Trends.Of(store, "seal", "m4").Single().Values.Count), Is.EqualTo((1, 1)));
        Assert.That(Version(), Is.EqualTo(HistorySchema.Current));
    }

    [Test]
    public void A_newer_database_is_left_alone_and_that_is_said()
    {
        using (_database.Open())
        {
        }

        Execute("UPDATE harness_history SET version = 99");
        Assert.That(() => _database.Open(), Throws.TypeOf<HistoryException>().With.Message.Contains("schema 99").And.Message.Contains("left alone").And.Property("IsLasting").True);
        Assert.That(Version(), Is.EqualTo(99));
    }

    [Test]
    public async Task A_run_is_in_the_history_when_it_ended()
    {
        using var feed = new HistoryFeed(_database.Address, "/runs/r");
        foreach (var e in Run.Of("r", Run.Start, [Verdict.Pass, Verdict.Fail], _ => 7))
        {
            feed.Write(e);
        }

        Assert.That(await feed.EndAsync(TimeSpan.FromSeconds(30)), Is.Null);
        using var store = _database.Open();
        Assert.That(store.Runs(10).Single(), Has.Property("Verdict").EqualTo(Verdict.Fail).And.Property("Folder").EqualTo("/runs/r"));
    }

    private long Version() => Convert.ToInt64(Execute("SELECT version FROM harness_history"), System.Globalization.CultureInfo.InvariantCulture);

    private object? Execute(string sql)
    {
        using System.Data.Common.DbConnection connection = _database.Address.IsPostgres
            ? new Npgsql.NpgsqlConnection(_database.Address.ConnectionString) : new Microsoft.Data.Sqlite.SqliteConnection(_database.Address.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteHistoryTests : HistoryContract
{
    private protected override Database Create() => new SqliteDatabase();
}

/// <summary>The contract on Debian's PostgreSQL.</summary>
public sealed class PostgresHistoryTests : HistoryContract
{
    private protected override Database Create() => new PostgresDatabase();
}
