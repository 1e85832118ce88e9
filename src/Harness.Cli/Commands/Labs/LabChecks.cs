using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Commands.Labs;

/// <summary>Checks of a machine against its lab: everything that makes Slurm refuse it, or lose runs on it.</summary>
internal static class LabChecks
{
    private static readonly TimeSpan MostClock = TimeSpan.FromSeconds(10);

    // The words with which Slurm says that it does not believe who asks.
    private static readonly string[] _refusals = ["Zero Bytes", "authentication", "credential"];

    /// <summary>Looks at everything; what one lacks never hides another.</summary>
    public static IReadOnlyList<Finding> All(LoadedLab lab, string host, CancellationToken stop)
    {
        var findings = new List<Finding> { Host(lab, host) };
        findings.AddRange(Files(lab));
        findings.AddRange(Slurm(lab, new SlurmClient(lab.Plan), host, stop));
        findings.AddRange(Machine(lab));
        findings.AddRange(Boards(lab, host));
        return findings;
    }

    private static Finding Host(LoadedLab lab, string host) => lab.Plan.Node(host) is { } node
        ? Finding.Ok("host", $"{host}: {node.Boards.Count} boards, {node.Sensors.Count} sensors")
        : host == lab.Plan.Controller ? Finding.Ok("host", $"{host} keeps the queue and has no boards")
        : Finding.Broken("host", $"{host} is no machine of the lab, which has {string.Join(", ", lab.Plan.Nodes.Select(n => n.Host))}", "hostname, or --host NAME");

    private static IEnumerable<Finding> Files(LoadedLab lab)
    {
        foreach (var (name, text) in SlurmFiles.All(lab.Plan))
        {
            var path = Path.Combine(lab.Plan.Config, name);
            var next = $"./harness lab config {ShellWord.Quote(lab.Plan.File)} --out {ShellWord.Quote(lab.Plan.Config)}";
            yield return !File.Exists(path) ? Finding.Broken(name, $"{path} is not there", next)
                : File.ReadAllText(path) != text ? Finding.Broken(name, $"{path} is not what this lab's file and rigs give: machines with different files refuse each other's boards", next)
                : name.EndsWith(".sh", StringComparison.Ordinal) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) == 0
                    ? Finding.Broken(name, $"{path} is no program", $"sudo chmod 755 {ShellWord.Quote(path)}")
                : Finding.Ok(name, "as this lab's file and rigs give it");
        }
    }

    private static IEnumerable<Finding> Slurm(LoadedLab lab, SlurmClient slurm, string host, CancellationToken stop)
    {
        // Without a daemon munge tries for a minute: where there is no socket there is none.
        var daemon = lab.Plan.Munge ?? "/run/munge/munge.socket.2";
        var sealedText = !Path.Exists(daemon) ? new SlurmAnswer(1, "", $"munged does not run: {daemon} is not there") : slurm.Run("munge", lab.Plan.Munge is { } socket ? ["-n", "-S", socket] : ["-n"], stop);
        var key = sealedText.ExitCode == 0 ? slurm.Run("unmunge", lab.Plan.Munge is { } at ? ["-n", "-S", at] : ["-n"], stop, sealedText.Output) : sealedText;
        yield return key.ExitCode == 0 ? Finding.Ok("munge", "this machine's key opens what it seals")
            : Finding.Broken("munge", key.Problem, "sudo systemctl restart munge; the key /etc/munge/munge.key is the same on every machine, of user munge, mode 400");

        var version = slurm.Run("scontrol", ["--version"], stop);
        if (version.ExitCode != 0)
        {
            yield return Finding.Broken("slurm", version.Problem, File.Exists(Path.Combine(lab.Plan.Config, "slurm.conf")) ? "sudo apt-get install slurmd slurm-client munge" : $"./harness lab config {ShellWord.Quote(lab.Plan.File)} --out {ShellWord.Quote(lab.Plan.Config)}");
            yield break;
        }

        var mine = version.Output.Trim().Split(' ')[^1];
        var config = slurm.Run("scontrol", ["show", "config"], stop);
        if (config.ExitCode != 0)
        {
            yield return _refusals.Any(word => config.Error.Contains(word, StringComparison.OrdinalIgnoreCase))
                ? Finding.Broken(
                    "munge key", $"slurmctld on {lab.Plan.Controller} refuses what this machine seals ({config.Problem}): another key than there, or clocks that are 5 minutes apart",
                    $"on {lab.Plan.Controller}: sudo cat /etc/munge/munge.key | ssh {host} 'sudo install -o munge -g munge -m 400 /dev/stdin /etc/munge/munge.key && sudo systemctl restart munge'; on both: date")
                : Finding.Broken("slurmctld", $"{lab.Plan.Controller} gives no answer: {config.Problem}", $"on {lab.Plan.Controller}: systemctl status slurmctld");
            yield break;
        }

        var theirs = SlurmClient.Setting(config.Output, "SLURM_VERSION");
        yield return theirs == mine ? Finding.Ok("versions", $"Slurm {mine} here and on {lab.Plan.Controller}")
            : Finding.Broken("versions", $"Slurm {mine} here and {theirs} on {lab.Plan.Controller}", "the same Debian release on every machine");
        var now = DateTime.Now;
        yield return SlurmClient.ConfigTime(config.Output) is not { } clock ? Finding.Warning("clock", $"{lab.Plan.Controller} does not tell its time", "date")
            : (now - clock).Duration() is var apart && apart > MostClock
                ? Finding.Broken("clock", $"{apart.TotalSeconds:0} s from {lab.Plan.Controller}'s (5 minutes make munge refuse, and times of runs do not compare)", "sudo timedatectl set-ntp true")
                : Finding.Ok("clock", $"within {MostClock.TotalSeconds:0} s of {lab.Plan.Controller}'s");
        if (lab.Plan.Node(host) is not null)
        {
            yield return Daemon(slurm.Nodes(stop)?.FirstOrDefault(node => node.Name == host), lab.Plan.Controller);
        }
    }

    // What slurmd found at its start, such as a board less than slurm.conf says, stands in the reason.
    private static Finding Daemon(SlurmNode? node, string controller) =>
        node is null ? Finding.Broken("slurmd", $"slurmctld on {controller} does not know this machine", $"on {controller}: sudo systemctl restart slurmctld")
        : LabWords.Of(node) switch
        {
            "down" => Finding.Broken("slurmd", $"{node.State}{(node.Reason.Length > 0 ? $": {node.Reason}" : "")}", "sudo systemctl restart slurmd; journalctl -u slurmd -n 20"),
            "drained" => Finding.Warning("slurmd", $"drained: {node.Reason}", "./harness lab rigs"),
            var state => Finding.Ok("slurmd", state),
        };

    private static IEnumerable<Finding> Machine(LoadedLab lab)
    {
        yield return File.Exists(lab.Plan.Program) ? Finding.Ok("program", lab.Plan.Program) : Finding.Broken("program", $"{lab.Plan.Program} is not there", "sudo apt-get install ./harness-*.deb, or program: in the lab's file");
        var probe = Path.Combine(lab.Plan.Shared, $".check-{Environment.ProcessId}");
        string? fault = null;
        try
        {
            Directory.CreateDirectory(lab.Plan.Runs);
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message.TrimEnd('.');
        }

        yield return fault is null ? Finding.Ok("shared folder", $"{lab.Plan.Shared} can be written") : Finding.Broken("shared folder", fault, $"mount {ShellWord.Quote(lab.Plan.Shared)}; ls -ld {ShellWord.Quote(lab.Plan.Shared)}");
    }

    private static IEnumerable<Finding> Boards(LoadedLab lab, string host)
    {
        foreach (var board in lab.Rigs.FirstOrDefault(rig => rig.Host == host) is { } mine ? LoadedLab.BoardsOf(mine.Rig) : [])
        {
            if (board.Driver != BoardDriver.Tty || board.Port is not { } port)
            {
                yield return Finding.Ok(board.Name, "emulated, a process of each run");
                continue;
            }

            yield return !Path.Exists(port) ? Finding.Broken(board.Name, $"{port} is not there: slurmd does not start without it", "ls -l /dev/serial/by-id")
                : port.StartsWith("/dev/tty", StringComparison.Ordinal) ? Finding.Warning(board.Name, $"{port} is no stable name: after a restart another board may have it", "ls -l /dev/serial/by-id")
                : NodeAccess.GroupToJoin(port) is { } group ? Finding.Broken(board.Name, $"{Environment.UserName} is not in group {group} and may not open {port}", $"sudo usermod -aG {group} $USER, then log in anew")
                : Finding.Ok(board.Name, port);
        }
    }
}
