namespace Harness.Cli.Commands.Labs;

/// <summary>A run of the lab as <c>lab list</c> shows it.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Job">The number of its job.</param>
/// <param name="User">Its owner.</param>
/// <param name="State">State, or verdict, and why it waits.</param>
/// <param name="Host">The machine.</param>
/// <param name="Since">The begin of the state.</param>
/// <param name="Subject">The command.</param>
internal sealed record LabRow(string Run, long Job, string User, string State, string Host, DateTimeOffset? Since, string Subject)
{
    /// <summary>The options of JSON output.</summary>
    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Makes the row of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="order">Its order.</param>
    /// <param name="job">Its job; null where the queue has none.</param>
    /// <param name="isAnswered">False where the queue gave no answer.</param>
    public static LabRow Of(LabRun run, LabOrder order, SlurmJob? job, bool isAnswered)
    {
        var subject = string.Join(' ', order.Words.Select(ShellWord.Quote)) + string.Concat(order.Kinds.Select(kind => $" ({kind.Key}={kind.Value})"));
        if (job is { IsEnded: false })
        {
            DateTimeOffset? since = job.State is "RUNNING" or "COMPLETING" && job.Start is { } start ? new DateTimeOffset(start) : order.At;
            return new LabRow(order.Run, job.Id, order.User, LabWords.Of(job), job.Node, since, subject);
        }

        var end = run.Result();
        return new LabRow(
            order.Run, run.Job() ?? 0, order.User, end?.Finished?.Verdict.Word() ?? (job?.State == "CANCELLED" ? "cancelled" : isAnswered ? "no verdict" : "not known"), end?.Started?.Lab?.Host ?? "", end?.Finished?.At ?? order.At, subject);
    }
}

/// <summary><c>harness lab list</c>: who runs what where since when, and why a run waits.</summary>
internal static class LabListCommand
{
    public static Command Create()
    {
        var lab = LoadedLab.Option();
        var last = new Option<int>("--last") { Description = "ended runs beside those in the queue", DefaultValueFactory = _ => 10 };
        last.Validators.Add(CommandHost.Between(0, 100_000));
        var json = new Option<bool>("--json") { Description = "JSON on stdout" };
        var command = new Command("list",
            """
            Lists the runs of the lab: who runs what on which machine since when, why a run waits, and the newest ended ones with their verdicts.

            Exit status: 0; 2 there is no lab.

            Examples:
              ./harness lab list
              ./harness lab list --last 100 --json
            """) { lab, last, json };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var loaded = LoadedLab.Load(parsed.GetValue(lab));
                var slurm = new SlurmClient(loaded.Plan);
                var jobs = slurm.Jobs(stop: stop);
                if (jobs is null)
                {
                    Console.Error.WriteLine($"harness: warning: {ForeignText.Line(LabWords.Unanswered(loaded.Plan, slurm))}");
                }

                LabUnrecorded.Import(loaded);
                var rows = Rows(loaded, jobs, parsed.GetValue(last));
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(rows, LabRow.Json));
                    return ExitCodes.Pass;
                }

                foreach (var row in rows)
                {
                    Console.WriteLine($"{ForeignText.Name(row.Run)}  {row.Since?.ToLocalTime():MM-dd HH:mm:ss}  {ForeignText.Name(row.User),-10}  {(row.Host.Length > 0 ? ForeignText.Name(row.Host) : "-"),-10}  {ForeignText.Line(row.State)}  {ForeignText.Line(row.Subject)}");
                }

                Console.WriteLine($"{rows.Count} runs of lab {loaded.Plan.Name}");
                return ExitCodes.Pass;
            },
            CancellationToken.None));
        return command;
    }

    private static List<LabRow> Rows(LoadedLab lab, IReadOnlyList<SlurmJob>? jobs, int last)
    {
        var byRun = (jobs ?? []).GroupBy(job => job.Run).ToDictionary(group => group.Key, group => group.Last());
        var folders = Directory.Exists(lab.Plan.Runs) ? Directory.EnumerateDirectories(lab.Plan.Runs).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        var (rows, ended) = (new List<LabRow>(), 0);
        foreach (var run in folders.Select(folder => new LabRun(folder)))
        {
            var job = byRun.GetValueOrDefault(Path.GetFileName(run.Path));
            var isQueued = job is { IsEnded: false };
            if ((isQueued || ended < last) && run.Order() is { } order)
            {
                rows.Add(LabRow.Of(run, order, job, jobs is not null));
                ended += isQueued ? 0 : 1;
            }
        }

        return rows;
    }
}
