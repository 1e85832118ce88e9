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

            Exit status: 0; 2 there is no such run, or it is another user's.

            Examples:
              ./harness lab cancel LAST
            """) { runs, lab };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var loaded = LoadedLab.Load(parsed.GetValue(lab));
                foreach (var (run, order) in parsed.GetValue(runs)!.Select(typed => LabShowCommand.Find(loaded, typed)).ToList())
                {
                    var job = run.Job() ?? throw new FormatException($"{order.Run} never came into the queue; next: ./harness lab list");
                    var answer = new SlurmClient(loaded.Plan).Run("scancel", [job.ToString(CultureInfo.InvariantCulture)], stop);
                    if (answer.ExitCode != 0)
                    {
                        throw new FormatException($"{order.Run} is not cancelled: {answer.Problem}; next: ./harness lab show {order.Run}");
                    }

                    Console.WriteLine($"{order.Run}: cancelled");
                }

                return ExitCodes.Pass;
            },
            CancellationToken.None));
        return command;
    }
}
