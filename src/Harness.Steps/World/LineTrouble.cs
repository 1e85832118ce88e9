using Harness.Record;

namespace Harness.Steps.World;

/// <summary>Keeps a login that ran out of time over a line which lost or delayed replies from reading as a failed device.</summary>
internal static class LineTrouble
{
    /// <summary>Refuses to judge a login of a board whose line was asked again while the time ran out.</summary>
    /// <exception cref="RigErrorException">It timed out, and replies of the device were missing.</exception>
    public static void RefuseToJudge(ScenarioWorld world, DeviceUnderTest device, LoginEnd end)
    {
        var entry = world.Bench.Rig.Find(device.Name);
        var missing = world.Scope.Faults.Count(fault => fault.Device == entry?.Name && fault.Fault == "no-reply");
        if (end.Kind == LoginKind.TimedOut && missing > 0)
        {
            throw new RigErrorException(
                $"line of {device.Name}", $"every reply in reply: {world.Bench.Rig.ReplyOf(entry!).TotalSeconds:0.###} s, so that a login ends in handshake: {world.Bench.Rig.Timeouts.Handshake.TotalSeconds:0.###} s",
                $"{missing} replies that did not come in time; the login got {end.Seen}", nextCommand: $"${{EDITOR:-nano}} {world.Bench.Rig.Path} (raise reply:, handshake:)", inner: end.Error);
        }
    }
}
