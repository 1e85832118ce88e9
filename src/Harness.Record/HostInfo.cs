using System.Runtime.InteropServices;

namespace Harness.Record;

/// <summary>The machine of a run: part of every number's fingerprint.</summary>
/// <param name="Os">Distribution: <c>Debian GNU/Linux 12 (bookworm)</c>.</param>
/// <param name="Kernel">Kernel release.</param>
/// <param name="Architecture"><c>x64</c>, <c>arm64</c>.</param>
/// <param name="Cpu">Board model where the device tree names one (a Raspberry Pi), else the processor's.</param>
/// <param name="Cores">Logical cores.</param>
/// <param name="Runtime"><c>.NET 10.0.1</c>.</param>
public sealed record HostInfo(string Os, string Kernel, string Architecture, string Cpu, int Cores, string Runtime)
{
    private const string Unknown = "unknown";

    /// <summary>The frequency governor of the first core, where the kernel shows one.</summary>
    public string? Governor { get; init; }

    /// <summary>Reads the properties of this machine.</summary>
    public static HostInfo Current() => new(
        Field("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription,
        Text("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString(),
#pragma warning disable CA1308 // the runtime's own name for it (linux-arm64) is in lower case
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
        Text("/proc/device-tree/model") ?? Field("/proc/cpuinfo", "model name", ':') ?? Unknown,
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription)
    {
        Governor = Text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    };

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim('\0', '\n', ' ') is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            return null;
        }
    }

    private static string? Field(string path, string name, char separator) => Text(path)?
        .Split('\n')
        .Select(line => line.Split(separator, 2))
        .Where(parts => parts.Length == 2 && parts[0].Trim() == name)
        .Select(parts => parts[1].Trim().Trim('"'))
        .FirstOrDefault(value => value.Length > 0);
}
