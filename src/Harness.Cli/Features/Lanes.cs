namespace Harness.Cli.Features;

/// <summary>The number of scenarios that run at once.</summary>
internal static class Lanes
{
    /// <summary>Gets the default number of a rig, and the reason where it is one at a time.</summary>
    /// <remarks>Two a core: a scenario that waits for a board or a time-out leaves its core to another.</remarks>
    /// <param name="rig">The rig.</param>
    /// <param name="cores">Processors of this machine.</param>
    public static int Default(RigFile rig, int cores)
    {
        var boards = rig.Devices.Values.Count(d => d.Kind != DeviceKind.Host);
        return Forced(rig) is not null || rig.Plugins.Count > 0 ? 1 : Math.Max(1, Math.Min(boards == 0 ? cores : boards, 2 * cores));
    }

    /// <summary>Gets the reason for which a rig runs one scenario at a time, however many are asked for; null where it can run several.</summary>
    public static string? Forced(RigFile rig) => rig.Broker.Port != 0 || rig.Broker.TapPort != 0
        ? "its broker has a fixed port, which only one scenario can listen on"
        : null;
}
