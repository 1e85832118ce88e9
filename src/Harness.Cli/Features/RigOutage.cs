namespace Harness.Cli.Features;

/// <summary>
/// Keeps a fault of the rig that no device caused, such as the broker's port, from failing every scenario slowly: scenarios are refused at once and
/// the rig is tried again after a while. Faulty devices are given up by the bench, each alone.
/// </summary>
internal sealed class RigOutage(TimeProvider time)
{
    private const int MaximumConsecutiveBroken = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly Outage _outage = new(MaximumConsecutiveBroken, Pause, time);

    /// <summary>Begins a scenario.</summary>
    /// <returns>The reason for which it is not run, null if it is; and the moment it began.</returns>
    public (FailureDetail? Refusal, long Began) Begin() => (Refusal(), time.GetTimestamp());

    private FailureDetail? Refusal()
    {
        return _outage.GivenUp is not { } words
            ? null
            : new FailureDetail("setup", null, "rig", "a working rig", $"not run: {words}; the scenarios before say what broke", null, "./harness run --filter '@req:AUG-1'");
    }

    /// <summary>Records the verdict of a scenario that ran.</summary>
    /// <param name="bench">The devices that it had.</param>
    /// <param name="verdict">Its verdict.</param>
    /// <param name="began">The moment it began, from <see cref="Begin"/>.</param>
    public void Judged(TestBench bench, Verdict verdict, long began)
    {
        if (verdict == Verdict.Unjudgeable)
        {
            return; // a mistake in the feature says nothing about the rig
        }

        var device = bench.Judged(verdict == Verdict.RigError);
        if (verdict != Verdict.RigError)
        {
            _outage.Over();
        }
        else if (!device)
        {
            _outage.Failed(began, mayMend: false);
        }
    }
}
