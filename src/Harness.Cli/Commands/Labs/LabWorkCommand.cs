namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab work</c>: the job's side of <c>lab run</c>, called by the job's script on the machine that Slurm chose.</summary>
internal static class LabWorkCommand
{
    private const int Questions = 20;

    // The health check may be asking the boards when the job begins.
    private const string PatienceForHealthCheck = "60s";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "the run's folder" };
        var command = new Command("work",
            """
            Runs an attempt at a run of the lab on this machine, with the boards that Slurm gave to its job. Slurm calls it; there is no need to type it.

            Exit status: that of the run.

            Examples:
              ./harness lab work /srv/harness-lab/runs/20260314-150926-a1b2c3
            """) { folder };
        command.SetAction((parsed, stop) => Task.Run(() => WorkAsync(new LabRun(Path.GetFullPath(parsed.GetValue(folder)!)), stop), CancellationToken.None));
        return command;
    }

    private static async Task<int> WorkAsync(LabRun run, CancellationToken stop)
    {
        var order = run.Order() ?? throw new FormatException($"{run.Path} is no folder of a lab's run; next: ./harness lab list");
        var host = Variable("SLURMD_NODENAME");
        var job = long.Parse(Variable("SLURM_JOB_ID"), CultureInfo.InvariantCulture);
        var attempt = int.TryParse(Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT"), CultureInfo.InvariantCulture, out var restarts) ? restarts + 1 : 1;
        if (run.Judged() is { Finished: { } judged } earlier)
        {
            // A controller that was killed may begin a run a second time, also one that has ended meanwhile.
            Console.Error.WriteLine($"harness: attempt {earlier.Number} has judged this run: nothing is executed again");
            return judged.ExitCode;
        }

        var lab = LoadedLab.Load(order.Lab);
        var rig = lab.Rigs.FirstOrDefault(r => r.Host == host) ?? throw new FormatException($"{host} is no machine of lab {lab.Plan.Name}; next: ./harness lab config {ShellWord.Quote(lab.Plan.File)} --check");
        var given = await BoardsAsync(lab, rig.Rig, job, stop);
        var roles = LabRoles.Given(rig.Rig, order.Kinds, order.Roles, given);

        // Read where the record's first event is written: a result carries the run and the attempt.
        Environment.SetEnvironmentVariable(LabAttemptId.Variable, new LabAttemptId(order.Run, attempt, host, job).ToString());
        if (lab.Plan.History is { } history)
        {
            Environment.SetEnvironmentVariable(HistoryAddress.Variable, history);
        }

        Environment.CurrentDirectory = run.Input;
        LinkBaselines(lab.Plan, host, run.Input);
        Console.Error.WriteLine($"harness: {host}, attempt {attempt}{(given.Count > 0 ? $", boards {string.Join(", ", given.Select(board => board.Name))}" : "")}");
        string[] words = [.. Words(order, roles), "--rig", rig.RigPath, "--out", run.Attempt(attempt), "--wait", PatienceForHealthCheck];
        var parsed = CommandTree.Create(words).Parse(words, CommandTree.Parsing);
        if (parsed.Errors.Count > 0)
        {
            throw new FormatException($"{parsed.Errors[0].Message}; next: ./harness lab show {order.Run}");
        }

        var status = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stop);
        if (RunHistory.IsLacking)
        {
            LabUnrecorded.Note(lab.Plan, order.Run);
        }
        else
        {
            LabUnrecorded.Import(lab);
        }

        return status;
    }

    // A baseline is one rig's own, and outlives the run: all runs on this machine have the same ones.
    private static void LinkBaselines(LabPlan lab, string host, string input)
    {
        var (link, kept) = (Path.Combine(input, BaselineCommand.Folder), Path.Combine(lab.Shared, BaselineCommand.Folder, host));
        Directory.CreateDirectory(kept);
        if (new DirectoryInfo(link) is { LinkTarget: not null } earlier)
        {
            earlier.Delete(); // that of an attempt on another machine
        }

        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, kept);
        }
    }

    // A command that names its device has the board that plays the role; features are told the roles.
    private static IEnumerable<string> Words(LabOrder order, IReadOnlyDictionary<string, string> roles) => order.Words[0] == "run"
        ? [.. order.Words, .. roles.SelectMany(role => (string[])["--role", $"{role.Key}={role.Value}"])]
        : order.Words.Select(word => roles.GetValueOrDefault(word, word));

    // slurmctld started this job a moment ago; it may be restarting now.
    private static async Task<IReadOnlyList<DeviceEntry>> BoardsAsync(LoadedLab lab, RigFile rig, long job, CancellationToken stop)
    {
        var slurm = new SlurmClient(lab.Plan);
        SlurmAnswer answer;
        var question = 0;
        do
        {
            answer = slurm.Run("scontrol", ["show", "job", "-d", "-o", job.ToString(CultureInfo.InvariantCulture)], stop);
            if (answer.ExitCode == 0)
            {
                var boards = LoadedLab.BoardsOf(rig);
                return [.. SlurmClient.Boards(answer.Output).Where(index => index < boards.Count).Select(index => boards[index])];
            }

            await Task.Delay(_pause, stop);
        }
        while (++question < Questions);
        throw new RigErrorException($"the boards of job {job}", $"{lab.Plan.Controller} to say which boards the job has", answer.Problem, nextCommand: "scontrol ping");
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value
        : throw new FormatException($"this is called by a job of Slurm, and {name} is not set; next: ./harness lab run --help");
}
