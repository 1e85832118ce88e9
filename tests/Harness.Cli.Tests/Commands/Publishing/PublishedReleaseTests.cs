namespace Harness.Cli.Tests.Commands.Publishing;

/// <summary>Real releases: unpacked and run as on a machine that has neither SDK nor compiler. Minutes of work, so they are made once for all tests.</summary>
[Category("Long")]
public sealed class PublishedReleaseTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(20);
    private static readonly ReleaseTarget _own = ReleaseTarget.All.Single(target => target.IsThisMachine);

    private readonly WorkFolder _work = new();

    private string Name(string rid) => Directory.EnumerateDirectories(_work["re lease"], $"harness-*-{rid}").Select(Path.GetFileName).Single()!;

    [OneTimeSetUp]
    public async Task Publish()
    {
        NeedsProgram.Find("arm-none-eabi-gcc", "gcc-arm-none-eabi libnewlib-arm-none-eabi");
        NeedsProgram.Find("avr-gcc", "gcc-avr avr-libc libsimavr-dev libelf-dev");
        NeedsProgram.Find("dpkg-deb", "dpkg");
        foreach (var target in ReleaseTarget.All)
        {
            var ended = await PublishAsync(target.Rid, "re lease");
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            Assert.That(ended.Stdout, Does.Contain("archive: ").And.Contain("package: ").And.Contain("sums: "));
            Assert.That(ended.Stderr, Does.Contain("the program with .NET's runtime").And.Contain(": done in "), "progress is told");
        }

        // A Pi has the archive and nothing else of this machine.
        Directory.CreateDirectory(_work["un packed"]);
        await RunAsync(_work["re lease"], "sha256sum", "-c", $"{Name(_own.Rid)}.sha256");
        await RunAsync(_work["un packed"], "tar", "-xzf", _work[$"re lease/{Name(_own.Rid)}.tar.gz"]);

        // The programs of coreutils, a shell and grep: no dotnet, no compiler, no package manager.
        Directory.CreateDirectory(_work["tools"]);
        foreach (var tool in new[] { "bash", "grep", "dirname", "readlink", "id", "cat", "uname", "mktemp", "stat", "tail", "paste", "sort" })
        {
            File.CreateSymbolicLink(_work[$"tools/{tool}"], NeedsProgram.Find(tool, "coreutils"));
        }
    }

    [OneTimeTearDown]
    public void Clear() => _work.Dispose();

    [Test]
    public async Task Its_sums_are_right_and_its_list_of_packages_is_whole()
    {
        var folder = _work[$"un packed/{Name(_own.Rid)}"];
        await RunAsync(folder, "sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS");
        var notices = File.ReadAllText(Path.Combine(folder, ThirdPartyNotices.FileName));
        foreach (var package in new[] { "MQTTnet", "BouncyCastle.Cryptography", "System.IO.Ports", "Iot.Device.Bindings", "SpecFlow", $"Microsoft.NETCore.App.Runtime.{_own.Rid}", "avr-libc" })
        {
            Assert.That(notices, Does.Match($@"(?m)^  {package} [0-9][^ ]* +\S"));
        }

        Assert.That(File.ReadAllText(Path.Combine(folder, "RELEASE")), Does.Contain($"rid: {_own.Rid}\n").And.Match("commit: [0-9a-f]{40}"));
    }

    [Test]
    public async Task It_runs_without_SDK_compiler_and_home()
    {
        _work.Write("own/one.feature", WorkFolder.PassingHost);
        _work.Write("own/h.yaml", "rig: h\nserver: s\ndevices:\n  host: {kind: host}\n");
        Assert.That(await TypeAsync("--version"), Does.Match(@"^\d+\.\d+\.\d+"));
        Assert.That(await TypeAsync("run", "--list"), Does.Match(@"\d{3} scenarios"));
        Assert.That(await TypeAsync("doctor", "--rig", "rigs/posix.yaml"), Does.Match(@"ok +release ").And.Contain(" 0 warnings, 0 broken"));
        Assert.That(await TypeAsync("run", "one.feature", "--rig", "h.yaml"), Does.Contain("PASSED  1 scenario"));
        Assert.That(await TypeAsync("run", "one.feature", "--rig", "h.yaml", "--watch"), Does.Contain("watch: http://127.0.0.1:").And.Contain("PASSED"), "of ASP.NET it brings what it needs");
        Assert.That(await TypeAsync("run", "features/handshake/login.feature:10", "--rig", "rigs/posix.yaml"), Does.Contain("PASSED"));
        Assert.That(await TypeAsync("run", "features/encryption/reading.feature", "--rig", "rigs/posix.yaml"), Does.Contain("PASSED"));
    }

    [TestCase("linux-arm64")]
    [TestCase("linux-x64")]
    public void Every_native_file_is_the_targets_and_the_archive_is_small(string rid)
    {
        var folder = _work[$"re lease/{Name(rid)}"];
        var machines = ReleaseBuilder.NativeFiles(folder).Select(path => (path, Machine: ElfFile.Machine(path))).Where(file => file.Machine is not null).ToList();
        Assert.That(machines.Select(file => Path.GetFileName(file.path)), Is.SupersetOf(new[] { "harness", "libcoreclr.so", "libSystem.IO.Ports.Native.so" }));
        Assert.That(machines.Where(file => file.Machine != ReleaseTarget.Find(rid).ElfMachine), Is.Empty);
        Assert.That(FirmwareParts.Images.Select(image => ElfFile.Machine(Path.Combine(folder, FirmwareParts.Folder, image))), Is.All.EqualTo(40).Or.EqualTo(83), "ARM and AVR");
        Assert.That(new FileInfo(_work[$"re lease/{Name(rid)}.tar.gz"]).Length, Is.LessThanOrEqualTo(60_000_000));
    }

    [Test]
    public async Task The_package_unpacks_below_usr_lib_and_its_program_starts()
    {
        Needs.That(Environment.UserName == "root", "the right to unpack a package with its owners", "run this test as root");
        foreach (var folder in new[] { "root/var/lib/dpkg/updates", "root/var/lib/dpkg/info" })
        {
            Directory.CreateDirectory(_work[folder]);
        }

        _work.Write("root/var/lib/dpkg/status", "");
        await RunAsync(_work.Path, "dpkg", $"--root={_work["root"]}", "--force-depends", "--unpack", _work[$"re lease/{Name(_own.Rid)}.deb"]);
        var listed = await RunAsync(_work.Path, "dpkg", $"--root={_work["root"]}", "-L", "harness");
        Assert.That(listed, Does.Contain("/usr/bin/harness\n").And.Contain("/usr/lib/udev/rules.d/70-harness.rules\n").And.Contain("/usr/lib/systemd/system/harness-nightly.timer\n"));
        Assert.That(await BareAsync(_work["root/usr/bin/harness"], "run", "--list"), Does.Match(@"\d{3} scenarios"));
    }

    [Test]
    public async Task The_program_for_the_Pi_starts_on_an_emulated_processor()
    {
        var emulator = NeedsProgram.Find("qemu-aarch64-static", "qemu-user-static");
        const string libraries = "/usr/aarch64-linux-gnu";
        Needs.That(File.Exists($"{libraries}/lib/libstdc++.so.6"), "the C and C++ libraries of arm64", "sudo apt-get install --no-install-recommends libc6-arm64-cross libstdc++6-arm64-cross");
        var folder = _work[$"re lease/{Name("linux-arm64")}"];
        foreach (var (command, words) in new[] { ("--version", @"^\d+\.\d+\.\d+"), ("run --list", @"\d{3} scenarios") })
        {
            // A user-mode emulator does not see code that is written through a second mapping.
            Assert.That(
                await RunAsync(_work.Path, "env", ["-i", "DOTNET_EnableWriteXorExecute=0", $"HARNESS_ROOT={folder}", emulator, "-L", libraries, Path.Combine(folder, "bin", "harness"), .. command.Split(' ')]),
                Does.Match(words));
        }
    }

    [Test]
    public async Task The_same_commit_gives_the_same_bytes()
    {
        Directory.Delete(Path.Combine(ProductPaths.Root, ".harness", "publish", "build"), recursive: true);
        var ended = await PublishAsync(_own.Rid, "again");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(File.ReadAllText(_work[$"again/{Name(_own.Rid)}.sha256"]), Is.EqualTo(File.ReadAllText(_work[$"re lease/{Name(_own.Rid)}.sha256"])));
    }

    private async Task<Ended> PublishAsync(string rid, string place)
    {
        await using var publishing = HarnessProcess.Start(_work.Path, "publish", "--rid", rid, "--out", place);
        return await publishing.EndAsync(_limit);
    }

    private Task<string> TypeAsync(params string[] arguments) => BareAsync(_work[$"un packed/{Name(_own.Rid)}/harness"], arguments);

    private Task<string> BareAsync(string launcher, params string[] arguments)
    {
        Directory.CreateDirectory(_work["own"]);
        return RunAsync(_work["own"], "env", ["-i", $"PATH={_work["tools"]}", launcher, .. arguments]);
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        await using var running = HarnessProcess.StartProgram(folder, program, arguments);
        running.Input.Close();
        var ended = await running.EndAsync(_limit);
        Assert.That(ended.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{ended}");
        return ended.Stdout;
    }
}
