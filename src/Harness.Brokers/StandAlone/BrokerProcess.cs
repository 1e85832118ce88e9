using System.ComponentModel;

namespace Harness.Brokers.StandAlone;

/// <summary>A broker's program in a session of its own. It ends when this process's end of its standard input closes, so that no broker outlives the harness, however the harness ended, nor its folder.</summary>
internal sealed class BrokerProcess : IDisposable
{
    // A Ctrl-C at the terminal does not reach the new session; the end of standard input does, also after SIGKILL of whoever holds it.
    // Then a session of its own kills this one, and takes the folder away once nothing writes there any more. After a line there this process lives, and does that itself.
    // Whoever waits for either outlives a program that ends by itself: the harness may be killed after it.
    private const string Leash =
        """
        log=$1; folder=$2; shift 2
        exec 3<&0 >>"$log" 2>&1
        "$@" </dev/null 3<&- & child=$!
        { if read -r stop; then kill -s KILL 0; fi; exec setsid /bin/sh -c '
            kill -s KILL -- "-$1"
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -s 0 -- "-$1" 2>/dev/null && sleep 0.1 || break; done
            [ -z "$2" ] || rm -rf -- "$2"' sweep "$$" "$folder"; } <&3 >/dev/null 2>&1 &
        wait "$child"
        """;

    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);
    private readonly Process _leash;
    private int _disposed;

    private BrokerProcess(Process leash, string log) => (_leash, Log) = (leash, log);

    /// <summary>The file that takes what the program prints.</summary>
    public string Log { get; }

    /// <summary>True once the program ended.</summary>
    public bool HasEnded => _leash.HasExited;

    /// <summary>The number of the program's process; null where it ended.</summary>
    public int? ProgramId
    {
        get
        {
            try
            {
                // The shell of the leash has two children: the program, and a shell that waits for the end of its input.
                return File.ReadAllText($"/proc/{_leash.Id}/task/{_leash.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Where(child => File.ReadAllText($"/proc/{child}/comm").TrimEnd() != "sh").Select(int.Parse).Cast<int?>().FirstOrDefault();
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>The last line that the program printed; empty where it printed nothing.</summary>
    public string LastWords => File.Exists(Log) ? File.ReadLines(Log).LastOrDefault(line => line.Trim().Length > 0) ?? "" : "";

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="log">Takes what it prints.</param>
    /// <param name="environment">Variables that it gets beside this process's own.</param>
    /// <param name="folder">The folder in which it works, which goes when this process is killed before it took it away; null for none.</param>
    /// <exception cref="MqttNotConnectedException">It cannot be started.</exception>
    public static BrokerProcess Start(IReadOnlyList<string> command, string log, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Leash, "broker", log, folder ?? "", .. command]) { RedirectStandardInput = true, WorkingDirectory = folder ?? Path.GetTempPath() };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            return new BrokerProcess(Process.Start(start)!, log);
        }
        catch (Win32Exception e)
        {
            throw new MqttNotConnectedException($"{command[0]} cannot be started ({e.Message}); next: command -v setsid", e);
        }
    }

    /// <summary>A program's path; it is looked for in the folders of programs for administrators too, which PATH often lacks.</summary>
    /// <exception cref="MqttNotConnectedException">It is not installed.</exception>
    public static string Find(string program, string packages) => TryFind(program)
        ?? throw new MqttNotConnectedException($"{program} is not installed; next: {InstallCommand(packages)}");

    /// <summary>A program's path; null where it is not installed.</summary>
    public static string? TryFind(string program) => Path.IsPathRooted(program)
        ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The newest folder of a pattern.</summary>
    /// <exception cref="MqttNotConnectedException">There is none.</exception>
    public static string FindFolder(string parent, string pattern, string packages) =>
        (Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : []).Order(StringComparer.Ordinal).LastOrDefault()
        ?? throw new MqttNotConnectedException($"{parent}/{pattern} is not installed; next: {InstallCommand(packages)}");

    /// <summary>The command that installs packages without the service that Debian would start with them.</summary>
    public static string InstallCommand(string packages) => $"sudo rigs/brokers/install {packages}";

    /// <summary>A loopback port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills the program with everything that it started, and waits for that.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        var program = ProgramId;
        try
        {
            _leash.StandardInput.WriteLine("stop");
            _leash.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had ended.
        }

        if (!_leash.WaitForExit(EndWithin))
        {
            _leash.Kill(entireProcessTree: true);
        }

        // The program is killed with the leash, and may take a moment longer: a busy machine gives it back its memory later.
        if (program is { } id)
        {
            SpinWait.SpinUntil(() => IsGone(id), EndWithin);
        }

        _leash.Dispose();
    }

    // One that nobody has waited for yet is gone too.
    private static bool IsGone(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
