namespace Harness.Cli.Commands.Labs;

/// <summary>Follows a run of the lab to its end: shows what its job prints, and says why it waits and where it runs.</summary>
/// <param name="lab">The lab.</param>
/// <param name="submitted">The run.</param>
/// <param name="label">Begin of each line about its state.</param>
/// <param name="isLive">True to show what the job prints.</param>
internal sealed class LabWatch(LoadedLab lab, SubmittedRun submitted, string label, bool isLive)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    // Whoever stops waits no longer for a controller that gives no answer.
    private static readonly TimeSpan _cancelWithin = TimeSpan.FromSeconds(15);

    private readonly SlurmClient _slurm = new(lab.Plan);
    private long _output;
    private long _error;
    private string _told = "";

    /// <summary>Waits for the end.</summary>
    /// <param name="stop">Cancels the run, whose machine then makes its devices safe.</param>
    /// <returns>The attempt that counts; null where none came to an end.</returns>
    public async Task<LabAttempt?> EndAsync(CancellationToken stop)
    {
        var cancelled = false;
        Stopwatch? stopping = null;
        while (true)
        {
            if (stop.IsCancellationRequested && !cancelled)
            {
                stopping ??= Stopwatch.StartNew();
                cancelled = _slurm.Run("scancel", [submitted.Job.ToString(CultureInfo.InvariantCulture)], CancellationToken.None).ExitCode == 0;
            }

            var jobs = _slurm.Jobs(submitted.Job, CancellationToken.None);
            Show();
            if (jobs is null)
            {
                Tell($"{lab.Plan.Controller} gives no answer; runs go on meanwhile");
                if (stopping?.Elapsed > _cancelWithin)
                {
                    Tell(cancelled
                        ? $"{lab.Plan.Controller} took the end of run {submitted.Order.Run} and gives no answer since; next: ./harness lab show {submitted.Order.Run}"
                        : $"run {submitted.Order.Run} is not cancelled: {lab.Plan.Controller} gives no answer; next: ./harness lab cancel {submitted.Order.Run}, once it does");
                    break;
                }
            }
            else if (jobs is not [var job] || job.IsEnded || job.IsHeld)
            {
                if (jobs is [{ IsHeld: true }])
                {
                    Tell($"held: it broke {string.Join(" and ", submitted.Run.BrokenHosts())}; next: ./harness lab show {submitted.Order.Run}");
                }

                break;
            }
            else
            {
                Tell(LabWords.Of(job));
            }

            await Task.Delay(_pause, CancellationToken.None);
        }

        Show();
        return submitted.Run.Result();
    }

    /// <summary>Reads a run's records into the history, where its machine could not: what is there already stays.</summary>
    /// <returns>False where the history gives no answer.</returns>
    public static bool Import(LoadedLab lab, LabRun run)
    {
        try
        {
            if (HistoryAddress.Of(lab.Plan.History ?? HistoryAddress.Off) is { } address)
            {
                using var store = HistoryStore.Open(address);
                HistoryImport.From(store, run.Path);
            }

            return true;
        }
        catch (HistoryException e)
        {
            Console.Error.WriteLine($"harness: warning: {ForeignText.Line(e.Message)}; the records stay in {ForeignText.Name(run.Path)}");
            return false;
        }
    }

    private void Tell(string what)
    {
        if (what != _told)
        {
            Console.Error.WriteLine($"harness: {label}{ForeignText.Line(_told = what)}");
        }
    }

    private void Show()
    {
        if (isLive)
        {
            _output = Copy(submitted.Run.Output, _output, StandardStreams.Out);
            _error = Copy(submitted.Run.Error, _error, StandardStreams.Error);
        }
    }

    // Whole lines: what is being written is shown with its end.
    private static long Copy(string file, long from, TextWriter to)
    {
        if (!File.Exists(file))
        {
            return from;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;
        var bytes = new byte[Math.Max(0, stream.Length - from)];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var end = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        to.Write(ForeignText.Lines(System.Text.Encoding.UTF8.GetString(bytes, 0, end)));
        to.Flush();
        return from + end;
    }
}
