namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab show</c>: one run with its attempts.</summary>
internal static class LabShowCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "the run's name, or LAST" };
        var lab = LoadedLab.Option();
        var json = new Option<bool>("--json") { Description = "JSON on stdout" };
        var command = new Command("show",
            """
            Shows a run of the lab: its state, why it waits or is held, and each attempt with machine, verdict and record. The highest attempt
            that came to an end is the result; earlier ones are evidence. Records that the history lacks are read into it.
            A run of a --matrix is shown with the joint report of all.

            Exit status: 0; 2 there is no such run.

            Examples:
              ./harness lab show LAST
              ./harness lab show 20260314-150926-a1b2c3 --json
            """) { run, lab, json };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var loaded = LoadedLab.Load(parsed.GetValue(lab));
                var (found, order) = Find(loaded, parsed.GetValue(run)!);
                var slurm = new SlurmClient(loaded.Plan);
                var jobs = found.Job() is { } id ? slurm.Jobs(id, stop) : [];
                var job = jobs?.FirstOrDefault(j => j.Run == order.Run);
                if (jobs is null)
                {
                    Console.Error.WriteLine($"harness: warning: {ForeignText.Line(LabWords.Unanswered(loaded.Plan, slurm))}");
                }

                LabWatch.Import(loaded, found);
                var row = LabRow.Of(found, order, job, jobs is not null);
                var attempts = found.Attempts();
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(
                        new { run = row, wants = job?.Wants, hosts = order.Hosts, broken = found.BrokenHosts(), attempts = attempts.Select(a => new { number = a.Number, host = a.Started?.Lab?.Host, verdict = a.Finished?.Verdict.Word(), folder = a.Folder }) },
                        LabRow.Json));
                    return ExitCodes.Pass;
                }

                Console.WriteLine($"{order.Run}  job {row.Job} of {ForeignText.Name(order.User)}, submitted {order.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}: {ForeignText.Line(row.Subject)}");
                Console.WriteLine($"  {ForeignText.Line(row.State)}{(job?.Wants.Length > 0 ? $"; has or wants {job.Wants}" : "")}; rigs that fit: {ForeignText.Line(string.Join(", ", order.Hosts))}");
                foreach (var attempt in attempts)
                {
                    Console.WriteLine($"  attempt {attempt.Number} on {ForeignText.Name(attempt.Started?.Lab?.Host ?? "?")}: {attempt.Finished?.Verdict.Word() ?? "no end"}  {ForeignText.Name(attempt.Folder)}");
                }

                if (found.BrokenHosts() is { Count: > 0 } broken)
                {
                    Console.WriteLine($"  it broke {ForeignText.Line(string.Join(", ", broken))}{(job is { IsHeld: true } ? $"; next: ./harness report {ShellWord.Quote(attempts.Count > 0 ? attempts[^1].Folder : found.Path)}, then scontrol release {job.Id} or ./harness lab cancel {order.Run}" : "")}");
                }

                Console.WriteLine($"  what it printed: {ForeignText.Name(found.Output)}, {ForeignText.Name(found.Error)}");
                if (LabMatrix.ReportOf(loaded, order.Run) is { } joint)
                {
                    Console.WriteLine($"\n{joint}");
                }

                return ExitCodes.Pass;
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>Finds a run by its name or LAST.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static (LabRun Run, LabOrder Order) Find(LoadedLab lab, string typed)
    {
        var names = Directory.Exists(lab.Plan.Runs) ? Directory.EnumerateDirectories(lab.Plan.Runs).Select(folder => Path.GetFileName(folder)).OrderDescending(StringComparer.Ordinal).ToList() : [];
        var name = typed == RecordArgument.Last ? names.FirstOrDefault() : names.Contains(typed) ? typed : null;
        return name is not null && new LabRun(Path.Combine(lab.Plan.Runs, name)) is var run && run.Order() is { } order ? (run, order)
            : throw new FormatException($"lab {lab.Plan.Name} has no run '{typed}'{NearestWord.Hint(typed, names)}; next: ./harness lab list");
    }
}
