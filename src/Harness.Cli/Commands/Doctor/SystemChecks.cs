namespace Harness.Cli.Commands.Doctor;

/// <summary>
/// Checks of the machine behind a bench: kernel, clock, throttling, and for a rig with real devices governor, real-time limits, udev rules and the wear of its
/// card. Everything is read below a root folder, so that a test can show another machine.
/// </summary>
internal sealed partial class SystemChecks(string root = "/")
{
    private const int LeastMajor = 5;
    private const int LeastMinor = 10;
    private const string RealTimeFix = "printf '%s - rtprio 99\\n%s - memlock unlimited\\n' $USER $USER | sudo tee /etc/security/limits.d/harness.conf";

    /// <summary>All checks for a rig.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="throttling">The sentence of <see cref="HostConditions.ThrottlingAsync"/>.</param>
    public IEnumerable<Finding> All(RigFile rig, string throttling)
    {
        yield return Kernel();
        yield return Clock();
        yield return Throttling(throttling);
        foreach (var wear in Wear())
        {
            yield return wear;
        }

        if (!IsBench(rig))
        {
            yield break;
        }

        yield return Governor();
        if (rig.Devices.Values.Any(d => d.Trigger is not null))
        {
            yield return RealTime();
        }

        yield return UdevRules();
        yield return Groups(rig, NodeAccess.GroupToJoin);
    }

    /// <summary>The groups that open the rig's nodes.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="groupToJoin">Gets the group that the user lacks for a node; null for none.</param>
    public static Finding Groups(RigFile rig, Func<string, string?> groupToJoin)
    {
        var nodes = rig.Devices.Values.Select(d => d.Port).Concat(rig.Gpio.Values.Select(g => g.Chip)).Concat(rig.Sensors.Values.SelectMany(s => new[] { s.Bus, s.Spi })).OfType<string>().Distinct();
        var lacking = nodes.Select(node => (Node: node, Group: groupToJoin(node))).Where(n => n.Group is not null).GroupBy(n => n.Group!, n => n.Node).ToList();
        return lacking.Count == 0
            ? Finding.Ok("groups", $"{Environment.UserName} may open the nodes that are there")
            : Finding.Broken(
                "groups", $"{Environment.UserName} is not in {string.Join(", ", lacking.Select(g => $"{g.Key} (for {string.Join(", ", g)})"))}",
                $"sudo usermod -aG {string.Join(',', lacking.Select(g => g.Key))} $USER, then log in anew");
    }

    /// <summary>The kernel: GPIO edges need 5.10.</summary>
    public Finding Kernel()
    {
        var release = Text("proc/sys/kernel/osrelease") ?? "";
        return Version().Match(release) is { Success: true } match
            && (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)).CompareTo((LeastMajor, LeastMinor)) < 0
            ? Finding.Warning("kernel", $"{release}; GPIO edges with times need {LeastMajor}.{LeastMinor}", "sudo apt-get update && sudo apt-get full-upgrade")
            : Finding.Ok("kernel", release.Length == 0 ? "not told" : release);
    }

    /// <summary>Tells whether the clock is held by the network: records of two machines are compared by it.</summary>
    public Finding Clock()
    {
        // systemd-timesyncd leaves the file; chrony and ntpd are seen by their sockets.
        string[] signs = ["run/systemd/timesync/synchronized", "run/chrony/chronyd.sock", "run/chrony/chronyd.pid", "run/ntpd.pid"];
        return signs.Any(sign => Path.Exists(Path.Combine(root, sign))) ? Finding.Ok("clock", "held by the network")
            : Path.Exists(Path.Combine(root, "run/systemd/timesync")) ? Finding.Warning("clock", "not synchronised yet: the times of records may be wrong", "timedatectl set-ntp true; timedatectl status")
            : Finding.Ok("clock", "nothing here tells whether it is synchronised");
    }

    /// <summary>The throttling of a Raspberry Pi.</summary>
    public static Finding Throttling(string sentence) => sentence.StartsWith("THROTTLED", StringComparison.Ordinal)
        ? Finding.Broken("throttling", sentence, "a supply of 5.1 V with a short cable, and a cooler; then ./harness doctor again")
        : sentence.Contains("since boot: ", StringComparison.Ordinal)
            ? Finding.Warning("throttling", sentence, "a supply of 5.1 V with a short cable, and a cooler") : Finding.Ok("throttling", sentence.Replace("throttling: ", "", StringComparison.Ordinal));

    /// <summary>The wear of memory cards that tell it (eMMC; SD cards rarely do): tenths of their life, by JEDEC's two estimates.</summary>
    public IEnumerable<Finding> Wear()
    {
        var blocks = Path.Combine(root, "sys/block");
        foreach (var block in Directory.Exists(blocks) ? Directory.EnumerateDirectories(blocks, "mmcblk*").Order(StringComparer.Ordinal).Where(b => !Path.GetFileName(b).Contains("boot", StringComparison.Ordinal)) : [])
        {
            var name = $"card {Path.GetFileName(block)}";
            var used = (Text(Path.Combine(block, "device/life_time")) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(part => int.TryParse(part.AsSpan(part.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tenths) ? tenths : 0).DefaultIfEmpty(0).Max();
            yield return used == 0 ? Finding.Ok(name, "does not tell its wear")
                : used >= 9 ? Finding.Warning(name, $"{(used > 10 ? "more than all" : $"{(used - 1) * 10} to {used * 10} %")} of its life is used", "copy the bench to a new card before it fails")
                : Finding.Ok(name, $"{(used - 1) * 10} to {used * 10} % of its life is used");
        }
    }

    /// <summary>The processor's governor: one that changes the frequency changes the host's times.</summary>
    public Finding Governor()
    {
        const string file = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
        return Text(file) switch
        {
            null => Finding.Ok("governor", "the kernel shows none"),
            "performance" => Finding.Ok("governor", "performance"),
            var other => Finding.Warning("governor", $"{other}: the host's times change with the load", "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor") with
            {
                Repairs = [.. Directory.EnumerateDirectories(Path.Combine(root, "sys/devices/system/cpu"), "cpu*")
                    .Select(cpu => Path.Combine(cpu, "cpufreq/scaling_governor")).Where(File.Exists).Order(StringComparer.Ordinal).Select(path => new Repair(path, "performance"))],
            },
        };
    }

    /// <summary>The limits for threads that read edges.</summary>
    public Finding RealTime()
    {
        var limits = (Text("proc/self/limits") ?? "").Split('\n');
        string? Soft(string name) => limits.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() : null;
        var (priority, memory) = (Soft("Max realtime priority"), Soft("Max locked memory"));
        return priority is "unlimited" || (int.TryParse(priority, CultureInfo.InvariantCulture, out var most) && most >= 1)
            ? Finding.Ok("real time", $"priority up to {priority}, locked memory {memory}")
            : Finding.Warning("real time", $"priority {priority ?? "unknown"}, locked memory {memory ?? "unknown"}: edges are read late under load", RealTimeFix);
    }

    /// <summary>The udev rules that the Debian package brings.</summary>
    public Finding UdevRules()
    {
        string[] folders = ["etc/udev/rules.d", "lib/udev/rules.d", "usr/lib/udev/rules.d"];
        var found = folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*harness*.rules")).FirstOrDefault();
        return found is not null
            ? Finding.Ok("udev rules", found)
            : Finding.Warning("udev rules", "none of the harness: latency timers and groups are not set when an adapter is plugged in", UdevFix());
    }

    /// <summary>The udev rules that a fix copies, in the checkout and in a release.</summary>
    internal const string RulesFile = "src/Harness.Cli/Release/harness.rules";

    private static string UdevFix() => $"sudo cp {ShellWord.Quote(Path.Combine(ProductPaths.Root, RulesFile))} /etc/udev/rules.d/70-harness.rules && sudo udevadm control --reload && sudo udevadm trigger";

    private static bool IsBench(RigFile rig) =>
        rig.Gpio.Count > 0 || rig.Devices.Values.Any(d => d.Driver == BoardDriver.Tty) || rig.Sensors.Values.Any(s => !s.IsModel);

    private string? Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(\d+)\.(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
