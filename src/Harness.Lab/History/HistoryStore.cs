using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Harness.Lab.History;

/// <summary>An open history. One connection, used by one thread at a time.</summary>
public sealed partial class HistoryStore : IDisposable
{
    private const int LongestIndexed = 700;

    // Columns and parameters that stand in an index.
    private static readonly HashSet<string> _indexed = ["run_key", "file", "name", "device", "operation", "lab_run", "run"];

    private readonly HistoryAddress _address;
    private readonly DbConnection _connection;

    private HistoryStore(HistoryAddress address, DbConnection connection) => (_address, _connection) = (address, connection);

    /// <summary>The place, without anything secret.</summary>
    public string Name => _address.Name;

    /// <summary>Opens the history, makes it where there is none, and brings an older one to this version.</summary>
    /// <exception cref="HistoryException">It cannot be opened, is no database, or is a newer one.</exception>
    public static HistoryStore Open(HistoryAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Open(address, null);
    }

    internal static HistoryStore Open(HistoryAddress address, int? version) => HistoryFaults.Explain(address, () =>
    {
        DbConnection connection = address.IsPostgres ? new NpgsqlConnection(address.ConnectionString) : Sqlite(address);
        try
        {
            connection.Open();
            if (!address.IsPostgres)
            {
                // Readers do not wait for writers, and a writer that is killed leaves whole transactions.
                using var pragma = connection.CreateCommand();
                pragma.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON";
                pragma.ExecuteNonQuery();
            }

            HistorySchema.Migrate(connection, address, version);
            return new HistoryStore(address, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Writes rows in one transaction; what is there already stays as it is.</summary>
    /// <returns>True where the scenario or the run's end was not there.</returns>
    /// <exception cref="HistoryException">They could not be written; none of them is there then.</exception>
    internal bool Write(HistoryBatch batch, string folder) => HistoryFaults.Explain(_address, () =>
    {
        using var transaction = _connection.BeginTransaction();
        var started = batch.Started;
        var isNew = Insert(
            transaction, "runs",
            ("run_key", batch.Run), ("run_id", started.RunId), ("started_at", Ms(started.At)), ("subject", started.Features), ("rig", started.Rig), ("rig_name", started.RigName), ("host", started.Host.Cpu),
            ("harness_version", started.HarnessVersion), ("harness_build", started.HarnessBuild), ("selected", (long)started.Selected), ("folder", folder));
        if (batch.Scenario is { } s)
        {
            isNew = Insert(
                transaction, "scenarios", ("run_key", batch.Run), ("seq", s.Seq), ("id", s.Id), ("file", s.File), ("name", s.Name), ("steps", s.Steps), ("verdict", s.Verdict.Word()), ("reason", s.Reason),
                ("duration_ms", s.DurationMs), ("finished_at", Ms(s.At)), ("build", s.Build));
            foreach (var one in batch.Series)
            {
                Insert(
                    transaction, "series", ("run_key", batch.Run), ("seq", s.Seq), ("device", one.Device), ("operation", one.Operation), ("clock", one.Clock.Word()), ("provenance", one.Provenance.Word()),
                    ("unit", one.Unit.Symbol()), ("board", one.Board), ("build", one.Build), ("n", one.N), ("low", one.Low), ("p50", one.P50), ("p99", one.P99), ("high", one.High), ("p50_low", one.P50Low),
                    ("p50_high", one.P50High), ("floor", one.Floor), ("baseline", one.Baseline), ("taken_at", Ms(s.At)));
            }
        }

        if (batch.Finished is { } end)
        {
            isNew = Insert(
                transaction, "run_ends", ("run_key", batch.Run), ("ended_at", Ms(end.At)), ("verdict", end.Verdict.Word()), ("exit_code", (long)end.ExitCode),
                ("duration_ms", double.IsFinite(end.DurationMs) ? end.DurationMs : 0));
            if (started.Lab is { } lab)
            {
                WriteLab(transaction, batch.Run, lab, end);
            }
        }

        transaction.Commit();
        return isNew;
    });

    /// <summary>Lets a SQLite file grow no more: for tests, to which it is a full disk.</summary>
    internal void LimitToPresentSize()
    {
        using var pragma = _connection.CreateCommand();
        pragma.CommandText = "PRAGMA max_page_count = 1";
        pragma.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Sqlite(HistoryAddress address)
    {
        var folder = Path.GetDirectoryName(address.Name)!;
        if (!Directory.Exists(folder) && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new SqliteConnection(address.ConnectionString);
    }

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    // Names of tables and columns are ours; every value is a parameter.
    private bool Insert(DbTransaction transaction, string table, params ReadOnlySpan<(string Column, object? Value)> row)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        var (columns, values) = (new List<string>(), new List<string>());
        foreach (var (column, value) in row)
        {
            columns.Add(column);
            values.Add("@" + column);
            Add(command, column, value);
        }

        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", values)}) ON CONFLICT DO NOTHING";
        return command.ExecuteNonQuery() > 0;
    }

    // PostgreSQL has no text with a NUL, and neither has half a surrogate pair in UTF-8.
    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = value is string text ? _indexed.Contains(name) ? Indexed(ForeignText.Lines(text)) : ForeignText.Lines(text) : value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    // A row of an index of PostgreSQL takes 2,704 bytes, and three names stand in one: of a longer name its begin and its hash.
    private static string Indexed(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= LongestIndexed ? text
            : $"{Encoding.UTF8.GetString(bytes.AsSpan(0, LongestIndexed - 64)).TrimEnd('\ufffd')}... ({text.Length} characters, {Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))})";
    }

    private IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> row, params (string Name, object? Value)[] parameters) => HistoryFaults.Explain(_address, () =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            Add(command, name, value);
        }

        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    });
}
