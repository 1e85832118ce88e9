using Harness.Cli.Commands.Labs;
using Harness.Lab.History;

namespace Harness.Cli.Tests.Labs;

/// <summary>
/// A lab on this machine: munge, slurmctld, a slurmd for each rig and, where wanted, PostgreSQL, all on loopback or sockets, by the files that the product writes. A guard process holds
/// them: it ends them, and every job, by process id when its standard input ends, which is when the test ends in any way.
/// </summary>
internal sealed class SlurmLab : IAsyncDisposable
{
    private const string OtherMunged = "munged-other";

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(120);

    private const string Guard =
        """
        folder=$1
        kill_all() { for pid in $1; do kill -KILL "$pid" 2>/dev/null; done; }
        while read -r name line; do
            SLURM_CONF=$folder/config/slurm.conf setsid sh -c 'echo $$ >"$0"; exec "$@"' "$folder/pids/$name" $line >>"$folder/$name.out" 2>&1 </dev/null &
        done
        for round in 1 2 3 4 5; do
            kill_all "$(cat "$folder"/pids/* 2>/dev/null)"
            # What jobs started has the lab's configuration in its environment.
            kill_all "$(grep -lzxs "SLURM_CONF=$folder/config/slurm.conf" /proc/[0-9]*/environ | cut -d/ -f3)"
            sleep 0.1
        done
        rm -rf "$folder"
        """;

    private readonly Process _guard;
    private readonly string _folder;

    private SlurmLab(Process guard, string folder) => (_guard, _folder) = (guard, folder);

    public string Folder => _folder;

    public string File => this["lab.yaml"];

    public LoadedLab Lab => LoadedLab.Load(File);

    public SlurmClient Slurm => new(Lab.Plan);

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>Starts a lab whose rigs are called pi1, pi2 ...</summary>
    /// <param name="rigs">The text of each rig file.</param>
    /// <param name="hasPostgres">True for a PostgreSQL server of its own as the history; else it is a SQLite file.</param>
    /// <param name="more">More lines of the lab's file.</param>
    public static async Task<SlurmLab> StartAsync(IReadOnlyList<string> rigs, bool hasPostgres = false, string more = "node_timeout: 10 s\nhealth_every: 60 min\n")
    {
        foreach (var program in (string[])["slurmctld", "slurmd", "sbatch", "munged", "setpriv"])
        {
            NeedsProgram.Find(program, program is "munged" ? "munge" : program is "sbatch" ? "slurm-client" : program is "setpriv" ? "util-linux" : program);
        }

        Needs.That(Environment.UserName == "root", "root: slurmd starts jobs for their users", "run this test as root");
        var folder = Directory.CreateTempSubdirectory("harness-lab-").FullName;
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Guard, "guard", folder]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        var lab = new SlurmLab(Process.Start(start)!, folder);
        try
        {
            await lab.PrepareAsync(rigs, hasPostgres, more);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The shipped rig of the firmware as a Linux process, quick to log in.</summary>
    public static string Posix(int number, string old = "p2: *board", string replacement = "p2: *board") => WorkFolder.PosixRigText()
        .Replace("rig: posix", $"rig: rig{number}", StringComparison.Ordinal).Replace("group: modp2048-q256", "group: p256", StringComparison.Ordinal).Replace(old, replacement, StringComparison.Ordinal);

    /// <summary>A rig of one board, so that it takes one run at a time.</summary>
    public static string OneBoard(int number) => Posix(number).Replace("  p2: *board", "", StringComparison.Ordinal).Replace("  second board: p2", "", StringComparison.Ordinal);

    /// <summary>A rig of one real board, as far as the harness can tell: a firmware that runs for itself behind a line of its own.</summary>
    /// <param name="number">The rig's number.</param>
    /// <param name="port">The line.</param>
    /// <param name="power">A file beside the rig's that notes how its power was switched; null for none.</param>
    public static string RealBoard(int number, string port, string? power = null) => OneBoard(number).Replace(
        "driver: posix", $"driver: tty\n    port: {port}{(power is null ? "" : $"\n    power: {{by: command, off: 'echo off >>{power}', on: 'echo on >>{power}'}}")}", StringComparison.Ordinal);

    /// <summary>Starts a server, or starts it again.</summary>
    public void StartServer(string name)
    {
        System.IO.File.Delete(Pid(name));
        _guard.StandardInput.WriteLine(name switch
        {
            "munged" => Munged(name, "munge"),
            OtherMunged => Munged(name, OtherMunged),
            "slurmctld" => $"slurmctld slurmctld -D -f {this["config/slurm.conf"]}",
            "postgres" => $"postgres setpriv --reuid=nobody --regid=nogroup --clear-groups {Postgres("postgres")} -D {this["pg/data"]} -c listen_addresses= -c unix_socket_directories={this["pg"]} -c fsync=off",
            _ => $"{name} slurmd -D -N {name} -f {this["config/slurm.conf"]}",
        });
        _guard.StandardInput.Flush();
    }

    /// <summary>Starts a second <c>munged</c> with a key of its own, and gives the file of the lab as a machine with that key has it.</summary>
    public async Task<string> WithOtherKeyAsync()
    {
        Directory.CreateDirectory(this[OtherMunged]);
        WriteKey(OtherMunged);
        StartServer(OtherMunged);
        await UntilAsync(() => System.IO.File.Exists(this[$"{OtherMunged}/socket"]), "the other munged listens");
        var file = this["other.yaml"];
        System.IO.File.WriteAllText(
            file, System.IO.File.ReadAllText(File).Replace(this["munge/socket"], this[$"{OtherMunged}/socket"], StringComparison.Ordinal).Replace(this["config"], this["other-config"], StringComparison.Ordinal));
        WriteConfig(LoadedLab.Load(file).Plan);
        return file;
    }

    private string Munged(string name, string folder) =>
        $"{name} munged --foreground --key-file={this[$"{folder}.key"]} --socket={this[$"{folder}/socket"]} --pid-file={this[$"{folder}/pid"]} --log-file={this[$"{folder}/log"]} --seed-file={this[$"{folder}/seed"]}";

    private void WriteKey(string folder)
    {
        System.IO.File.WriteAllBytes(this[$"{folder}.key"], System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        Mode(this[$"{folder}.key"], 0b100_000_000);
    }

    private static void WriteConfig(LabPlan plan)
    {
        Directory.CreateDirectory(plan.Config);
        foreach (var (name, text) in SlurmFiles.All(plan))
        {
            System.IO.File.WriteAllText(Path.Combine(plan.Config, name), text);
            Mode(Path.Combine(plan.Config, name), 0b111_101_101);
        }
    }

    /// <summary>Waits until PostgreSQL takes connections: its socket is there earlier.</summary>
    public Task UntilPostgresAsync() => UntilAsync(
        () => System.IO.File.Exists(this["pg/data/postmaster.pid"]) && System.IO.File.ReadAllText(this["pg/data/postmaster.pid"]).Contains("ready", StringComparison.Ordinal), "PostgreSQL takes connections");

    /// <summary>Signals a server by its process id.</summary>
    public void Signal(string name, int signal) => Processes.Signal(ServerId(name), signal);

    public int ServerId(string name) => int.Parse(System.IO.File.ReadAllText(Pid(name)), CultureInfo.InvariantCulture);

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what, TimeSpan? limit = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(began) > (limit ?? _limit))
            {
                Assert.Fail($"{what}: not within {(limit ?? _limit).TotalSeconds:0} s\n{Slurm.Run("scontrol", ["show", "job"]).Output}\n{Slurm.Run("scontrol", ["show", "node"]).Output}\n{Logs()}");
            }

            await Task.Delay(100);
        }
    }

    public Task UntilFreeAsync() => UntilAsync(() => Slurm.Nodes() is { } nodes && nodes.All(node => node.State == "IDLE"), "all rigs are free");

    /// <summary>Runs <c>harness lab ...</c> as a user types it.</summary>
    public Task<Ended> TypeAsync(params string[] arguments) =>
        HarnessProcess.RunProgramAsync(_folder, "", "env", [$"{LoadedLab.Variable}={File}", "HARNESS_HISTORY=off", "dotnet", HarnessProcess.Program, "lab", .. arguments]);

    /// <summary>Hands a run to the lab, without a process of its own.</summary>
    public SubmittedRun Submit(params string[] words) => Submit(1, words)[0];

    /// <summary>Hands a run to the lab several times.</summary>
    public IReadOnlyList<SubmittedRun> Submit(int times, params string[] words)
    {
        var lab = Lab;
        var (read, parsed) = LabSubmission.Read(words);
        var request = LabSubmission.Request(lab, parsed, new Dictionary<string, string>());
        return [.. Enumerable.Range(0, times).Select(_ => LabSubmission.Submit(lab, read, parsed, request, new Dictionary<string, string>(), CancellationToken.None))];
    }

    /// <summary>Writes a feature file of the submitter's own, and gives its path.</summary>
    public string Feature(string name, string text)
    {
        System.IO.File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Gets a job; null where slurmctld gives no answer.</summary>
    public SlurmJob? Job(SubmittedRun run) => Slurm.Jobs(run.Job)?.FirstOrDefault();

    /// <summary>Waits until a run is on a machine and its record has begun.</summary>
    public async Task<string> UntilRunsAsync(SubmittedRun run, int attempt = 1)
    {
        await UntilAsync(() => run.Run.Attempts().Any(a => a.Number == attempt && a.Started is not null), $"attempt {attempt} of {run.Order.Run} begins");
        return run.Run.Attempts().Single(a => a.Number == attempt).Started!.Lab!.Host;
    }

    public Task UntilEndedAsync(SubmittedRun run) => UntilAsync(() => Job(run) is { IsEnded: true }, $"{run.Order.Run} ends");

    /// <summary>The results in the history, after what a killed server missed is read from the records.</summary>
    public IReadOnlyList<LabResult> Results(params IReadOnlyList<SubmittedRun> runs)
    {
        foreach (var run in runs)
        {
            LabWatch.Import(Lab, run.Run);
        }

        using var store = HistoryStore.Open(HistoryAddress.Of(Lab.Plan.History!)!);
        return store.LabResults(100_000);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _guard.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _guard.WaitForExitAsync(limit.Token);
        }
        catch (IOException)
        {
            // A test ended the guard.
        }

        _guard.Dispose();
    }

    private static string Postgres(string program) => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", program)).Where(System.IO.File.Exists).Order(StringComparer.Ordinal).LastOrDefault() ?? "" : "";

    private string Pid(string name) => this[$"pids/{name}"];

    private string Logs() => string.Concat(Directory.EnumerateFiles(_folder, "*.out").Concat(Directory.EnumerateFiles(this["state"], "*.log")).Concat(Directory.EnumerateFiles(this["state"], "scripts.log", SearchOption.AllDirectories)).Select(file =>
        $"--- {Path.GetFileName(file)}\n{string.Join('\n', System.IO.File.ReadLines(file).TakeLast(15))}\n"));

    private async Task PrepareAsync(IReadOnlyList<string> rigs, bool hasPostgres, string more)
    {
        Open(_folder);
        foreach (var name in (string[])["config", "munge", "state/slurmctld", "shared", "pids"])
        {
            Directory.CreateDirectory(this[name]);
        }

        WriteKey("munge");
        System.IO.File.WriteAllText(this["harness"], $"#!/bin/sh\nexport HARNESS_ROOT='{ProductPaths.Root}'\nexec dotnet '{HarnessProcess.Program}' \"$@\"\n");
        Mode(this["harness"], 0b111_101_101);
        var ports = FreePorts(rigs.Count + 1);
        var entries = rigs.Select((text, i) =>
        {
            System.IO.File.WriteAllText(this[$"pi{i + 1}.yaml"], text);
            return $"  - {{host: pi{i + 1}, rig: pi{i + 1}.yaml, address: 127.0.0.1, port: {ports[i + 1]}}}\n";
        });
        System.IO.File.WriteAllText(
            File,
            $"lab: trial\ncontroller: {Dns.GetHostName().Split('.')[0]}\ncontroller_address: 127.0.0.1\ncontroller_port: {ports[0]}\nshared: {this["shared"]}\n"
            + $"history: {(hasPostgres ? $"postgresql://harness@/lab?host={this["pg"]}" : this["history.db"])}\nprogram: {this["harness"]}\nconfig: {this["config"]}\nstate: {this["state"]}\n"
            + $"user: root\nmunge: {this["munge/socket"]}\nretry_after: 5 s\n{more}rigs:\n{string.Concat(entries)}");
        WriteConfig(Lab.Plan);
        if (hasPostgres)
        {
            await MakeDatabaseAsync();
        }

        StartServer("munged");
        await UntilAsync(() => System.IO.File.Exists(this["munge/socket"]), "munged listens");
        StartServer("slurmctld");
        foreach (var i in Enumerable.Range(1, rigs.Count))
        {
            StartServer($"pi{i}");
        }

        await UntilFreeAsync();
    }

    // initdb refuses root.
    private async Task MakeDatabaseAsync()
    {
        Needs.That(Postgres("initdb").Length > 0, "Debian's PostgreSQL", "sudo apt-get install postgresql");
        Directory.CreateDirectory(this["pg"]);
        await AsNobodyAsync("true");
        await HarnessProcess.RunProgramAsync("/", "", "chown", "nobody", this["pg"]);
        await AsNobodyAsync(Postgres("initdb"), "-D", this["pg/data"], "-U", "harness", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        StartServer("postgres");
        await UntilPostgresAsync();
        await AsNobodyAsync(Postgres("createdb"), "-h", this["pg"], "-U", "harness", "lab");
    }

    private static async Task AsNobodyAsync(params string[] line)
    {
        var ended = await HarnessProcess.RunProgramAsync("/", "", "setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", .. line]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    private static List<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private static void Open(string folder) => Mode(folder, 0b111_101_101);

#pragma warning disable CA1416 // modes of files: Linux
    private static void Mode(string path, int mode) => System.IO.File.SetUnixFileMode(path, (UnixFileMode)mode);
#pragma warning restore CA1416
}
