namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab cancel</c>: takes runs out of the queue, or ends them.</summary>
internal static class LabCancelCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "the runs' names, or LAST", Arity = ArgumentArity.OneOrMore };
        var lab = LoadedLab.Option();
        var command = new Command("cancel",
            """
            Takes runs out of the queue. One that is under way makes its devices safe and ends as aborted; so does what Ctrl-C at lab run does.

            Exit status: 0; 2 there is no such run, it has ended, or it is another user's. Others that are named are cancelled all the same.

            Examples:
              ./harness lab cancel LAST
            """) { runs, lab };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var loaded = LoadedLab.Load(parsed.GetValue(lab));
                var slurm = new SlurmClient(loaded.Plan);
                var status = ExitCodes.Pass;
                foreach (var (run, order) in parsed.GetValue(runs)!.Select(typed => LabShowCommand.Find(loaded, typed)).ToList())
                {
                    if (Refusal(loaded, slurm, run, order, stop) is { } refusal)
                    {
                        Console.Error.WriteLine($"harness: {ForeignText.Line(refusal)}");
                        status = ExitCodes.Usage;
                        continue;
                    }

                    Console.WriteLine($"{order.Run}: cancelled");
                }

                return status;
            },
            CancellationToken.None));
        return command;
    }

    // By name as well as by number: a queue that lost its state gives numbers anew.
    private static string? Refusal(LoadedLab lab, SlurmClient slurm, LabRun run, LabOrder order, CancellationToken stop)
    {
        if (run.Job() is not { } job)
        {
            return $"{order.Run} never came into the queue; next: ./harness lab list";
        }

        if (slurm.Jobs(job, stop) is not { } jobs)
        {
            return LabWords.Unanswered(lab.Plan, slurm);
        }

        if (jobs.FirstOrDefault(one => one.Run == order.Run) is not { IsEnded: false })
        {
            return $"{order.Run} has ended; next: ./harness lab show {order.Run}";
        }

        var answer = slurm.Run("scancel", [job.ToString(CultureInfo.InvariantCulture)], stop);
        return answer.ExitCode == 0 ? null : $"{order.Run} is not cancelled: {answer.Problem}; next: ./harness lab show {order.Run}";
    }
}
