namespace Harness.Cli.Commands.Labs;

/// <summary>Says Slurm's states and reasons in words.</summary>
internal static class LabWords
{
    /// <summary>A queue that gives no answer, with what its program said.</summary>
    public static string Unanswered(LabPlan lab, SlurmClient slurm) =>
        $"{lab.Controller} gives no answer: {slurm.Problem}; next: ./harness lab config {ShellWord.Quote(lab.File)} --check";

    /// <summary>The state of a job, and why it waits.</summary>
    public static string Of(SlurmJob job) => job.State switch
    {
        "RUNNING" => $"runs on {job.Node}{(job.Restarts > 0 ? $", attempt {job.Restarts + 1}" : "")}",
        "COMPLETING" => $"ends on {job.Node}",
        "CONFIGURING" => $"begins on {job.Node}",
        _ when job.IsHeld => job.State == "PENDING" ? "held by a person" : "held: it broke two rigs",
        "PENDING" => $"waits: {Reason(job)}",
        _ => job.State.ToLowerInvariant().Replace('_', ' '),
    };

    private static string Reason(SlurmJob job) => job.Reason switch
    {
        "Resources" => $"{(job.Wants.Length > 0 ? job.Wants : "every rig that fits")} is taken",
        "Priority" => "others were first",
        "BeginTime" => $"its rig broke; it begins again on another{(job.Start is { } start ? $" at {start:HH:mm:ss}" : "")}",
        "launch_failed_requeued_held" => "the queue began it twice; it may begin again at the next visit of the rig's health check",
        "None" => "a moment",
        _ when job.Reason.StartsWith("ReqNodeNotAvail", StringComparison.Ordinal) || job.Reason.StartsWith("Nodes_required", StringComparison.Ordinal)
            => "the rigs that fit are down or drained (./harness lab rigs says why)",
        "BadConstraints" => $"no rig that fits is left{(job.Excluded.Length > 0 ? $" without {job.Excluded}" : "")}",
        _ => job.Reason,
    };

    /// <summary>The state of a machine: free, in use, drained, down.</summary>
    public static string Of(SlurmNode node) =>
        node.State.Contains("DRAIN", StringComparison.Ordinal) ? "drained"
        : node.State.StartsWith("DOWN", StringComparison.Ordinal) || node.State.Contains('*') ? "down"
        : node.State.StartsWith("IDLE", StringComparison.Ordinal) ? "free"
        : node.State.StartsWith("MIX", StringComparison.Ordinal) || node.State.StartsWith("ALLOC", StringComparison.Ordinal) ? "in use"
        : node.State.StartsWith("COMPLETING", StringComparison.Ordinal) ? "in use"
        : node.State.ToLowerInvariant();
}
