namespace Harness.Steps;

/// <summary>Which devices of the rig play the parts where attacks run.</summary>
public sealed record RoleAssignment
{
    /// <summary>A device or role that publishes; null for the rig's board, or what it has.</summary>
    public string? Publisher { get; init; }

    /// <summary>A device or role that subscribes; null for the rig's host, or what it has.</summary>
    public string? Subscriber { get; init; }
}
