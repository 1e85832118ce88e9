namespace Harness.Lab.History;

/// <summary>The tables of the history, the same in SQLite and PostgreSQL, and the way there from every earlier version. Forward only: a newer database is left alone.</summary>
internal static class HistorySchema
{
    // A number of our own: two programs must not change one database at once.
    private const long LockNumber = 0x4841_524e_4553_53;

    /// <summary>The steps, the first from nothing. One that was released is never changed: another is added.</summary>
    private static readonly string[] _steps =
    [
        """
        CREATE TABLE runs (
            run_key TEXT PRIMARY KEY, run_id TEXT NOT NULL, started_at BIGINT NOT NULL, subject TEXT NOT NULL, rig TEXT NOT NULL, rig_name TEXT NOT NULL, host TEXT NOT NULL,
            harness_version TEXT NOT NULL, harness_build TEXT, selected BIGINT NOT NULL, folder TEXT NOT NULL);
        CREATE TABLE run_ends (
            run_key TEXT PRIMARY KEY REFERENCES runs, ended_at BIGINT NOT NULL, verdict TEXT NOT NULL, exit_code BIGINT NOT NULL, duration_ms DOUBLE PRECISION NOT NULL);
        CREATE TABLE scenarios (
            run_key TEXT NOT NULL REFERENCES runs, seq BIGINT NOT NULL, id TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL, steps TEXT NOT NULL, verdict TEXT NOT NULL,
            reason TEXT, duration_ms DOUBLE PRECISION NOT NULL, finished_at BIGINT NOT NULL, build TEXT NOT NULL, PRIMARY KEY (run_key, seq));
        CREATE TABLE series (
            run_key TEXT NOT NULL REFERENCES runs, seq BIGINT NOT NULL, device TEXT NOT NULL, operation TEXT NOT NULL, clock TEXT NOT NULL, provenance TEXT NOT NULL, unit TEXT NOT NULL,
            board TEXT NOT NULL, build TEXT NOT NULL, n BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL, p50 DOUBLE PRECISION NOT NULL, p99 DOUBLE PRECISION, high DOUBLE PRECISION NOT NULL,
            p50_low DOUBLE PRECISION, p50_high DOUBLE PRECISION, floor DOUBLE PRECISION, baseline DOUBLE PRECISION, taken_at BIGINT NOT NULL,
            PRIMARY KEY (run_key, seq, device, operation, clock, provenance, unit));
        """,
        """
        CREATE INDEX series_by_operation ON series (operation, device, taken_at);
        CREATE INDEX scenarios_by_name ON scenarios (file, name, finished_at);
        CREATE INDEX runs_by_start ON runs (started_at);
        """,
        """
        CREATE TABLE lab_attempts (
            lab_run TEXT NOT NULL, attempt BIGINT NOT NULL, run_key TEXT NOT NULL REFERENCES runs, host TEXT NOT NULL, job BIGINT NOT NULL, verdict TEXT NOT NULL, exit_code BIGINT NOT NULL,
            ended_at BIGINT NOT NULL, PRIMARY KEY (lab_run, attempt));
        CREATE TABLE lab_results (
            lab_run TEXT PRIMARY KEY, attempt BIGINT NOT NULL, run_key TEXT NOT NULL REFERENCES runs, host TEXT NOT NULL, verdict TEXT NOT NULL, exit_code BIGINT NOT NULL, ended_at BIGINT NOT NULL);
        """,
    ];

    /// <summary>The version that this program writes and reads.</summary>
    public static int Current => _steps.Length;

    /// <summary>Brings a database to a version.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="address">The place, for messages.</param>
    /// <param name="to">The version; the tests make older ones.</param>
    /// <exception cref="HistoryException">The database is newer.</exception>
    public static void Migrate(DbConnection connection, HistoryAddress address, int? to = null)
    {
        // Most often nothing is to be done, and nothing is locked for it.
        if (Version(connection, address) == (to ?? Current))
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        if (address.IsPostgres)
        {
            Execute(connection, transaction, $"SELECT pg_advisory_xact_lock({LockNumber})");
        }

        Execute(connection, transaction, "CREATE TABLE IF NOT EXISTS harness_history (version BIGINT NOT NULL)");
        var version = Read(connection, transaction);
        if (version > Current)
        {
            throw new HistoryException(
                address.Name, $"it has schema {version}, which a newer harness made, and this one reads up to {Current}; it was left alone",
                $"git pull, or {HistoryAddress.Variable}=FILE for one of its own", isLasting: true);
        }

        for (var next = version; next < (to ?? Current); next++)
        {
            Execute(connection, transaction, _steps[next]);
        }

        Execute(connection, transaction, "DELETE FROM harness_history");
        Execute(connection, transaction, $"INSERT INTO harness_history (version) VALUES ({to ?? Current})");
        transaction.Commit();
    }

    private static long Version(DbConnection connection, HistoryAddress address)
    {
        using var command = connection.CreateCommand();
        command.CommandText = address.IsPostgres ? "SELECT count(*) FROM pg_catalog.pg_tables WHERE tablename = 'harness_history' AND schemaname = ANY (current_schemas(false))"
            : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'harness_history'";
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) == 0 ? 0 : Read(connection, null);
    }

    private static long Read(DbConnection connection, DbTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT COALESCE(MAX(version), 0) FROM harness_history";
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Execute(DbConnection connection, DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
