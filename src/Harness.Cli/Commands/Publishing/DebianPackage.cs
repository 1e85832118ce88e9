using Harness.Cli.Commands.Doctor;
using Harness.Cli.Commands.Completion;

namespace Harness.Cli.Commands.Publishing;

/// <summary>The Debian package of a release: the release below /usr/lib, completion for bash, udev rules, and a nightly run that is off until somebody turns it on.</summary>
/// <param name="tree">The sources.</param>
/// <param name="work">Folder for the package's files.</param>
internal sealed class DebianPackage(SourceTree tree, string work)
{
    private const string Tool = "dpkg-deb";

    // Templates beside the program's sources, and their place in the package.
    private static readonly (string Template, string Place, bool Script)[] _files =
    [
        ("control", "DEBIAN/control", false),
        ("conffiles", "DEBIAN/conffiles", false),
        ("postinst", "DEBIAN/postinst", true),
        ("prerm", "DEBIAN/prerm", true),
        ("postrm", "DEBIAN/postrm", true),
        ("harness.default", "etc/default/harness", false),
        ("harness.rules", "usr/lib/udev/rules.d/70-harness.rules", false),
        ("harness-nightly.service", "usr/lib/systemd/system/harness-nightly.service", false),
        ("harness-nightly.timer", "usr/lib/systemd/system/harness-nightly.timer", false),
    ];

    /// <summary>Refuses at once where the program that packs is missing.</summary>
    /// <exception cref="PublishException">It is.</exception>
    public static void CheckTool()
    {
        if (MachineChecks.Find(Tool) is null)
        {
            throw new PublishException($"{Tool}, which makes the .deb, is not installed (Debian's package dpkg)", "./harness publish --no-deb with the same options, or install dpkg");
        }
    }

    /// <summary>Packs a release.</summary>
    /// <param name="target">The system of the release.</param>
    /// <param name="version">The harness's version.</param>
    /// <param name="release">Folder of the release.</param>
    /// <param name="package">The file to write.</param>
    /// <param name="stop">Cancels the work.</param>
    public async Task MakeAsync(ReleaseTarget target, string version, string release, string package, CancellationToken stop)
    {
        var folder = Path.Combine(work, $"deb-{target.Rid}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(release, "*", SearchOption.AllDirectories))
        {
            SourceTree.Copy(file, Path.Combine(folder, "usr/lib/harness", Path.GetRelativePath(release, file)));
        }

        SourceTree.Copy(Path.Combine(release, "LICENSE"), Path.Combine(folder, "usr/share/doc/harness/copyright"));
        var completion = Path.Combine(folder, "usr/share/bash-completion/completions/harness");
        Directory.CreateDirectory(Path.GetDirectoryName(completion)!);
        await File.WriteAllTextAsync(completion, BashCompletion.Script(CommandTree.Create()), stop);
        Directory.CreateDirectory(Path.Combine(folder, "usr/bin"));
        File.CreateSymbolicLink(Path.Combine(folder, "usr/bin/harness"), "../lib/harness/harness");
        var kibibytes = Directory.EnumerateFiles(release, "*", SearchOption.AllDirectories).Sum(file => (new FileInfo(file).Length + 1023) >> 10);
        foreach (var (template, place, script) in _files)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(tree.Root, "src", "Harness.Cli", "Release", template), stop);
            var path = Path.Combine(folder, place);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(
                path,
                text.Replace("@VERSION@", Version(version, tree), StringComparison.Ordinal).Replace("@ARCHITECTURE@", target.DebianArchitecture, StringComparison.Ordinal)
                    .Replace("@SIZE@", kibibytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
                stop);
            TarArchive.SetExecutable(path, script);
        }

        // Neither the umask of whoever publishes nor the times of the checkout's files are the package's; dpkg-deb sees to what is newer.
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder).Where(path => new FileInfo(path).LinkTarget is null))
        {
            TarArchive.SetExecutable(path, Directory.Exists(path) || TarArchive.IsExecutable(path));
            File.SetLastWriteTimeUtc(path, tree.Time.UtcDateTime);
        }

        await ReleaseTool.MakeAsync(
            "the .deb", Path.Combine(work, $"deb-{target.Rid}.log"), [Tool, "--root-owner-group", "-Zxz", "-z3", "--build", folder, package], stop,
            $"SOURCE_DATE_EPOCH={tree.Time.ToUnixTimeSeconds()}");
        Directory.Delete(folder, recursive: true);
    }

    // The commit's time makes a later build an upgrade.
    private static string Version(string version, SourceTree tree) =>
        string.Create(CultureInfo.InvariantCulture, $"{version}+{tree.Time.UtcDateTime:yyyyMMddHHmmss}.{tree.Commit[..8]}");
}
