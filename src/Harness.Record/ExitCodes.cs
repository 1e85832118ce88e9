namespace Harness.Record;

/// <summary>The exit codes of the process (README.md).</summary>
public static class ExitCodes
{
    /// <summary>Every scenario passed.</summary>
    public const int Pass = 0;

    /// <summary>At least one scenario failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A scenario was unjudgeable and nothing failed: like a usage error, it is for the author to correct.</summary>
    public const int Unjudgeable = 2;

    /// <summary>The rig broke and nothing failed.</summary>
    public const int RigBroken = 3;

    /// <summary>Something could not be judged, and nothing worse happened.</summary>
    public const int Inconclusive = 4;

    /// <summary>The run was stopped: 128 + SIGINT.</summary>
    public const int Aborted = 130;

    /// <summary>Gets the exit code of a run: 130 aborted, else 1 failed, else 2 unjudgeable, else 3 rig broken, else 4 inconclusive, else 0.</summary>
    public static int From(VerdictCounts counts) => From(counts.Verdict);

    /// <summary>Gets the code of one verdict.</summary>
    public static int From(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Pass,
        Verdict.Inconclusive => Inconclusive,
        Verdict.Fail => Failed,
        Verdict.Unjudgeable => Unjudgeable,
        Verdict.RigError => RigBroken,
        Verdict.Aborted => Aborted,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}

/// <summary>Numbers of scenarios by verdict.</summary>
/// <param name="Passed">Scenarios that passed.</param>
/// <param name="Failed">Scenarios in which the device under test did wrong.</param>
/// <param name="Inconclusive">Scenarios that could not be judged.</param>
/// <param name="RigErrors">Scenarios in which the rig broke.</param>
/// <param name="Aborted">Scenarios that were stopped.</param>
/// <param name="Unjudgeable">Scenarios that lack what a step needs, or whose <c>Then</c> had nothing to judge.</param>
public readonly record struct VerdictCounts(int Passed, int Failed, int Inconclusive, int RigErrors, int Aborted, int Unjudgeable = 0)
{
    /// <summary>The number of all scenarios.</summary>
    public int Total => Passed + Failed + Inconclusive + RigErrors + Aborted + Unjudgeable;

    /// <summary>The verdict of a run with these counts: aborted, else fail, else unjudgeable, else rig-error, else inconclusive, else pass.</summary>
    public Verdict Verdict =>
        Aborted > 0 ? Verdict.Aborted
        : Failed > 0 ? Verdict.Fail
        : Unjudgeable > 0 ? Verdict.Unjudgeable
        : RigErrors > 0 ? Verdict.RigError
        : Inconclusive > 0 ? Verdict.Inconclusive
        : Verdict.Pass;

    /// <summary>Counts verdicts.</summary>
    public static VerdictCounts Of(IEnumerable<Verdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        return verdicts.Aggregate(default(VerdictCounts), (counts, verdict) => counts.Plus(verdict));
    }

    /// <summary>Gets these counts plus one verdict.</summary>
    public VerdictCounts Plus(Verdict verdict) => verdict switch
    {
        Verdict.Pass => this with { Passed = Passed + 1 },
        Verdict.Inconclusive => this with { Inconclusive = Inconclusive + 1 },
        Verdict.Fail => this with { Failed = Failed + 1 },
        Verdict.RigError => this with { RigErrors = RigErrors + 1 },
        Verdict.Unjudgeable => this with { Unjudgeable = Unjudgeable + 1 },
        Verdict.Aborted => this with { Aborted = Aborted + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}
