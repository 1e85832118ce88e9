using Harness.Record;

namespace Harness.Bench.Vectors;

/// <summary>What a file of vectors came to on a device.</summary>
public sealed record VectorResult
{
    /// <summary>The file.</summary>
    public required VectorFile File { get; init; }

    /// <summary>The device.</summary>
    public required IVectorDevice Device { get; init; }

    /// <summary>The cases that ended, in the order of the file.</summary>
    public required IReadOnlyList<VectorOutcome> Outcomes { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What broke the rig, after which nothing more ran; null where nothing did.</summary>
    public RigErrorException? RigError { get; init; }

    /// <summary>Whether it was stopped before its end.</summary>
    public bool Aborted { get; init; }

    /// <summary>Cases of which everything agreed.</summary>
    public int Passed => Count(CaseStatus.Passed);

    /// <summary>Cases in which something differed.</summary>
    public int Failed => Count(CaseStatus.Failed);

    /// <summary>Cases that the device cannot run, or not all of.</summary>
    public int NotRun => Count(CaseStatus.NotRun);

    /// <summary>Cases that were not come to, because the rig broke or the run was stopped.</summary>
    public int NotReached => File.Cases.Count - Outcomes.Count;

    /// <summary>Aborted, else a failure, else the rig, else inconclusive where nothing passed, else pass.</summary>
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
    /// <summary>Runs them all, up to the end, the first rig error, or a stop.</summary>
    /// <param name="file">The cases.</param>
    /// <param name="device">The device.</param>
    /// <param name="limit">How long one case may take; more is a rig error, never a pass.</param>
    /// <param name="progress">Told after each case.</param>
    /// <param name="time">Clock of the limit; null takes the system's.</param>
    /// <param name="cancellationToken">Stops: the result so far is given, marked aborted.</param>
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
