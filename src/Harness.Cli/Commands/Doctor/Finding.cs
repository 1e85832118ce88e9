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
    /// <summary>Creates a finding for a component that works.</summary>
    public static Finding Ok(string component, string seen) => new(component, Health.Ok, seen);

    /// <summary>Creates a finding for a component that could be better.</summary>
    public static Finding Warning(string component, string seen, string fix) => new(component, Health.Warning, seen, fix);

    /// <summary>Creates a finding for a component that stops the rig.</summary>
    public static Finding Broken(string component, string seen, string? fix) => new(component, Health.Broken, seen, fix);
}
