namespace Harness.Lab.Tests.History;

/// <summary>The history's limits: 50 ms a scenario, a trend over 10,000 runs in a second, on either database.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class HistoryNumbersTests
{
    private const int Runs = 10_000;

    [TestCase(false)]
    [TestCase(true)]
    public void A_scenario_is_written_within_50_ms_and_ten_thousand_runs_are_a_trend_within_a_second(bool postgres)
    {
        using Database database = postgres ? new PostgresDatabase() : new SqliteDatabase();
        using var store = database.Open();
        var random = new Random(1);
        var took = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            var rows = new RunRows();
            var value = (i < 6000 ? 100 : 105) + (random.NextDouble() * 4);
            foreach (var batch in Run.Of($"r{i}", Run.Start.AddMinutes(i), [Verdict.Pass], _ => value, build: $"b{i / 100}", floor: 1).Select(rows.Take).OfType<HistoryBatch>())
            {
                var watch = Stopwatch.StartNew();
                store.Write(batch, "/runs/x");
                if (batch.Scenario is not null)
                {
                    took.Add(watch.Elapsed.TotalMilliseconds);
                }
            }
        }

        took.Sort();
        TestContext.Out.WriteLine($"{(postgres ? "PostgreSQL" : "SQLite")}: a scenario {took[Runs / 2]:F2} ms, of 99 % at most {took[Runs * 99 / 100]:F2} ms, at most {took[^1]:F1} ms");
        Assert.That(took[Runs * 99 / 100], Is.LessThan(50));

        // The best of three: what else runs here is no property of the query.
        var best = Enumerable.Range(0, 3).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            var trend = Trends.Of(store, "seal", "m4").Single();
            Assert.That(trend.Values, Has.Count.EqualTo(Runs));
            Assert.That(trend.Changes.Single().At, Is.EqualTo(6000).Within(20));
            return watch.Elapsed;
        });
        var flaky = Stopwatch.StartNew();
        Flakiness.Find(store, Run.Start);
        TestContext.Out.WriteLine($"trend over {Runs} runs: {best.TotalMilliseconds:F0} ms; flaky: {flaky.ElapsedMilliseconds} ms; list: {Listed(store):F0} ms");
        Assert.That(best, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    private static double Listed(HistoryStore store)
    {
        var watch = Stopwatch.StartNew();
        Assert.That(store.Runs(20), Has.Count.EqualTo(20));
        return watch.Elapsed.TotalMilliseconds;
    }
}
