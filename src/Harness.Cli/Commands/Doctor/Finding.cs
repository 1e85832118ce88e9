namespace Harness.Cli.Commands.Doctor;

/// <summary>How one component is.</summary>
public enum Health
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>The rig runs, but worse than it could, or something not needed now is missing.</summary>
    Warning,

    /// <summary>The rig does not run with it.</summary>
    Broken,
}

/// <summary>What was found of one component.</summary>
/// <param name="Component">What was looked at, for example <c>device m4</c>.</param>
/// <param name="Health">How it is.</param>
/// <param name="Seen">What was seen, in words.</param>
/// <param name="Fix">The line to type; null where nothing is to be mended.</param>
public sealed record Finding(string Component, Health Health, string Seen, string? Fix = null)
{
    /// <summary>It works.</summary>
    public static Finding Ok(string component, string seen) => new(component, Health.Ok, seen);

    /// <summary>It could be better.</summary>
    public static Finding Warning(string component, string seen, string fix) => new(component, Health.Warning, seen, fix);

    /// <summary>It stops the rig.</summary>
    public static Finding Broken(string component, string seen, string? fix) => new(component, Health.Broken, seen, fix);
}
