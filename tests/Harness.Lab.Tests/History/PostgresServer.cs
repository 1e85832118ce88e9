namespace Harness.Lab.Tests.History;

/// <summary>Debian's PostgreSQL, started by the tests as an ordinary user, since initdb refuses root; on a socket in its own folder, without a port. It ends with the tests.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const string User = "harness";
    private const string Password = "a pass:word";

    private static readonly Lazy<PostgresServer> _shared = new(() => new PostgresServer());

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("harness-pg-");
    private readonly string _programs;
    private int _databases;

    private PostgresServer()
    {
        _programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault() ?? ""
            : "";
        Needs.That(_programs.Length > 0, "Debian's PostgreSQL", "sudo apt-get install postgresql");
        Needs.That(Environment.UserName != "root" || File.Exists("/usr/bin/setpriv"), "setpriv, to leave root", "sudo apt-get install util-linux");
        File.WriteAllText(InFolder("password"), Password);
        File.WriteAllText(PassFile, $"{_folder.FullName}:*:*:{User}:{Password.Replace(":", "\\:", StringComparison.Ordinal)}\n");
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(PassFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        if (Environment.UserName == "root")
        {
            Run("chown", "-R", "nobody", _folder.FullName);
#pragma warning disable CA1416 // modes of files: Linux
            File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        }

        Environment.SetEnvironmentVariable("PGPASSFILE", PassFile);
        AsUser("initdb", "-D", InFolder("data"), "-U", User, "-A", "scram-sha-256", $"--pwfile={InFolder("password")}", "-E", "UTF8", "--locale=C", "--no-sync");
        AsUser("pg_ctl", "-D", InFolder("data"), "-w", "-l", InFolder("log"), "-o", $"-c listen_addresses='' -c unix_socket_directories='{_folder.FullName}' -c fsync=off -c max_connections=40", "start");
    }

    public static PostgresServer Shared => _shared.Value;

    public string PassFile => InFolder("pgpass");

    public static void EndShared()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Dispose();
        }
    }

    public string Address(string database) => $"postgresql://{User}@/{database}?host={_folder.FullName}";

    public string CreateDatabase()
    {
        var name = $"history_{Interlocked.Increment(ref _databases)}";
        AsUser("createdb", "-h", _folder.FullName, "-U", User, name);
        return name;
    }

    public void Dispose()
    {
        AsUser("pg_ctl", "-D", InFolder("data"), "-m", "immediate", "stop");
        _folder.Delete(recursive: true);
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private void AsUser(string program, params string[] arguments)
    {
        string[] line = [Path.Combine(_programs, program), .. arguments];
        if (Environment.UserName == "root")
        {
            Run("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", .. line]);
        }
        else
        {
            Run(line[0], line[1..]);
        }
    }

    // Output goes nowhere: the server would hold a pipe open.
    private void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >> \"$0\" 2>&1 < /dev/null", InFolder("output"), program, .. arguments]) { WorkingDirectory = "/" };
        start.Environment["PGPASSFILE"] = PassFile;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {process.ExitCode}\n{File.ReadAllText(InFolder("output"))}");
        }
    }
}
