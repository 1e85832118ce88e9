using Harness.Hardware;
using Harness.Record;

namespace Harness.Bench;

/// <summary>Says of a broken line, board or emulator what a verdict needs: item, expected, seen, next command.</summary>
public static class RigErrors
{
    /// <summary>The rig error of an exception of this room or of the hardware room; null where it is neither.</summary>
    /// <param name="device">The device's name in the rig.</param>
    /// <param name="doing">What was being done: a verb, or "boot".</param>
    /// <param name="exception">What happened.</param>
    public static RigErrorException? TryFrom(string device, string doing, Exception exception) => exception switch
    {
        RigErrorException e => e,
        EmulatorException e => new RigErrorException($"emulator of {device}", e.Expected, e.Seen, nextCommand: e.NextCommand, inner: e),
        DeviceHeldException e => new RigErrorException($"port {e.Port} of {device}", "no other run on it", $"held by {e.Holder}", nextCommand: "ps -ef | grep harness (or wait for it: --wait 10m)", inner: e),
        LinkException e => new RigErrorException($"link of {device}", $"an open line at {e.Device}", e.Message, nextCommand: e.NextCommand, inner: e),
        IOException or UnauthorizedAccessException => new RigErrorException($"link of {device}", $"{doing} to work", exception.Message, inner: exception),
        _ => null,
    };
}
