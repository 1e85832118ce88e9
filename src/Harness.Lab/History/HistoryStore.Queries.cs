namespace Harness.Lab.History;

/// <summary>A run in the history.</summary>
/// <param name="RunId">Its name.</param>
/// <param name="StartedAt">Its begin.</param>
/// <param name="Subject">The features, or the command that measured.</param>
/// <param name="Rig">The rig's name.</param>
/// <param name="Build">Hash of the program, else its version.</param>
/// <param name="Verdict">Its verdict; null where its end is not known.</param>
/// <param name="DurationMs">Milliseconds; null where its end is not known.</param>
/// <param name="Counts">Its scenarios by verdict.</param>
/// <param name="Folder">Its folder, on the machine that ran it.</param>
public sealed record HistoryRun(string RunId, DateTimeOffset StartedAt, string Subject, string Rig, string Build, Verdict? Verdict, double? DurationMs, VerdictCounts Counts, string Folder);

public sealed partial class HistoryStore
{
    private static readonly Dictionary<string, Verdict> _verdicts = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict.Word());

    /// <summary>The newest runs, newest first.</summary>
    /// <param name="most">The number of runs.</param>
    public IReadOnlyList<HistoryRun> Runs(int most)
    {
        var counts = Query(
            "SELECT run_key, verdict, count(*) FROM scenarios WHERE run_key IN (SELECT run_key FROM runs ORDER BY started_at DESC LIMIT @most) GROUP BY run_key, verdict",
            r => (Run: r.GetString(0), Verdict: Word(r.GetString(1)), N: (int)r.GetInt64(2)), ("most", (long)most)).ToLookup(c => c.Run);
        return Query(
            """
            SELECT r.run_key, r.run_id, r.started_at, r.subject, r.rig_name, COALESCE(r.harness_build, r.harness_version), e.verdict, e.duration_ms, r.folder
            FROM runs r LEFT JOIN run_ends e ON e.run_key = r.run_key ORDER BY r.started_at DESC, r.run_key LIMIT @most
            """,
            r => new HistoryRun(
                r.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)), r.GetString(3), r.GetString(4), r.GetString(5), r.IsDBNull(6) ? null : Word(r.GetString(6)), Number(r, 7),
                Counts(counts[r.GetString(0)].Select(c => (c.Verdict, c.N))), r.GetString(8)),
            ("most", (long)most));
    }

    /// <summary>The milliseconds that scenarios took when they passed on a rig, by identifier: the median of the newest five.</summary>
    /// <param name="rig">The rig's name.</param>
    public IReadOnlyDictionary<string, double> Durations(string rig)
    {
        const int Newest = 5;
        const int MostRows = 20_000;
        return Query(
            """
            SELECT s.id, s.duration_ms FROM scenarios s JOIN runs r ON r.run_key = s.run_key
            WHERE r.rig_name = @rig AND s.verdict = 'pass' ORDER BY s.finished_at DESC LIMIT @most
            """,
            r => (Id: r.GetString(0), Ms: r.GetDouble(1)), ("rig", rig), ("most", (long)MostRows))
            .GroupBy(row => row.Id, row => row.Ms).ToDictionary(group => group.Key, group => OrderStatistics.Median([.. group.Take(Newest).Order()]));
    }

    /// <summary>The devices on which an operation was ever measured.</summary>
    public IReadOnlyList<string> DevicesOf(string operation) => Query("SELECT DISTINCT device FROM series WHERE operation = @operation ORDER BY device", r => r.GetString(0), ("operation", operation));

    /// <summary>The operations that were ever measured.</summary>
    public IReadOnlyList<string> Operations() => Query("SELECT DISTINCT operation FROM series ORDER BY operation", r => r.GetString(0));

    internal IReadOnlyList<string> UnfinishedFolders() =>
        Query("SELECT r.folder FROM runs r LEFT JOIN run_ends e ON e.run_key = r.run_key WHERE e.run_key IS NULL", r => r.GetString(0));

    internal IReadOnlyList<(SeriesKey Key, TrendValue Value)> Series(string operation, string device, int most) => Query(
        """
        SELECT * FROM (
            SELECT s.clock, s.provenance, s.unit, s.board, r.rig_name, s.taken_at, s.build, s.n, s.low, s.p50, s.high, s.p50_low, s.p50_high, s.floor, s.baseline, r.run_id, s.run_key, s.seq
            FROM series s JOIN runs r ON r.run_key = s.run_key WHERE s.operation = @operation AND s.device = @device ORDER BY s.taken_at DESC, s.run_key DESC, s.seq DESC LIMIT @most) newest
        ORDER BY taken_at, run_key, seq
        """,
        r => (
            new SeriesKey(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)),
            new TrendValue(DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)), r.GetString(15), r.GetString(6), r.GetInt64(7), r.GetDouble(8), r.GetDouble(9), r.GetDouble(10), Number(r, 11), Number(r, 12), Number(r, 13), Number(r, 14))),
        ("operation", operation), ("device", device), ("most", (long)most));

    internal IReadOnlyList<Outcome> Outcomes(DateTimeOffset since) => Query(
        $"""
        SELECT s.file, s.name, s.steps, s.build, s.verdict, s.finished_at, s.id, r.run_id, s.reason, r.rig_name FROM scenarios s JOIN runs r ON r.run_key = s.run_key
        WHERE s.finished_at >= @since AND s.run_key NOT IN ({Overtaken}) ORDER BY s.finished_at, s.run_key, s.seq
        """,
        r => new Outcome(
            r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Word(r.GetString(4)), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)), r.GetString(6), r.GetString(7),
            r.IsDBNull(8) ? null : r.GetString(8), r.GetString(9)),
        ("since", since.ToUnixTimeMilliseconds()));

    private static double? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    // A word of a later version is no verdict that can be counted.
    private static Verdict Word(string word) => _verdicts.GetValueOrDefault(word, Verdict.Inconclusive);

    private static VerdictCounts Counts(IEnumerable<(Verdict Verdict, int N)> counts)
    {
        var by = counts.GroupBy(c => c.Verdict).ToDictionary(g => g.Key, g => g.Sum(c => c.N));
        int Of(Verdict verdict) => by.GetValueOrDefault(verdict);
        return new VerdictCounts(Of(Verdict.Pass), Of(Verdict.Fail), Of(Verdict.Inconclusive), Of(Verdict.RigError), Of(Verdict.Aborted), Of(Verdict.Unjudgeable));
    }
}
