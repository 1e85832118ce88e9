namespace Harness.Bench.Devices;

/// <summary>Finds the files and programs that an emulated board needs; errors name the command that provides them.</summary>
internal static class FirmwarePaths
{
    private const string LeashName = "leash";

    /// <summary>Gets the leash's path: beside the firmware, else in <c>rigs/firmware/build</c> above the rig or the program.</summary>
    public static string Leash(string image, string rigPath)
    {
        var beside = Path.Combine(Path.GetDirectoryName(image)!, LeashName);
        if (File.Exists(beside))
        {
            return beside;
        }

        return Folders(rigPath).Select(folder => Path.Combine(folder, LeashName)).FirstOrDefault(File.Exists) ?? beside;
    }

    /// <summary>Gets the folders <c>rigs/firmware/build</c> above the rig, the program and the working folder, existing ones or not.</summary>
    public static IEnumerable<string> Folders(string rigPath)
    {
        foreach (var start in new[] { Path.GetDirectoryName(Path.GetFullPath(rigPath))!, AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                yield return Path.Combine(folder.FullName, "rigs", "firmware", "build");
            }
        }
    }

    /// <summary>Gets the path of QEMU's program.</summary>
    /// <exception cref="EmulatorException">QEMU is not installed.</exception>
    public static string Qemu(string device)
    {
        const string name = "qemu-system-arm";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(f => File.Exists(Path.Combine(f, name)))
            ? name
            : throw new EmulatorException(device, $"{name} in PATH", "not installed", $"sudo apt-get install {name}");
    }

    /// <summary>Gets a program of rigs/firmware that lies beside the images.</summary>
    /// <exception cref="EmulatorException">The program is not built.</exception>
    public static string PathBeside(string device, string image, string name)
    {
        var path = Path.Combine(Path.GetDirectoryName(image)!, name);
        return File.Exists(path) ? path : throw new EmulatorException(device, path, "no such file", MakeCommand(path));
    }

    /// <summary>Gets the command that builds a missing file.</summary>
    public static string MakeCommand(string missing)
    {
        var folder = Path.GetDirectoryName(missing) ?? ".";
        var firmware = Path.GetFileName(folder) == "build" && File.Exists(Path.Combine(folder, "..", "Makefile"))
            ? Path.GetFullPath(Path.Combine(folder, ".."))
            : "rigs/firmware";
        return $"make -C {ShellWord.Quote(firmware)}";
    }
}
