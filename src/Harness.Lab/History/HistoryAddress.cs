using System.Text.RegularExpressions;
using Npgsql;

namespace Harness.Lab.History;

/// <summary>The place of the history: a SQLite file, or a PostgreSQL database.</summary>
public sealed partial class HistoryAddress
{
    /// <summary>The variable that names it: a file, <c>postgresql://user@host/database</c>, or <c>off</c>.</summary>
    public const string Variable = "HARNESS_HISTORY";

    /// <summary>The value that keeps no history.</summary>
    public const string Off = "off";

    private const int Seconds = 5;

    private HistoryAddress(string name, string connection, bool isPostgres) => (Name, ConnectionString, IsPostgres) = (name, connection, isPostgres);

    /// <summary>The file, or the address without anything secret.</summary>
    public string Name { get; }

    /// <summary>True for PostgreSQL.</summary>
    public bool IsPostgres { get; }

    internal string ConnectionString { get; }

    /// <summary>Reads the environment: <see cref="Variable"/>, else <c>$XDG_STATE_HOME/harness/history.db</c>, else <c>~/.local/state/harness/history.db</c>.</summary>
    /// <returns>The place; null where no history is kept.</returns>
    /// <exception cref="HistoryException">The address holds a password, or is none.</exception>
    public static HistoryAddress? FromEnvironment() => Of(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Reads an address.</summary>
    /// <param name="value">The value of <see cref="Variable"/>; null or empty for the default.</param>
    /// <exception cref="HistoryException">The address holds a password, or is none.</exception>
    public static HistoryAddress? Of(string? value) =>
        string.Equals(value, Off, StringComparison.OrdinalIgnoreCase) ? null
        : string.IsNullOrWhiteSpace(value) ? (DefaultFile() is { } file ? Sqlite(file) : null)
        : IsServer(value) ? Postgres(value)
        : Sqlite(Path.GetFullPath(value));

    /// <summary>True for the address of a server; anything else is a file, or <see cref="Off"/>.</summary>
    public static bool IsServer(string value) =>
        value.StartsWith("postgres://", StringComparison.Ordinal) || value.StartsWith("postgresql://", StringComparison.Ordinal);

    /// <summary>Checks the address of a server by itself, whatever stands in the environment.</summary>
    /// <returns>The fault, with nothing secret in it; null for none.</returns>
    public static string? FaultOf(string value)
    {
        // Not by Uri, which refuses an address without a host: that is the socket on this machine.
        var parts = AddressPattern().Match(value);
        if (!parts.Success || (parts.Groups["port"] is { Length: > 0 } number && !ushort.TryParse(number.ValueSpan, out _)))
        {
            return "expected postgresql://USER@HOST:PORT/DATABASE";
        }

        // A password in a variable is in the environment of every child, in ps and in logs.
        var query = Query(parts);
        return parts.Groups["user"].Value.Contains(':', StringComparison.Ordinal) || query.ContainsKey("password")
            ? "expected the password in the file that PGPASSFILE names alone, but the address holds a password"
            : query.Keys.FirstOrDefault(key => key is not ("host" or "sslmode")) is { } unknown ? $"expected host or sslmode behind the question mark, saw \"{unknown}\""
            : query.TryGetValue("sslmode", out var mode) && Mode(mode) is null ? $"expected disable, prefer, require, verify-ca or verify-full, saw sslmode={mode}"
            : null;
    }

    private static SslMode? Mode(string word) => Enum.TryParse<SslMode>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known) ? known : null;

    // Of a word that stands twice the last one counts.
    private static Dictionary<string, string> Query(Match parts) => parts.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2))
        .GroupBy(part => Uri.UnescapeDataString(part[0]), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => Uri.UnescapeDataString(group.Last() is [_, var said] ? said : ""), StringComparer.OrdinalIgnoreCase);

    // Nobody's home, as in a service without one: no history.
    private static string? DefaultFile()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        var home = Environment.GetEnvironmentVariable("HOME");
        var folder = !string.IsNullOrEmpty(state) && Path.IsPathRooted(state) ? state : string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".local", "state");
        return folder is null ? null : Path.Combine(folder, "harness", "history.db");
    }

    private static HistoryAddress Sqlite(string path) => new(
        path, new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = Seconds }.ToString(), false);

    private static HistoryAddress Postgres(string value)
    {
        var parts = AddressPattern().Match(value);
        var user = parts.Groups["user"].Value.Split(':', 2)[0];
        var port = parts.Groups["port"] is { Length: > 0 } digits && ushort.TryParse(digits.ValueSpan, out var read) ? read : 0;
        var query = Query(parts);
        var host = query.TryGetValue("host", out var socket) ? socket : parts.Groups["host"] is { Length: > 0 } named ? named.Value.Trim('[', ']') : "/var/run/postgresql";
        var database = Uri.UnescapeDataString(parts.Groups["database"].Value);
        var name = parts.Success ? $"postgresql://{(user.Length > 0 ? user + "@" : "")}{host}{(port > 0 ? $":{port}" : "")}/{database}" : "PostgreSQL";
        if (FaultOf(value) is { } fault)
        {
            throw Bad(name, fault);
        }

        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PGPASSWORD")))
        {
            throw Bad(name, "expected the password in the file that PGPASSFILE names alone, saw one in PGPASSWORD");
        }

        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = host, Database = database.Length > 0 ? database : null, Username = user.Length > 0 ? Uri.UnescapeDataString(user) : Environment.UserName,
            Timeout = Seconds, CommandTimeout = Seconds, Pooling = false, ApplicationName = "harness", Passfile = PassFile(name),
        };
        if (port > 0)
        {
            builder.Port = port;
        }

        if (query.TryGetValue("sslmode", out var mode))
        {
            builder.SslMode = Mode(mode)!.Value;
        }

        return new HistoryAddress(name, builder.ToString(), true);
    }

    // As PostgreSQL's own clients do: a file that others may read is not used.
    private static string? PassFile(string name)
    {
        var file = Environment.GetEnvironmentVariable("PGPASSFILE");
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return !string.IsNullOrEmpty(file) && File.Exists(file) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0
            ? throw new HistoryException(name, $"expected a PGPASSFILE that its owner alone may read, saw {file}", $"chmod 600 {ShellWord.Quote(file)}", isLasting: true)
            : string.IsNullOrEmpty(file) ? null : file;
    }

    private static HistoryException Bad(string name, string fault) => new(name, fault, $"export {Variable}=postgresql://USER@HOST/DATABASE PGPASSFILE=FILE, or {Variable}={Off}", isLasting: true);

    [GeneratedRegex(@"^postgres(?:ql)?://(?:(?<user>[^@/?]*)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[^@/?:\[\]]*)(?::(?<port>[0-9]+))?(?:/(?<database>[^?/]*))?(?:\?(?<query>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex AddressPattern();
}
