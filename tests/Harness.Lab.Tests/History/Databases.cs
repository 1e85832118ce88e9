namespace Harness.Lab.Tests.History;

/// <summary>A history of a test's own.</summary>
internal abstract class Database : IDisposable
{
    public abstract HistoryAddress Address { get; }

    public HistoryStore Open() => HistoryStore.Open(Address);

    public abstract void Dispose();
}

/// <summary>A SQLite file in a folder with a space in its name.</summary>
internal sealed class SqliteDatabase : Database
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("history tests ");

    public string File => Path.Combine(_folder.FullName, "state", "history.db");

    public string Folder => _folder.FullName;

    public override HistoryAddress Address => HistoryAddress.Of(File)!;

    public override void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A database on a PostgreSQL server of the tests' own.</summary>
internal sealed class PostgresDatabase : Database
{
    private readonly string _name;

    public PostgresDatabase() => _name = PostgresServer.Shared.CreateDatabase();

    public override HistoryAddress Address => HistoryAddress.Of(PostgresServer.Shared.Address(_name))!;

    public override void Dispose()
    {
        // The server goes with its files at the end.
    }
}
