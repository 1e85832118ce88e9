namespace Harness.Bench.Vectors;

/// <summary>The result of a file of test vectors on a device.</summary>
public sealed record VectorResult
{
    /// <summary>The file.</summary>
    public required VectorFile File { get; init; }

    /// <summary>The device.</summary>
    public required IVectorDevice Device { get; init; }

    /// <summary>The outcomes of the cases that ran, in the order of the file.</summary>
    public required IReadOnlyList<VectorOutcome> Outcomes { get; init; }

    /// <summary>Duration of the run.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The rig error that ended the run; null if there was none.</summary>
    public RigErrorException? RigError { get; init; }

    /// <summary>True if the run was stopped before its end.</summary>
    public bool Aborted { get; init; }

    /// <summary>The number of cases that agreed in full.</summary>
    public int Passed => Count(CaseStatus.Passed);

    /// <summary>The number of cases in which something differed.</summary>
    public int Failed => Count(CaseStatus.Failed);

    /// <summary>The number of cases that the device cannot run in full.</summary>
    public int NotRun => Count(CaseStatus.NotRun);

    /// <summary>The number of cases that were not reached, because the rig broke or the run was stopped.</summary>
    public int NotReached => File.Cases.Count - Outcomes.Count;

    /// <summary>Aborted if stopped; else fail on a failure, rig error if the rig broke, inconclusive if nothing passed, otherwise pass.</summary>
    public Verdict Verdict =>
        Aborted ? Verdict.Aborted
        : Failed > 0 ? Verdict.Fail
        : RigError is not null ? Verdict.RigError
        : Passed == 0 ? Verdict.Inconclusive
        : Verdict.Pass;

    private int Count(CaseStatus status) => Outcomes.Count(o => o.Status == status);
}

/// <summary>Runs the cases of a file on a device, one after the other.</summary>
public static class VectorRun
{
    /// <summary>Runs all cases, up to the end, the first rig error, or a stop.</summary>
    /// <param name="file">The cases.</param>
    /// <param name="device">The device.</param>
    /// <param name="limit">Time limit of one case; a case beyond it is a rig error, never a pass.</param>
    /// <param name="progress">Called after each case.</param>
    /// <param name="time">Clock of the limit; null takes the system's.</param>
    /// <param name="cancellationToken">Stops the run; the result so far is returned, marked as aborted.</param>
    public static async Task<VectorResult> RunAsync(
        VectorFile file, IVectorDevice device, TimeSpan limit, Action<VectorOutcome>? progress, TimeProvider? time, CancellationToken cancellationToken)
    {
        time ??= TimeProvider.System;
        var started = time.GetTimestamp();
        var outcomes = new List<VectorOutcome>(file.Cases.Count);
        RigErrorException? broken = null;
        var aborted = false;
        foreach (var vector in file.Cases)
        {
            using var expiry = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            try
            {
                outcomes.Add(await device.RunAsync(vector, either.Token).ConfigureAwait(false));
                progress?.Invoke(outcomes[^1]);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                aborted = true;
                break;
            }
            catch (OperationCanceledException) when (expiry.IsCancellationRequested)
            {
                broken = new RigErrorException(
                    $"{vector.Id} on {device.Name}", $"an end within {limit.TotalSeconds:0.###} s", "none", nextCommand: "./harness vectors --help (see --timeout)");
                break;
            }
            catch (RigErrorException e)
            {
                broken = new RigErrorException($"{vector.Id}: {e.Item}", e.Expected, e.Seen, e.Unit, e.NextCommand, e);
                break;
            }
        }

        return new VectorResult
        {
            File = file, Device = device, Outcomes = outcomes, Duration = time.GetElapsedTime(started), RigError = broken, Aborted = aborted,
        };
    }
}
