using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Harness.Cli.Plugins;

/// <summary>Checks of the files of a plugin before any of their code is loaded.</summary>
internal static class PluginFile
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly Dictionary<string, string> OfHost = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(f => Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>True where an assembly is part of the harness or its runtime: then a plugin uses that one, so that types are the same on both sides.</summary>
    public static bool IsOfHost(string? name) => name is not null && OfHost.ContainsKey(name);

    /// <summary>Refuses a file that is missing, that others may write, or whose references cannot be met.</summary>
    /// <param name="file">Full path.</param>
    /// <exception cref="PluginException">It cannot be used.</exception>
    public static void Check(string file) => Check(file, file, []);

    /// <summary>The command that builds a plugin: its project is looked for above the file.</summary>
    public static string Build(string file)
    {
        var folder = Path.GetDirectoryName(file);
        for (var depth = 0; depth < 5 && folder is not null; depth++, folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && IsBuiltIn(folder, file))
            {
                return $"dotnet build {ShellWord.Quote(folder)}";
            }
        }

        return $"ls -l {ShellWord.Quote(Path.GetDirectoryName(file) ?? "/")}";
    }

    // A project that happens to lie above it, as in a common /tmp, is none of its business.
    private static bool IsBuiltIn(string folder, string file) => Directory.EnumerateFiles(folder, "*.csproj").Any(project =>
        Path.GetFileNameWithoutExtension(project) == Path.GetFileNameWithoutExtension(file)
        || Path.GetRelativePath(folder, file).StartsWith("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static void Check(string plugin, string file, HashSet<string> seen)
    {
        if (!seen.Add(file))
        {
            return;
        }

        if (!File.Exists(file))
        {
            throw new PluginException(file, "no such file", Build(file));
        }

        RefuseWritable(file);
        foreach (var (name, version) in References(file))
        {
            if (OfHost.TryGetValue(name, out var hosts))
            {
                Compare(file, name, version, System.Reflection.AssemblyName.GetAssemblyName(hosts).Version!);
            }
            else if (Path.Combine(Path.GetDirectoryName(plugin)!, name + ".dll") is var beside && File.Exists(beside))
            {
                Check(plugin, beside, seen);
            }
            else
            {
                throw new PluginException(file, $"needs {name} {version}, which is neither part of this harness nor beside {plugin}", Build(plugin));
            }
        }
    }

    private static void Compare(string file, string name, Version wanted, Version has)
    {
        if (IsHarness(name) ? wanted != has : wanted > has)
        {
            throw new PluginException(
                file, $"was built against {name} {wanted}, and this harness has {has}{(IsHarness(name) ? ": build it anew" : "")}", Build(file));
        }
    }

    private static bool IsHarness(string name) => name.StartsWith("Harness.", StringComparison.Ordinal) || name == "harness";

    /// <summary>The file, every link that leads to it, and all folders above them: what others may write there runs with the rights of whoever starts the harness.</summary>
    private static void RefuseWritable(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no modes there
        }

        var seen = new HashSet<string>();
        for (var at = file; seen.Add(at);)
        {
            RefuseFolders(file, Path.GetDirectoryName(at), seen);
            if (File.ResolveLinkTarget(at, returnFinalTarget: false) is { } target)
            {
                at = target.FullName;
            }
        }

        var real = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        if ((File.GetUnixFileMode(real) & WritableByOthers) != 0)
        {
            throw new PluginException(file, "others than its owner may write this file, and it would run with your rights", $"chmod go-w {ShellWord.Quote(real)}");
        }

        if (IsOfAnother(real))
        {
            throw new PluginException(
                file, $"another user (number {LinuxFile.Find(real)!.Value.User}) owns this file and may change it, and it would run with your rights",
                $"cp {ShellWord.Quote(real)} A-FOLDER-OF-YOUR-OWN");
        }
    }

    /// <summary>A folder and all above it, behind links too: whoever may write one of them may put another folder in the place of the one below.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void RefuseFolders(string file, string? folder, HashSet<string> seen)
    {
        for (; folder is not null && seen.Add(folder); folder = Path.GetDirectoryName(folder))
        {
            if (Directory.ResolveLinkTarget(folder, returnFinalTarget: false) is { } target)
            {
                RefuseFolders(file, target.FullName, seen);
            }
            else
            {
                RefuseFolder(file, folder);
            }
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void RefuseFolder(string file, string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        if ((mode & WritableByOthers) != 0 && (mode & UnixFileMode.StickyBit) == 0)
        {
            throw new PluginException(file, $"others than its owner may replace files in {folder}, and this one would run with your rights", $"chmod go-w {ShellWord.Quote(folder)}");
        }

        if (IsOfAnother(folder))
        {
            throw new PluginException(
                file, $"another user (number {LinuxFile.Find(folder)!.Value.User}) owns {folder} and may replace files in it, and this one would run with your rights",
                $"cp -r {ShellWord.Quote(folder)} A-FOLDER-OF-YOUR-OWN");
        }
    }

    // Root may change every file anyway.
    private static bool IsOfAnother(string path) => LinuxFile.Find(path) is { User: not 0 } found && found.User != LinuxFile.CurrentUser;

    private static List<(string Name, Version Version)> References(string file)
    {
        try
        {
            using var image = new PEReader(File.OpenRead(file));
            if (!image.HasMetadata)
            {
                throw new BadImageFormatException("no metadata");
            }

            var metadata = image.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Select(r => (metadata.GetString(r.Name), r.Version))];
        }
        catch (BadImageFormatException e)
        {
            throw new PluginException(file, "is no .NET assembly", Build(file), e);
        }
    }
}
