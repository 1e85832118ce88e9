namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>The Debian package, made of a small release.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DebianPackageTests : IDisposable
{
    private static readonly SourceTree _tree = new(
        ProductPaths.Root, "0123456789abcdef0123456789abcdef01234567", new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero), Changed: false, []);

    private readonly WorkFolder _work = new();

    public DebianPackageTests()
    {
        _work.WriteProgram("release/harness", "#!/bin/sh\necho started\n");
        _work.WriteProgram("release/bin/harness", "#!/bin/sh\n");
        _work.Write("release/rigs/sim.yaml", "rig: r\n");
        _work.Write("release/LICENSE", "terms\n");
    }

    public void Dispose() => _work.Dispose();

    [Test]
    public async Task It_holds_the_release_udev_rules_and_a_nightly_run()
    {
        var package = await MakeAsync("linux-arm64", "a.deb");
        var info = await RunAsync("dpkg-deb", "--info", package);
        Assert.That(info, Does.Contain("Package: harness\n").And.Contain("Version: 1.2.3+20260314150926.01234567\n").And.Contain("Architecture: arm64\n"));
        var contents = await RunAsync("dpkg-deb", "--contents", package);
        foreach (var path in new[]
        {
            "./usr/lib/harness/harness", "./usr/lib/harness/rigs/sim.yaml", "./usr/bin/harness -> ../lib/harness/harness", "./usr/lib/udev/rules.d/70-harness.rules", "./usr/share/bash-completion/completions/harness",
            "./usr/lib/systemd/system/harness-nightly.service", "./usr/lib/systemd/system/harness-nightly.timer", "./etc/default/harness", "./usr/share/doc/harness/copyright",
        })
        {
            Assert.That(contents, Does.Contain($" {path}\n"));
        }

        Assert.That(contents.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..10] + line.Split(' ')[1]).Distinct().Order(),
            Is.EqualTo(new[] { "-rw-r--r--root/root", "-rwxr-xr-xroot/root", "drwxr-xr-xroot/root", "lrwxrwxrwxroot/root" }), contents);
    }

    [Test]
    public async Task The_same_release_gives_the_same_bytes_whenever_its_files_were_written()
    {
        var first = await MakeAsync("linux-x64", "a.deb");
        File.SetLastWriteTimeUtc(_work["release/rigs/sim.yaml"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
#pragma warning disable CA1416 // Linux
        File.SetUnixFileMode(_work["release/rigs/sim.yaml"], (UnixFileMode)0b110_000_000);
#pragma warning restore CA1416
        Assert.That(File.ReadAllBytes(await MakeAsync("linux-x64", "b.deb")), Is.EqualTo(File.ReadAllBytes(first)));
    }

    [Test]
    public async Task Unpacked_it_starts_by_its_name_and_nothing_is_enabled()
    {
        await RunAsync("dpkg-deb", "--raw-extract", await MakeAsync("linux-x64", "a.deb"), _work["root"]);
        Assert.That(await RunAsync(_work["root/usr/bin/harness"]), Is.EqualTo("started\n"));
        Assert.That(File.ReadAllText(_work["root/DEBIAN/conffiles"]), Is.EqualTo("/etc/default/harness\n"));
        foreach (var script in new[] { "postinst", "prerm", "postrm" })
        {
            await RunAsync("sh", "-n", _work[$"root/DEBIAN/{script}"]);
            Assert.That(File.ReadAllText(_work[$"root/DEBIAN/{script}"]), Does.Not.Match("systemctl (--now )?(enable|start)"));
        }

        Assert.That(Directory.EnumerateFiles(_work["root"], "*", SearchOption.AllDirectories).Where(path => File.ReadAllText(path).Contains('@', StringComparison.Ordinal)).Select(Path.GetFileName),
            Is.EqualTo(new[] { "control" }), "no place is left unfilled but the maintainer's address");
    }

    [Test]
    public async Task The_nightly_run_is_an_ordinary_users_and_its_command_is_one_of_the_program()
    {
        await RunAsync("dpkg-deb", "--raw-extract", await MakeAsync("linux-x64", "a.deb"), _work["root"]);
        var unit = File.ReadAllText(_work["root/usr/lib/systemd/system/harness-nightly.service"]);
        Assert.That(unit, Does.Contain("\nUser=harness\n").And.Contain("\nNoNewPrivileges=yes\n"));
        Assert.That(File.ReadAllText(_work["root/DEBIAN/postinst"]), Does.Contain("adduser --system").And.Contain("dialout gpio i2c"));
        var settings = File.ReadLines(_work["root/etc/default/harness"]).Where(line => !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var line = unit.Split('\n').Single(text => text.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=/usr/bin/".Length..]
            .Replace("${HARNESS_RIG}", settings["HARNESS_RIG"], StringComparison.Ordinal).Replace("$HARNESS_OPTIONS", settings["HARNESS_OPTIONS"], StringComparison.Ordinal);
        Assert.That(CommandTree.Create().Parse(CommandLines.Words("./" + line), CommandTree.Parsing).Errors, Is.Empty, line);
        Assert.That(File.Exists(settings["HARNESS_RIG"].Replace("/usr/lib/harness", ProductPaths.Root, StringComparison.Ordinal)), Is.True);
    }

    private async Task<string> MakeAsync(string rid, string name)
    {
        NeedsProgram.Find("dpkg-deb", "dpkg");
        await new DebianPackage(_tree, _work[$"work {name}"]).MakeAsync(ReleaseTarget.Find(rid), "1.2.3", _work["release"], _work[name], CancellationToken.None);
        return _work[name];
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", program, arguments);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        return ended.Stdout;
    }
}
