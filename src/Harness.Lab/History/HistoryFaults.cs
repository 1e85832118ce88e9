using Microsoft.Data.Sqlite;

namespace Harness.Lab.History;

/// <summary>Says the faults of databases in words, and which of them pass.</summary>
internal static class HistoryFaults
{
    // Result codes of SQLite (sqlite.org/rescode.html).
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Damaged = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NoDatabase = 26;

    /// <summary>Runs a piece of work and explains what a database throws in it.</summary>
    /// <exception cref="HistoryException">The database failed.</exception>
    public static T Explain<T>(HistoryAddress address, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            var (fault, next, isLasting) = Words(address, e);
            throw new HistoryException(address.Name, fault, next, isLasting, e);
        }
        catch (DbException e)
        {
            throw new HistoryException(address.Name, ForeignText.Line(e.InnerException is { } inner and not DbException ? $"{e.Message.TrimEnd('.')}: {inner.Message.TrimEnd('.')}" : e.Message.TrimEnd('.')),
                $"psql {ShellWord.Quote(address.Name)}", isLasting: false, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new HistoryException(address.Name, e.Message.TrimEnd('.'), $"ls -ld {ShellWord.Quote(Path.GetDirectoryName(address.Name) ?? ".")}", isLasting: false, e);
        }
        catch (InvalidOperationException e) when (address.IsPostgres)
        {
            throw new HistoryException(address.Name, e.Message.TrimEnd('.'), $"psql {ShellWord.Quote(address.Name)}", isLasting: false, e);
        }
    }

    private static (string Fault, string Next, bool IsLasting) Words(HistoryAddress address, SqliteException e)
    {
        var file = ShellWord.Quote(address.Name);
        var list = $"ls -l {file}";
        return e.SqliteErrorCode switch
        {
            Busy or Locked => ("another program has locked it", $"fuser -v {file}", false),
            Full => ("the disk is full", $"df -h {ShellWord.Quote(Path.GetDirectoryName(address.Name) ?? ".")}", false),
            ReadOnly => ("it cannot be written", list, false),
            CannotOpen => ("it cannot be opened", $"{list}, and ls -ld of its folder", false),
            NoDatabase => ("the file is no database", $"mv {file} {ShellWord.Quote(address.Name + ".old")}", true),
            Damaged => ("the database is damaged", $"mv {file} {ShellWord.Quote(address.Name + ".old")}, then ./harness history import runs", true),
            _ => (ForeignText.Line(e.Message.TrimEnd('.')), list, false),
        };
    }
}
