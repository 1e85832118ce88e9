namespace Harness.Cli.Commands.Publishing;

/// <summary>The products of a publish: the paths of folder, archive, package and list of sums, the archive's size in bytes, and what was left out.</summary>
internal sealed record MadeRelease(string Folder, string Archive, string? Package, string Sums, long PackedBytes, IReadOnlyList<string> LeftOut);

/// <summary>Makes a release step by step.</summary>
/// <param name="tree">The sources.</param>
/// <param name="target">The system to make it for.</param>
/// <param name="version">The harness's version.</param>
/// <param name="progress">Takes a line a step.</param>
internal sealed class ReleaseBuilder(SourceTree tree, ReleaseTarget target, string version, TextWriter progress)
{
    /// <summary>The largest archive, in bytes: a Pi's SD card and a slow line are to take it.</summary>
    public const long MostPackedBytes = 60_000_000;

    private readonly Stopwatch _watch = new();
    private string? _doing;

    /// <summary>Name of the release's folder.</summary>
    public string Name => $"harness-{version}-{target.Rid}";

    /// <summary>Makes folder, archive and package below a folder.</summary>
    /// <param name="parent">The folder.</param>
    /// <param name="work">Folder for what the builds leave behind.</param>
    /// <param name="debian">True to make the .deb too.</param>
    /// <param name="stop">Cancels the work.</param>
    /// <exception cref="PublishException">A part cannot be made.</exception>
    public async Task<MadeRelease> MakeAsync(string parent, string work, bool debian, CancellationToken stop)
    {
        var folder = Path.Combine(parent, Name);
        var archive = Path.Combine(parent, $"{Name}.tar.gz");
        var package = debian ? Path.Combine(parent, $"{Name}.deb") : null;
        Clear(folder);
        Step("features, rigs and documents");
        tree.CopyTo(folder);
        Step("firmware images");
        var leftOut = await new FirmwareParts(tree.Root, work).MakeAsync(target, folder, stop);
        Step("the program with .NET's runtime (a minute or two)");
        var build = new ProgramBuild(tree.Root, work);
        var bin = Path.Combine(folder, "bin");
        await build.MakeAsync(target, bin, stop);
        SetModes(bin);
        CheckMachine(folder);
        Step("third-party notices");
        var installed = await ReleaseTool.RunAsync(
            Path.Combine(work, "packages.log"), ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", .. ThirdPartyNotices.FirmwarePackages], stop);
        var packages = ThirdPartyNotices.Packages(Path.Combine(bin, "harness.deps.json"), build.Restored);
        await File.WriteAllTextAsync(
            Path.Combine(folder, ThirdPartyNotices.FileName),
            ThirdPartyNotices.Render(packages, ThirdPartyNotices.Firmware(installed.Output.Split('\n')), await File.ReadAllTextAsync(Path.Combine(folder, "LICENSE"), stop)), stop);
        await File.WriteAllTextAsync(Path.Combine(folder, ProductPaths.ReleaseMark), Mark(packages, leftOut), stop);
        Step("check sums");
        Checksums.WriteInto(folder);
        Step("archive");
        var packed = TarArchive.Write(folder, archive, tree.Time);
        if (packed > MostPackedBytes)
        {
            throw new PublishException(
                $"{archive} has {Megabytes(packed)}, expected at most {Megabytes(MostPackedBytes)}", $"ls -lSr {Path.Combine(folder, "bin")} | tail");
        }

        if (package is not null)
        {
            Step("Debian package (a minute or two)");
            await new DebianPackage(tree, work).MakeAsync(target, version, folder, package, stop);
        }

        var sums = Path.Combine(parent, $"{Name}.sha256");
        Checksums.Write(sums, parent, ((string?[])[archive, package]).OfType<string>());
        Step(null);
        return new MadeRelease(folder, archive, package, sums, packed, leftOut);
    }

    /// <summary>Formats a size for people.</summary>
    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    // Only an earlier release, whole or half made, is replaced; anything else at this place is somebody's.
    private static void Clear(string folder)
    {
        if (!Path.Exists(folder))
        {
            return;
        }

        if (!Directory.Exists(folder) || (!File.Exists(Path.Combine(folder, SourceTree.Launcher)) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new PublishException($"{folder} exists and is no release; nothing is overwritten", "./harness publish --out DIR with another folder");
        }

        Directory.Delete(folder, recursive: true);
    }

    // NuGet unpacks every file executable, or as the umask of a machine has it.
    private static void SetModes(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            TarArchive.SetExecutable(path, Path.GetExtension(path).Length == 0 && ElfFile.Machine(path) is not null);
        }
    }

    // A native part of another machine would only be noticed on the Pi.
    private void CheckMachine(string folder)
    {
        foreach (var path in NativeFiles(folder))
        {
            if (ElfFile.Machine(path) is { } machine && machine != target.ElfMachine)
            {
                throw new PublishException(
                    $"{path} is for ELF machine {machine}, expected {target.ElfMachine} ({target.Rid})", $"rm -r {Path.GetDirectoryName(path)}, then ./harness publish --rid {target.Rid}");
            }
        }
    }

    /// <summary>Gets the files of a release that its own system executes: everything but the images of boards.</summary>
    public static IEnumerable<string> NativeFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !FirmwareParts.Images.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal);

    private string Mark(IReadOnlyList<PackageLicence> packages, IReadOnlyList<string> leftOut)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"version: {version}\nrid: {target.Rid}\ncommit: {tree.Commit}{(tree.Changed ? " with changes" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"runtime: {packages.First(package => package.Name.StartsWith("Microsoft.NETCore.App.Runtime", StringComparison.Ordinal)).Version}\n");
        foreach (var part in leftOut)
        {
            text.Append("left out: ").Append(part).Append('\n');
        }

        return text.ToString();
    }

    private void Step(string? next)
    {
        if (_doing is not null)
        {
            progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"harness: {_doing}: done in {_watch.Elapsed.TotalSeconds:F1} s"));
        }

        _doing = next;
        _watch.Restart();
        if (next is not null)
        {
            progress.WriteLine($"harness: {next} ...");
        }
    }
}
