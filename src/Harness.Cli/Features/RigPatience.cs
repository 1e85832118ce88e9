using Harness.Bench;
using Harness.Record;

namespace Harness.Cli.Features;

/// <summary>
/// Keeps what broke the rig without a device to blame, such as the broker's port, from being told anew by every scenario; it is tried again after a while.
/// Devices are given up by the bench, each alone.
/// </summary>
internal sealed class RigPatience(TestBench bench, TimeProvider time)
{
    private const int BrokenInARow = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly Outage outage = new(BrokenInARow, Pause, time);
    private long began;

    /// <summary>Begins a scenario.</summary>
    /// <returns>Why it is not run; null where it is.</returns>
    public FailureDetail? Begin()
    {
        began = time.GetTimestamp();
        return outage.GivenUp is not { } words
            ? null
            : new FailureDetail("setup", null, "rig", "a working rig", $"not run: {words}; the scenarios before say what broke", null, "./harness run --filter '@req:AUG-1'");
    }

    /// <summary>Counts the verdict of a scenario that ran.</summary>
    public void Judged(Verdict verdict)
    {
        if (verdict == Verdict.Unjudgeable)
        {
            return; // an author's slip speaks neither for the rig nor against it
        }

        var device = bench.Judged(verdict == Verdict.RigError);
        if (verdict != Verdict.RigError)
        {
            outage.Over();
        }
        else if (!device)
        {
            outage.Failed(began, mayMend: false);
        }
    }
}
