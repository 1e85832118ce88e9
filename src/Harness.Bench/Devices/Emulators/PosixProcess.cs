namespace Harness.Bench.Devices.Emulators;

/// <summary>The firmware as a Linux process on a pseudo-terminal.</summary>
[EmulatorDriver("posix")]
internal sealed class PosixProcess : EmulatorDriver
{
    public override string Provenance => "host";

    public override string TickUnit => "ns";

    public override string[] Command(DeviceEntry entry, string image, string? edges, string? stack) => [image];
}
