namespace Harness.Steps;

/// <summary>Devices of the rig that play the roles of attacks.</summary>
public sealed record RoleAssignment
{
    /// <summary>A device or role that publishes; null for the rig's board, or what it has.</summary>
    public string? Publisher { get; init; }

    /// <summary>A device or role that subscribes; null for the rig's host, or what it has.</summary>
    public string? Subscriber { get; init; }
}
