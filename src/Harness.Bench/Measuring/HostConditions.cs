namespace Harness.Bench.Measuring;

/// <summary>State of this machine while it measures: governor, frequency, throttling, virtualization.</summary>
public static class HostConditions
{
    private const string Cpu = "/sys/devices/system/cpu/cpu0/cpufreq/";

    // Bits of `vcgencmd get_throttled` (Raspberry Pi documentation): 0..3 now, 16..19 since boot.
    private static readonly (int Bit, string Words)[] Throttling =
    [
        (0, "under-voltage"), (1, "frequency capped"), (2, "throttled"), (3, "soft temperature limit"),
    ];

    // Machines that only a hypervisor or an emulator has, as the device tree's root node names them ("compatible": vendor,model).
    private static readonly string[] VirtualModels = ["linux,dummy-virt", "qemu,", "xen,xenvm", "linux,kvmtool", "amazon,firecracker"];

    /// <summary>
    /// True if the processor (x86) or the device tree (arm64) reports that this is a virtual machine, where durations are not those of real hardware. An
    /// emulator that imitates a board to the last name, as QEMU's raspi3b does, is not recognised.
    /// </summary>
    public static bool IsVirtual { get; } = (Text("/proc/cpuinfo") is { } text && HasHypervisor(text))
        || (Text("/proc/device-tree/compatible") is { } compatible && IsVirtualModel(compatible));

    /// <summary>The provenance of what a board on a serial line counts that the rig calls hardware.</summary>
    /// <param name="isStatedPhysical">True if the rig says <c>machine: physical</c>.</param>
    /// <param name="architecture">Architecture of this machine.</param>
    /// <param name="isVirtual">True if this machine shows that it is virtual.</param>
    /// <returns><c>hardware</c> or <c>unknown</c>. An x86 processor tells whether it is virtual; others do not, and so the rig file must.</returns>
    public static Provenance OfRealBoard(bool isStatedPhysical, Architecture architecture, bool isVirtual) =>
        architecture is Architecture.X64 or Architecture.X86 || (isStatedPhysical && !isVirtual) ? Provenance.Hardware : Provenance.Unknown;

    /// <summary>A sentence that says so if this is a virtual machine; otherwise empty.</summary>
    public static IEnumerable<string> Machine() =>
        IsVirtual ? ["a virtual machine: its clock stops and runs as its host lets it, and its numbers are no hardware's"] : [];

    /// <summary>Tells whether the processor has the flag <c>hypervisor</c> (x86); other architectures have no such flag, so false there.</summary>
    /// <param name="cpuinfo">The text of <c>/proc/cpuinfo</c>.</param>
    public static bool HasHypervisor(string cpuinfo) =>
        (cpuinfo ?? throw new ArgumentNullException(nameof(cpuinfo))).Split('\n').Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Split(' ').Contains("hypervisor"));

    /// <summary>Tells whether a device tree is a virtual machine's.</summary>
    /// <param name="compatible">The text of <c>/proc/device-tree/compatible</c>: names that each end with a zero byte.</param>
    public static bool IsVirtualModel(string compatible) =>
        (compatible ?? throw new ArgumentNullException(nameof(compatible))).Split('\0').Any(name => VirtualModels.Any(model => name.StartsWith(model, StringComparison.Ordinal)));

    /// <summary>Gets governor and frequency as the kernel reports them.</summary>
    public static IEnumerable<string> Governor()
    {
        var governor = Text(Cpu + "scaling_governor");
        if (governor is null)
        {
            yield return "governor: the kernel shows none";
            yield break;
        }

        var frequency = Text(Cpu + "scaling_cur_freq") is { } khz && double.TryParse(khz, CultureInfo.InvariantCulture, out var value)
            ? string.Create(CultureInfo.InvariantCulture, $", {value / 1000:F0} MHz") : "";
        yield return $"governor {governor}{frequency}"
            + (governor == "performance" ? "" : "; next: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
    }

    /// <summary>Gets the throttling of a Raspberry Pi from <c>vcgencmd get_throttled</c>, or from the sysfs file of the firmware driver.</summary>
    public static async Task<string> ThrottlingAsync(CancellationToken cancellationToken)
    {
        var text = Text("/sys/devices/platform/soc/soc:firmware/get_throttled") ?? await AskAsync(cancellationToken).ConfigureAwait(false);
        return text is null ? "throttling: nothing here reports it" : Describe(text);
    }

    /// <summary>Describes <c>throttled=0x50005</c> or <c>50005</c> (hexadecimal) in words.</summary>
    public static string Describe(string reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        var digits = reported.Trim();
        digits = digits[(digits.IndexOf('=') + 1)..];
        digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        if (!uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            return $"throttling: not understood: \"{reported.Trim()}\"";
        }

        var now = Throttling.Where(t => (bits >> t.Bit & 1) != 0).Select(t => t.Words).ToList();
        var before = Throttling.Where(t => (bits >> (t.Bit + 16) & 1) != 0).Select(t => t.Words).ToList();
        return now.Count > 0 ? $"THROTTLED now: {string.Join(", ", now)}: numbers of this host do not count"
            : before.Count > 0 ? $"not throttled now; since boot: {string.Join(", ", before)}" : "not throttled since boot";
    }

    private static async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("vcgencmd", "get_throttled") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return null;
            }

            var text = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not a Raspberry Pi, or without its tools
        }
    }

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
