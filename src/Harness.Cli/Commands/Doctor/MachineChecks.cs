namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of the machine that the rig is connected to.</summary>
internal static class MachineChecks
{
    private const long MinimumFreeBytes = 50L << 20;
    private const long RecommendedFreeBytes = 500L << 20;

    /// <summary>Checks the .NET SDK, which is needed for building but not for running.</summary>
    public static async Task<Finding> SdkAsync(CancellationToken stop)
    {
        const string fix = "curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0";
        if (Find("dotnet") is null)
        {
            return Finding.Warning(".NET SDK", $"no dotnet in PATH; this program runs on {Environment.Version}", fix);
        }

        var sdks = (await OutputAsync("dotnet", ["--list-sdks"], stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var best = sdks.LastOrDefault(line => line.StartsWith("10.", StringComparison.Ordinal));
        return best is not null
            ? Finding.Ok(".NET SDK", best.Split(' ')[0])
            : Finding.Warning(".NET SDK", $"no SDK 10: {(sdks.Length == 0 ? "a runtime only" : string.Join(", ", sdks.Select(s => s.Split(' ')[0])))}; building needs one", fix);
    }

    /// <summary>Says what a release is: it brings its runtime, so that no SDK is looked for.</summary>
    /// <param name="mark">Lines of the release's mark, "name: value".</param>
    public static Finding Release(IEnumerable<string> mark)
    {
        var values = mark.Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        string Value(string name) => values[name].FirstOrDefault() ?? "unknown";
        return Finding.Ok("release", $"{Value("version")} for {Value("rid")}, runtime {Environment.Version}, commit {Value("commit")}"
            + string.Concat(values["left out"].Select(part => $"; left out: {part}")));
    }

    /// <summary>Checks that the numbers of the rig's real boards can count as hardware's; nothing where it has none.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="isVirtual">True if this machine shows that it is virtual.</param>
    public static IEnumerable<Finding> Machine(RigFile rig, bool isVirtual)
    {
        const string component = "machine";
        string[] boards = [.. rig.Devices.Values.Where(d => d.Provenance.IsOfRealBoard()).Select(d => d.Name)];
        if (boards.Length == 0)
        {
            yield break;
        }

        var unknown = rig.Devices.Values.Any(d => d.Provenance == Provenance.Unknown);
        yield return (isVirtual, unknown, rig.IsMachinePhysical) switch
        {
            (true, _, true) => Finding.Warning(
                component, $"virtual, although {rig.Path} says \"machine: physical\"; trigger times are the host's", $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)}, and take the line \"machine:\" out"),
            (true, _, _) => Finding.Warning(component, "virtual: trigger times are the host's, never hardware's", "run the harness on the machine of the bench itself"),
            (_, true, _) => Finding.Warning(
                component, $"physical or virtual, nothing here tells: numbers of {string.Join(", ", boards)} are of unknown provenance, and budgets on hardware inconclusive",
                $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)}, and add the line \"machine: physical\" if this is no virtual machine"),
            _ => Finding.Ok(component, rig.IsMachinePhysical ? "physical, as the rig says" : "no virtual one, by its processor"),
        };
    }

    /// <summary>Checks the programs that the rig's drivers call, and, but in a release, the compilers if an image is not yet built.</summary>
    public static IEnumerable<Finding> Programs(RigFile rig)
    {
        var emulated = rig.Devices.Values.Where(d => d.Elf is not null && d.Emulator?.Program is not null).ToList();
        if (emulated.Count > 0)
        {
            yield return Find("qemu-system-arm") is { } qemu
                ? Finding.Ok("emulator", qemu)
                : Finding.Broken("emulator", $"qemu-system-arm is not installed; {string.Join(", ", emulated.Select(d => d.Name))} need it", "sudo apt-get install --no-install-recommends qemu-system-arm");
        }

        var images = rig.Devices.Values.Where(d => d.Elf is not null).ToList();
        if (images.Count == 0 || (ProductPaths.IsRelease && images.All(d => File.Exists(d.Elf))))
        {
            yield break;
        }

        string[] wanted =
        [
            "make", "gcc",
            .. images.Select(d => d.Emulator?.Compiler).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
        var missing = wanted.Where(program => Find(program) is null).ToList();
        var built = images.All(d => File.Exists(d.Elf));
        var packages = string.Join(' ', missing.Select(p => p switch { "arm-none-eabi-gcc" => "gcc-arm-none-eabi libnewlib-arm-none-eabi", "avr-gcc" => "gcc-avr avr-libc libsimavr-dev libelf-dev", "gcc" => "gcc libc6-dev", _ => p }));
        yield return missing.Count == 0
            ? Finding.Ok("compilers", string.Join(", ", wanted))
            : new Finding(
                "compilers", built ? Health.Warning : Health.Broken, $"{string.Join(", ", missing)} not installed{(built ? "; the images that stand here are enough to run" : "")}",
                $"sudo apt-get install --no-install-recommends {packages}");
    }

    /// <summary>Checks that the broker can listen on the rig's address and port.</summary>
    public static Finding BrokerPort(RigFile rig)
    {
        var where = $"{rig.Broker.Address}:{(rig.Broker.Port == 0 ? "any free port" : rig.Broker.Port.ToString(CultureInfo.InvariantCulture))}";
        try
        {
            using var listener = new TcpListener(new IPEndPoint(rig.Broker.Address, rig.Broker.Port));
            listener.Start();
            listener.Stop();
            return Finding.Ok("broker port", where);
        }
        catch (SocketException e)
        {
            return Finding.Broken(
                "broker port", $"{where}: {e.Message}",
                e.SocketErrorCode == SocketError.AddressAlreadyInUse ? $"ss -ltnp 'sport = :{rig.Broker.Port}'" : "ip address");
        }
    }

    /// <summary>Checks that records can be written, and the free space for them.</summary>
    public static Finding Disk(string folder)
    {
        const string component = "run records";
        try
        {
            var probe = Path.Combine(folder, $".harness-doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            var seen = $"{free >> 20} MiB free in {folder}";
            return free < MinimumFreeBytes ? Finding.Broken(component, seen, $"df -h {folder}, or ./harness run --out DIR")
                : free < RecommendedFreeBytes ? Finding.Warning(component, seen, $"df -h {folder}")
                : Finding.Ok(component, seen);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Broken(component, $"{folder} cannot be written: {e.Message}", "./harness run --out DIR with a folder of your own");
        }
    }

    /// <summary>Gets the full path of a program; null if it is not in PATH.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task<string> OutputAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            _ = await errors;
            return output;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return "";
        }
    }
}
