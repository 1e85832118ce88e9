namespace Harness.Bench;

/// <summary>Turns a fault of a line, board or emulator into a rig error with item, expected, seen and next command.</summary>
public static class RigErrors
{
    /// <summary>Converts an exception of this project or of Harness.Hardware to a rig error; null for any other exception.</summary>
    /// <param name="device">The device's name in the rig.</param>
    /// <param name="doing">The operation that failed: a verb, or "boot".</param>
    /// <param name="exception">The exception.</param>
    public static RigErrorException? TryFrom(string device, string doing, Exception exception) => exception switch
    {
        RigErrorException e => e,
        EmulatorException e => new RigErrorException($"emulator of {device}", e.Expected, e.Seen, nextCommand: e.NextCommand, inner: e),
        DeviceHeldException e => new RigErrorException($"port {e.Port} of {device}", "no other run on it", $"held by {e.HolderWithAge}", nextCommand: "ps -ef | grep harness (or wait for it: --wait 10m)", inner: e),
        LinkException e => new RigErrorException($"link of {device}", $"an open line at {e.Device}", e.Message, nextCommand: e.NextCommand, inner: e),
        IOException or UnauthorizedAccessException => new RigErrorException($"link of {device}", $"{doing} to work", exception.Message, inner: exception),
        _ => null,
    };
}
