namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab run</c>: a run on whichever rig of the lab is free.</summary>
internal static class LabRunCommand
{
    public static Command Create()
    {
        var lab = LoadedLab.Option();
        var detach = new Option<bool>("--detach") { Description = "do not wait: print the run's name and end" };
        var matrix = new Option<string?>("--matrix") { Description = "one job for each kind of board in a role, and one joint report: board=stm32f405,atmega1284p", HelpName = "ROLE=KIND,KIND" };
        var command = new Command("run",
            """
            Hands a run to Slurm: it begins on the first rig that is free and has what the features name (boards by role or name, sensors,
            real hardware). Everything else on the line is the command's own: the options of run, or claims, measure, baseline with theirs,
            but for --rig, --out, --list, --failed, --wait, --watch and --sign. What it prints is shown as it comes; it ends with the run's
            own verdict and exit status. Ctrl-C cancels it. Feature files and plugins of your own go along; baselines are kept by machine.

            A rig that breaks leads to another attempt on another rig; a failed scenario never does. A run that breaks two rigs is held.

            Exit status: that of the run; 3 also where it is held or its rig was lost for good; 2 usage, or no rig has what it needs.

            Examples:
              ./harness lab run
              ./harness lab run features/handshake --filter 'not @slow'
              ./harness lab run claims --scheme mqtt-present
              ./harness lab run measure seal --device board
              ./harness lab run --matrix board=stm32f405,atmega1284p features/handshake
              ./harness lab run --detach my.feature
            """) { lab, detach, matrix };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, stop) => Task.Run(
            () => RunAsync(LoadedLab.Load(parsed.GetValue(lab)), parsed.UnmatchedTokens, parsed.GetValue(detach), parsed.GetValue(matrix), stop), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(LoadedLab lab, IReadOnlyList<string> typed, bool detach, string? matrix, CancellationToken stop)
    {
        var (words, parsed) = LabSubmission.Read(typed);
        IReadOnlyList<IReadOnlyDictionary<string, string>> choices = matrix is null ? [new Dictionary<string, string>()] : LabMatrix.Read(lab, matrix);

        // All are understood before any is submitted.
        var requests = choices.Select(kinds => LabSubmission.Request(lab, parsed, kinds)).ToList();
        foreach (var told in requests.Select(request => request.Told).OfType<string>().Distinct())
        {
            await Console.Error.WriteLineAsync($"harness: {told}");
        }

        var submitted = choices.Zip(requests, (kinds, request) => LabSubmission.Submit(lab, words, parsed, request, kinds, stop)).ToList();
        if (matrix is not null)
        {
            LabMatrix.Note(lab, submitted);
        }

        if (detach)
        {
            foreach (var one in submitted)
            {
                Console.WriteLine(one.Order.Run);
            }

            await Console.Error.WriteLineAsync($"harness: next: ./harness lab show {submitted[0].Order.Run}");
            return ExitCodes.Pass;
        }

        var ends = await Task.WhenAll(submitted.Select(async one =>
        {
            var label = matrix is null ? "" : $"{string.Join(' ', one.Order.Kinds.Values)}: ";
            await Console.Error.WriteLineAsync($"harness: {label}run {one.Order.Run}");
            var end = await new LabWatch(lab, one, label, isLive: matrix is null).EndAsync(stop);
            return (one, end);
        }));
        foreach (var (one, _) in ends)
        {
            LabWatch.Import(lab, one.Run);
        }

        if (matrix is not null)
        {
            Console.WriteLine(LabMatrix.Report(lab, ends));
        }

        var codes = ends.Select(e => Code(lab, e.one, e.end, stop.IsCancellationRequested)).ToList();
        return Worst(codes);
    }

    private static int Code(LoadedLab lab, SubmittedRun run, LabAttempt? end, bool cancelled)
    {
        // It was stopped as its job was killed, not by who asked for it.
        var isKilled = end?.Finished is { Verdict: Verdict.Aborted } && run.Run.BrokenHosts().Contains(end.Started?.Lab?.Host ?? "");
        if (end?.Finished is { } finished && !isKilled)
        {
            return finished.ExitCode;
        }

        if (cancelled)
        {
            return ExitCodes.Aborted;
        }

        // Without a record the program refused the run, which it said: usage, not a rig.
        var usage = run.Run.Attempts().Count == 0 && run.Run.BrokenHosts().Count == 0 && File.Exists(run.Run.Error);
        Console.Error.WriteLine($"harness: run {run.Order.Run} has no verdict: {(usage ? "it was refused" : isKilled ? "its job was killed" : "its rig was lost or it was killed")}; next: ./harness lab show {run.Order.Run}");
        return usage ? ExitCodes.Usage : ExitCodes.RigBroken;
    }

    // As within a run: 130 aborted, else 1 failed, else 2, else 3, else 4.
    private static int Worst(IReadOnlyList<int> codes) => new[] { ExitCodes.Aborted, 1, 2, 3, 4 }.FirstOrDefault(codes.Contains);
}
