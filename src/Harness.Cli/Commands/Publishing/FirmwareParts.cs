using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Commands.Publishing;

/// <summary>The firmware images of a release, and the programs that emulated boards run on where they can run on the target.</summary>
/// <param name="root">The checkout.</param>
/// <param name="work">Folder for builds by a cross compiler.</param>
internal sealed class FirmwareParts(string root, string work)
{
    /// <summary>Folder of the images in checkout and release.</summary>
    public const string Folder = "rigs/firmware/build";

    private static readonly string[] _boards = ["stm32f405", "microbit", "avr", "avr1284"];

    // For emulated boards: the firmware as a process, what ends emulators with the harness, QEMU's trigger edges.
    private static readonly string[] _programs = ["posix", "posix-test", "leash", "edges.so"];

    // Linked with libsimavr, which a cross compiler does not find.
    private const string Simavr = "simavr";

    /// <summary>Names of the images.</summary>
    public static IEnumerable<string> Images => _boards.SelectMany(board => (string[])[$"{board}.elf", $"{board}-test.elf"]);

    /// <summary>Builds the parts into a release.</summary>
    /// <param name="target">The system of the release.</param>
    /// <param name="release">Folder of the release, which holds the firmware's sources already.</param>
    /// <param name="stop">Cancels the build.</param>
    /// <returns>A sentence for each part that is left out.</returns>
    /// <exception cref="PublishException">An image cannot be built.</exception>
    public async Task<IReadOnlyList<string>> MakeAsync(ReleaseTarget target, string release, CancellationToken stop)
    {
        var sources = Path.Combine(root, "rigs", "firmware");
        await ReleaseTool.MakeAsync("the firmware", Path.Combine(work, "firmware.log"), ["make", "-C", sources, "-j2", "all", "footprints"], stop);
        foreach (var image in Images)
        {
            var built = Path.Combine(root, Folder, image);
            if (!File.Exists(built))
            {
                throw new PublishException(
                    $"the image {image} was not built: its compiler is missing",
                    $"sudo apt-get install --no-install-recommends {(image.StartsWith("avr", StringComparison.Ordinal) ? "gcc-avr avr-libc libsimavr-dev libelf-dev" : "gcc-arm-none-eabi libnewlib-arm-none-eabi")}");
            }

            SourceTree.Copy(built, Path.Combine(release, Folder, image));
        }

        // A release has no compiler to make them by, and `claims --costs` reads them there.
        foreach (var sizes in _boards.Select(board => $"{board}.sizes.json"))
        {
            SourceTree.Copy(Path.Combine(root, Folder, sizes), Path.Combine(release, Folder, sizes));
        }

        if (target.IsThisMachine)
        {
            foreach (var program in _programs.Append(Simavr))
            {
                SourceTree.Copy(Path.Combine(root, Folder, program), Path.Combine(release, Folder, program));
            }

            return [];
        }

        var noSimavr = $"{Simavr}: it is only built on {target.Rid} itself; the emulated ATmegas of rigs/sim.yaml do not run there";
        if (MachineChecks.Find(target.CrossCompiler) is null)
        {
            return
            [
                $"{string.Join(", ", _programs)}: {target.CrossCompiler} is not installed here (sudo apt-get install --no-install-recommends {target.CrossPackages}); emulated boards do not run there, real ones do",
                noSimavr,
            ];
        }

        await CrossCompileAsync(target, release, stop);
        return [noSimavr];
    }

    private async Task CrossCompileAsync(ReleaseTarget target, string release, CancellationToken stop)
    {
        // A build of its own, from the release's own sources: the checkout's programs are this machine's.
        var folder = Path.Combine(work, $"firmware-{target.Rid}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(release, "rigs", "firmware"), "*", SearchOption.AllDirectories))
        {
            var below = Path.GetRelativePath(Path.Combine(release, "rigs", "firmware"), file);
            if (!below.StartsWith("build/", StringComparison.Ordinal))
            {
                SourceTree.Copy(file, Path.Combine(folder, below));
            }
        }

        await ReleaseTool.MakeAsync(
            $"the emulated boards' programs for {target.Rid}", Path.Combine(work, $"firmware-{target.Rid}.log"),
            ["make", "-C", folder, "-j2", $"CC_HOST={target.CrossCompiler}", .. _programs.Select(program => $"build/{program}")], stop);
        foreach (var program in _programs)
        {
            SourceTree.Copy(Path.Combine(folder, "build", program), Path.Combine(release, Folder, program));
        }
    }
}
