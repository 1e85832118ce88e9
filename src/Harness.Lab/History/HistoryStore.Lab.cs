namespace Harness.Lab.History;

/// <summary>The result of a lab's run: that of the highest attempt which came to an end.</summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt that counts.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="At">Its end.</param>
public sealed record LabResult(string Run, int Attempt, string Host, Verdict Verdict, int ExitCode, DateTimeOffset At);

public sealed partial class HistoryStore
{
    // Runs of the lab that a higher attempt overtook: evidence, and no result.
    private const string Overtaken = "SELECT a.run_key FROM lab_attempts a JOIN lab_results w ON w.lab_run = a.lab_run WHERE w.run_key <> a.run_key";

    /// <summary>The results of the lab's runs, newest first: one a run, whatever the number of attempts.</summary>
    /// <param name="most">The number of results.</param>
    public IReadOnlyList<LabResult> LabResults(int most) => Query(
        "SELECT lab_run, attempt, host, verdict, exit_code, ended_at FROM lab_results ORDER BY ended_at DESC, lab_run LIMIT @most", LabRow, ("most", (long)most));

    /// <summary>Every attempt at a run that came to an end, the first one first; the last is the result.</summary>
    /// <param name="run">The run.</param>
    public IReadOnlyList<LabResult> LabAttempts(string run) => Query(
        "SELECT lab_run, attempt, host, verdict, exit_code, ended_at FROM lab_attempts WHERE lab_run = @run ORDER BY attempt", LabRow, ("run", run));

    private static LabResult LabRow(DbDataReader r) =>
        new(r.GetString(0), (int)r.GetInt64(1), r.GetString(2), Word(r.GetString(3)), (int)r.GetInt64(4), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)));

    // In the transaction of the run's end. The database compares, so that of two attempts that end at once the higher wins in either order.
    private void WriteLab(DbTransaction transaction, string run, LabAttemptId lab, RunFinished end)
    {
        Insert(
            transaction, "lab_attempts", ("lab_run", lab.Run), ("attempt", (long)lab.Attempt), ("run_key", run), ("host", lab.Host), ("job", lab.Job), ("verdict", end.Verdict.Word()),
            ("exit_code", (long)end.ExitCode), ("ended_at", Ms(end.At)));
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            INSERT INTO lab_results (lab_run, attempt, run_key, host, verdict, exit_code, ended_at) VALUES (@lab_run, @attempt, @run_key, @host, @verdict, @exit_code, @ended_at)
            ON CONFLICT (lab_run) DO UPDATE SET
                attempt = excluded.attempt, run_key = excluded.run_key, host = excluded.host, verdict = excluded.verdict, exit_code = excluded.exit_code, ended_at = excluded.ended_at
            WHERE lab_results.attempt < excluded.attempt
            """;
        foreach (var (name, value) in new (string, object?)[]
        {
            ("lab_run", lab.Run), ("attempt", (long)lab.Attempt), ("run_key", run), ("host", lab.Host), ("verdict", end.Verdict.Word()), ("exit_code", (long)end.ExitCode), ("ended_at", Ms(end.At)),
        })
        {
            Add(command, name, value);
        }

        command.ExecuteNonQuery();
    }
}
