namespace Harness.Lab.Slurm;

/// <summary>Writes Slurm's own configuration for a lab: <c>slurm.conf</c> and <c>gres.conf</c>, the same on every machine, each line with its reason.</summary>
public static class SlurmFiles
{
    /// <summary>The name of a board in Slurm; its type is the kind.</summary>
    public const string Board = "board";

    /// <summary>The name of a sensor in Slurm; its type is the kind.</summary>
    public const string Sensor = "sensor";

    /// <summary>Exit status of a job whose rig broke, and that another rig takes.</summary>
    public const int Requeue = 42;

    /// <summary>Exit status of a job that broke two rigs, and that waits for a person.</summary>
    public const int Hold = 43;

    /// <summary>All files of a lab by name; those that end in <c>.sh</c> are programs.</summary>
    public static IReadOnlyDictionary<string, string> All(LabPlan lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return new Dictionary<string, string>
        {
            ["slurm.conf"] = Slurm(lab), ["gres.conf"] = Gres(lab),
            [SlurmScripts.PrologName] = SlurmScripts.Prolog(lab), [SlurmScripts.EpilogName] = SlurmScripts.Epilog(lab), [SlurmScripts.HealthName] = SlurmScripts.Health(lab),
        };
    }

    /// <summary>Writes <c>slurm.conf</c>.</summary>
    public static string Slurm(LabPlan lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var text = new StringBuilder();
        void Line(string setting, string why) => text.Append(CultureInfo.InvariantCulture, $"# {why}\n{setting}\n");
        text.Append(CultureInfo.InvariantCulture, $"# Slurm for the lab \"{lab.Name}\", from {Path.GetFileName(lab.File)} by: harness lab config. The same file on every machine, as {lab.Config}/slurm.conf.\n");
        Line($"ClusterName={lab.Name}", "The lab's name, in logs and in the saved state.");
        Line($"SlurmctldHost={lab.Controller}{(lab.ControllerAddress is { } at ? $"({at})" : "")}", "The machine that keeps the queue. Runs go on while it is away.");
        Line($"SlurmctldPort={lab.ControllerPort ?? 6817}", "Its TCP port.");
        Line($"SlurmUser={lab.User}", "The account of slurmctld; slurmd is root's, as it starts jobs for their users.");
        if (lab.User != "slurm")
        {
            Line($"SlurmdUser={lab.User}", "The account of slurmd, where it is not root.");
        }

        Line("AuthType=auth/munge", "Who asks is told by munge: one key on all machines, clocks within 5 minutes.");
        Line(
            $"AuthInfo={(lab.Munge is { } socket ? $"socket={socket}," : "")}cred_expire={Seconds(lab.RetryAfter, 5)}",
            "Seconds after which a run that broke its rig begins again; in them its old rig is excluded.");
        Line($"StateSaveLocation={lab.State}/slurmctld", "The queue on disk: it outlives slurmctld.");
        Line($"SlurmdSpoolDir={lab.State}/slurmd.%n", "The jobs of a machine on disk: they outlive slurmd.");
        Line($"SlurmctldPidFile={lab.State}/slurmctld.pid", "Process ids, for systemd.");
        Line($"SlurmdPidFile={lab.State}/slurmd.%n.pid", "The same.");
        Line($"SlurmctldLogFile={lab.State}/slurmctld.log", "Logs.");
        Line($"SlurmdLogFile={lab.State}/slurmd.%n.log", "The same.");
        Line("MailProg=/bin/true", "No mail.");
        Line("ProctrackType=proctrack/linuxproc", "The processes of a job are found by their parents: needs no cgroups on a Pi.");
        Line("TaskPlugin=task/none", "Runs set their own priorities.");
        Line("SelectType=select/cons_tres", "Boards are given singly: two runs may share a machine, never a board.");
        Line("SelectTypeParameters=CR_Core", "Each run counts as one core, for those that need no board.");
        Line("SlurmdParameters=config_overrides", "The CPUs= below say how many runs a machine takes, not how many cores it has.");
        Line("SchedulerType=sched/backfill", "A run that fits now does not wait behind one that does not.");
        Line("SchedulerParameters=sched_min_interval=100000,bf_interval=5,batch_sched_delay=1", "A free rig is given away at once (microseconds, seconds).");
        Line("GresTypes=board,sensor", "What is counted beside cores; gres.conf says which are where.");
        Line($"Prolog={lab.Config}/{SlurmScripts.PrologName}", "Before a job: resets its boards.");
        Line($"Epilog={lab.Config}/{SlurmScripts.EpilogName}", "After a job, also a killed one: ends what is left of it, leaves power safe, counts broken runs.");
        Line($"HealthCheckProgram={lab.Config}/{SlurmScripts.HealthName}", "The doctor: drains a broken rig, and brings it back.");
        Line($"HealthCheckInterval={Seconds(lab.HealthEvery, 1)}", "Seconds between two of its visits.");
        Line("HealthCheckNodeState=ANY", "It visits drained machines too, as it brings them back.");
        Line("JobRequeue=1", "A job whose machine is lost begins again on another.");
        Line($"RequeueExit={Requeue}", "The status of a job whose rig broke: it is requeued. No other is; a fail never.");
        Line($"RequeueExitHold={Hold}", "The status of a job that broke two rigs: it is held for a person.");
        Line("ReturnToService=2", "A machine that was lost comes back when it answers.");
        Line($"SlurmdTimeout={Seconds(lab.NodeTimeout, 5)}", "Seconds without an answer after which a machine is lost.");
        Line("KillWait=20", "Seconds from SIGTERM to SIGKILL: a run makes its devices safe in them.");
        Line("MinJobAge=3600", "Seconds that an ended job stays in the list.");
        foreach (var node in lab.Nodes)
        {
            Line(Node(node), $"{node.Host}: {node.Boards.Count} boards, {node.Sensors.Count} sensors, rig file {node.Rig}.");
        }

        Line("PartitionName=lab Nodes=ALL Default=YES MaxTime=INFINITE State=UP", "One queue for all.");
        return text.ToString();
    }

    /// <summary>Writes <c>gres.conf</c>.</summary>
    public static string Gres(LabPlan lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Boards and sensors of the lab \"{lab.Name}\", from {Path.GetFileName(lab.File)} by: harness lab config. The same file on every machine, as {lab.Config}/gres.conf.\n");
        foreach (var node in lab.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"# {node.Host}: a line for each board, in the order of its rig file. File= is its stable name; an emulated board is a process of each run and has none.\n");
            foreach (var board in node.Boards)
            {
                text.Append(CultureInfo.InvariantCulture, $"# {board.Device}: a board of kind {board.Kind}{(board.Port is null ? ", emulated" : "")}.\nNodeName={node.Host} Name={Board} Type={board.Kind} File={board.Port ?? "/dev/null"}\n");
            }

            foreach (var (kind, count) in Counts(node.Sensors))
            {
                text.Append(CultureInfo.InvariantCulture, $"# Its sensors of kind {kind}: counted, as a sensor is no file.\nNodeName={node.Host} Name={Sensor} Type={kind} Count={count}\n");
            }
        }

        return text.ToString();
    }

    private static string Node(LabNode node)
    {
        var resources = Counts(node.Boards.Select(b => b.Kind)).Select(c => $"{Board}:{c.Kind}:{c.Count}").Concat(Counts(node.Sensors).Select(c => $"{Sensor}:{c.Kind}:{c.Count}")).ToList();
        return $"NodeName={node.Host}{(node.Address is { } address ? $" NodeAddr={address}" : "")}{(node.Port is { } port ? $" Port={port}" : "")}"
            + $" CPUs={Math.Max(2, node.Boards.Count)}{(resources.Count > 0 ? $" Gres={string.Join(',', resources)}" : "")}{(node.HasHardware ? " Feature=hardware" : "")} State=UNKNOWN";
    }

    private static IEnumerable<(string Kind, int Count)> Counts(IEnumerable<string> kinds) => kinds.GroupBy(kind => kind).Select(group => (group.Key, group.Count()));

    private static int Seconds(TimeSpan time, int least) => Math.Max(least, (int)Math.Ceiling(time.TotalSeconds));
}
