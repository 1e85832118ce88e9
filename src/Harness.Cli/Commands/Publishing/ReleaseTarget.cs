namespace Harness.Cli.Commands.Publishing;

/// <summary>A system that a release can be made for.</summary>
/// <param name="Rid">.NET's name of it (runtime identifier): <c>linux-arm64</c>.</param>
/// <param name="DebianArchitecture">Debian's name of it: <c>arm64</c>.</param>
/// <param name="ElfMachine">The machine of its programs (<c>e_machine</c> of the ELF specification).</param>
/// <param name="CrossCompiler">The C compiler that makes programs for it on another machine.</param>
/// <param name="CrossPackages">The Debian packages that contain that compiler and its C library.</param>
internal sealed record ReleaseTarget(string Rid, string DebianArchitecture, int ElfMachine, string CrossCompiler, string CrossPackages)
{
    private const int X64 = 62;
    private const int AArch64 = 183;

    // Names that people give to 32-bit ARM systems: .NET's, Debian's, and the kernel's from `uname -m`.
    private static readonly string[] _arm32 = ["linux-arm", "linux-armel", "linux-armhf", "linux-armv6", "linux-armv6l", "linux-armv7", "linux-armv7l", "linux-musl-arm", "linux-arm32", "linux-armv8l"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReleaseTarget> All { get; } =
    [
        new("linux-arm64", "arm64", AArch64, "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"),
        new("linux-x64", "amd64", X64, "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu libc6-dev-amd64-cross"),
    ];

    /// <summary>True if this machine's own compiler makes programs for it.</summary>
    public bool IsThisMachine => RuntimeInformation.OSArchitecture == (ElfMachine == AArch64 ? Architecture.Arm64 : Architecture.X64);

    /// <summary>Finds the target of a typed name.</summary>
    /// <param name="rid">The name as it was typed.</param>
    /// <exception cref="PublishException">No release can be made for it; the message says why.</exception>
    public static ReleaseTarget Find(string rid)
    {
        ArgumentNullException.ThrowIfNull(rid);
        if (All.FirstOrDefault(target => target.Rid == rid) is { } found)
        {
            return found;
        }

        if (_arm32.Contains(rid, StringComparer.OrdinalIgnoreCase) || _arm32.Contains($"linux-{rid}", StringComparer.OrdinalIgnoreCase))
        {
            throw new PublishException(
                $"--rid {rid}: 32-bit ARM is not supported: the package source has no runtime pack of .NET 10 for it (NU1101); a Raspberry Pi 3, 4, 5 or Zero 2 runs linux-arm64 under 64-bit Raspberry Pi OS",
                "./harness publish --rid linux-arm64");
        }

        var nearest = All.MinBy(target => NearestWord.Distance(rid, target.Rid))!;
        throw new PublishException($"there is no release for '{rid}'{NearestWord.Hint(rid, All.Select(target => target.Rid))}", $"./harness publish --rid {nearest.Rid}");
    }
}
