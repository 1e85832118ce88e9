namespace Harness.Brokers.Audit;

/// <summary>The weight of a finding.</summary>
public enum AuditSeverity
{
    /// <summary>Told, and nothing to mend.</summary>
    Info,

    /// <summary>Makes an attack cheaper or tells an attacker more than needed.</summary>
    Low,

    /// <summary>Lets an attacker in under a condition.</summary>
    Medium,

    /// <summary>Lets anybody who reaches the broker in, read or alter.</summary>
    High,
}

/// <summary>One question to a broker and its answer.</summary>
/// <param name="Id">Its short name: <c>tls.versions</c>.</param>
/// <param name="Question">The question, as a sentence about the broker that is well set up.</param>
/// <param name="Severity">The weight where the answer is a finding; null where it is none.</param>
/// <param name="Evidence">The observation.</param>
/// <param name="Setting">The setting that mends a finding; empty otherwise.</param>
/// <param name="WasTried">False where it could not be tried.</param>
public sealed record AuditCheck(string Id, string Question, AuditSeverity? Severity, string Evidence, string Setting = "", bool WasTried = true)
{
    /// <summary>The name of the capture of its connections beside the record; null where there is none.</summary>
    public string? Capture { get; init; }

    /// <summary>True where it was to be tried and nothing was seen that decides it: a connection broke, the user was refused.</summary>
    public bool IsOpen { get; init; }

    /// <summary>True where an operator should act.</summary>
    public bool IsFinding => Severity >= AuditSeverity.Medium;

    internal static AuditCheck Ok(string id, string question, string evidence) => new(id, question, null, evidence);

    internal static AuditCheck NotTried(string id, string question, string why) => new(id, question, null, why, "", WasTried: false);

    internal static AuditCheck Open(string id, string question, string why) => NotTried(id, question, why) with { IsOpen = true };

    /// <summary>A finding where a condition holds, otherwise well.</summary>
    internal static AuditCheck Of(string id, string question, bool isFinding, AuditSeverity severity, string evidence, string setting) =>
        isFinding ? new(id, question, severity, evidence, setting) : Ok(id, question, evidence);
}
