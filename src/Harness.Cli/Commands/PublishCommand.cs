using Harness.Cli.Commands.Publishing;

namespace Harness.Cli.Commands;

/// <summary><c>harness publish</c>: makes a release that runs without SDK and compiler.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var rid = new Option<string>("--rid") { Description = "the system to make it for: linux-arm64 (a Raspberry Pi under a 64-bit system) or linux-x64", Required = true };
        var place = new Option<string>("--out") { Description = "folder for the release", DefaultValueFactory = _ => "release" };
        var noPackage = new Option<bool>("--no-deb") { Description = "make no .deb (where dpkg-deb is missing)" };
        var command = new Command("publish",
            """
            Makes a release from this checkout: a folder, a .tar.gz, a .deb and their SHA-256 sums. It contains the program with .NET's runtime, firmware
            images, features, rigs and a launcher, and runs without SDK and compiler. The same commit gives the same bytes.

            Examples:
              ./harness publish --rid linux-arm64
              ./harness publish --rid linux-x64 --out /tmp/release
              ./harness publish --rid linux-arm64 --no-deb

            On the Pi:
              tar -xzf harness-VERSION-linux-arm64.tar.gz && cd harness-VERSION-linux-arm64, then doctor and run as in a checkout;
              or sudo apt-get install ./harness-VERSION-linux-arm64.deb, which also has udev rules and a nightly run (off until enabled).

            32-bit ARM is not supported: there is no runtime pack of .NET 10 for it. Exit status: 0 made; 2 refused, or a part could not be made.
            """) { rid, place, noPackage };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(rid)!, parsed.GetValue(place)!, !parsed.GetValue(noPackage), stop));
        return command;
    }

    private static async Task<int> RunAsync(string rid, string place, bool package, CancellationToken stop)
    {
        try
        {
            var target = ReleaseTarget.Find(rid);
            if (package)
            {
                DebianPackage.CheckTool();
            }

            var parent = Path.GetFullPath(string.IsNullOrWhiteSpace(place) ? throw new PublishException("--out is empty; expected a folder", "./harness publish --help") : place);
            var work = Path.Combine(ProductPaths.Root, ".harness", "publish");
            var tree = await SourceTree.ReadAsync(ProductPaths.Root, Path.Combine(work, "git.log"), stop);
            Directory.CreateDirectory(parent);
            if (tree.Changed)
            {
                await Console.Error.WriteLineAsync($"harness: files differ from commit {tree.Commit[..8]}: the release says so; next: git status");
            }

            using var only = Lock(work);
            var made = await new ReleaseBuilder(tree, target, Version, Console.Error).MakeAsync(parent, work, package, stop);
            foreach (var part in made.LeftOut)
            {
                Console.WriteLine($"left out: {part}");
            }

            Console.WriteLine($"folder:  {ProductPaths.Display(made.Folder)}");
            Console.WriteLine($"archive: {ProductPaths.Display(made.Archive)} ({ReleaseBuilder.Megabytes(made.PackedBytes)})");
            Console.WriteLine(made.Package is { } deb ? $"package: {ProductPaths.Display(deb)} ({ReleaseBuilder.Megabytes(new FileInfo(deb).Length)})" : "package: none (--no-deb)");
            Console.WriteLine($"sums:    {ProductPaths.Display(made.Sums)}");
            return ExitCodes.Pass;
        }
        catch (PublishException e)
        {
            await Console.Error.WriteLineAsync($"harness: {ForeignText.Line(e.Message)}");
            return ExitCodes.Usage;
        }
    }

    private static string Version => typeof(PublishCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    // Two releases at once would share one build.
    private static FileStream Lock(string work)
    {
        var file = Path.Combine(work, "lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new PublishException("another ./harness publish runs in this checkout", $"fuser -v {ShellWord.Quote(file)}");
        }
    }
}
