namespace Harness.Cli.Commands.Doctor;

/// <summary>The state of one component.</summary>
public enum Health
{
    /// <summary>The component works.</summary>
    Ok,

    /// <summary>The rig runs, but worse than it could, or a part that is not needed now is missing.</summary>
    Warning,

    /// <summary>The rig does not run with the component in this state.</summary>
    Broken,
}

/// <summary>The result of a check of one component.</summary>
/// <param name="Component">The component, for example <c>device m4</c>.</param>
/// <param name="Health">Its state.</param>
/// <param name="Seen">The observation, in words.</param>
/// <param name="Fix">The command that fixes it; null if nothing needs fixing.</param>
public sealed record Finding(string Component, Health Health, string Seen, string? Fix = null)
{
    /// <summary>The settings that <c>doctor --fix</c> may write after asking; empty where a person must act.</summary>
    public IReadOnlyList<Repair> Repairs { get; init; } = [];

    /// <summary>Creates a finding for a component that works.</summary>
    public static Finding Ok(string component, string seen) => new(component, Health.Ok, seen);

    /// <summary>Creates a finding for a component that could be better.</summary>
    public static Finding Warning(string component, string seen, string fix) => new(component, Health.Warning, seen, fix);

    /// <summary>Creates a finding for a component that stops the rig.</summary>
    public static Finding Broken(string component, string seen, string? fix) => new(component, Health.Broken, seen, fix);
}

/// <summary>A setting of the running kernel that a repair changes: it is back after a restart, and <c>doctor --undo</c> writes the old value.</summary>
/// <param name="File">The file below <c>/sys</c>.</param>
/// <param name="Value">The value to write.</param>
public sealed record Repair(string File, string Value);
