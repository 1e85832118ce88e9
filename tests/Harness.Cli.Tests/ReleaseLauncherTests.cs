namespace Harness.Cli.Tests;

/// <summary>
/// The launcher in a release: the same file as in a checkout, with the program in bin/. No SDK, no compiler and no apt is called; stand-ins in PATH
/// note whether they are. What holds of the launcher in a checkout (LauncherTests) and can be asked of a release is asked here again.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReleaseLauncherTests : IDisposable
{
    private readonly WorkFolder _work = new();
    private readonly string _launcher;

    public ReleaseLauncherTests()
    {
        _launcher = _work["re lease/harness"];
        Directory.CreateDirectory(_work["re lease/rigs/firmware"]);
        File.Copy(Path.Combine(ProductPaths.Root, "harness"), _launcher);
        foreach (var rig in new[] { "sim.yaml", "posix.yaml", "pi-bench.yaml" })
        {
            File.Copy(Path.Combine(ProductPaths.Root, "rigs", rig), _work[$"re lease/rigs/{rig}"]);
        }

        Directory.CreateSymbolicLink(_work["re lease/rigs/firmware/build"], Path.Combine(ProductPaths.Root, "rigs", "firmware", "build"));
        _work.Write("re lease/features/one.feature", WorkFolder.PassingHost);
        _work.Write("re lease/RELEASE", "version: 1.2.3\nrid: linux-arm64\ncommit: 0123abcd\nleft out: simavr: not there\n");
        _work.WriteProgram("re lease/bin/harness", $"#!/bin/bash\nexec \"$REAL_DOTNET\" '{HarnessProcess.Program}' \"$@\"\n");
        foreach (var name in new[] { "dotnet", "make", "gcc", "git" })
        {
            Note(name, "note \"$@\"; exit 9");
        }

        Note("apt-get", """note "$@" """);

        Note("dpkg-query", """[ -z "${MISSING:-}" ] || exit 1; case "$*" in *Package*) shift 2; printf '%s installed\n' "$@" ;; *) printf installed ;; esac""");
    }

    public void Dispose() => _work.Dispose();

    [TearDown]
    public void No_SDK_and_no_compiler_was_called() =>
        Assert.That(new[] { "dotnet", "make", "gcc", "git" }.SelectMany(Calls), Is.Empty);

    [Test]
    public async Task It_becomes_the_program_and_writes_nothing()
    {
        var listed = await TypeAsync("re lease", "./harness run --list");
        Assert.That((listed.ExitCode, listed.Stderr), Is.EqualTo((0, "")), listed.ToString());
        Assert.That(listed.Stdout, Is.EqualTo("features/one.feature:4  The right password\n1 scenarios\n"));
        Assert.That(Directory.Exists(_work["re lease/.harness"]), Is.False);
    }

    [TestCase("PATH=\"../usr bin:$PATH\"; harness", "next: harness ")]
    [TestCase("'../usr bin/harness'", "next: ./harness ")]
    public async Task A_command_that_was_found_in_PATH_is_named_so_in_messages(string typed, string words)
    {
        Directory.CreateDirectory(_work["usr bin"]);
        File.CreateSymbolicLink(_work["usr bin/harness"], "../re lease/harness");
        var ended = await TypeAsync("re lease", $"{typed} broker");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(words));
    }

    [Test]
    public async Task It_works_from_another_folder_and_through_a_link()
    {
        Directory.CreateDirectory(_work["usr bin"]);
        File.CreateSymbolicLink(_work["usr bin/harness"], "../re lease/harness");
        foreach (var typed in new[] { $"'{_launcher}' --version", "./harness --version", "PATH=.:$PATH; harness --version" })
        {
            var ended = await TypeAsync("usr bin", typed);
            Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")), ended.ToString());
        }

        Assert.That((await TypeAsync("usr bin", "./harness run --list")).Stdout, Does.Contain("features/one.feature:4"));
    }

    [Test]
    public async Task Exit_status_arguments_and_pipes_are_the_programs()
    {
        _work.Write("re lease/a b.feature", WorkFolder.FailingHost);
        _work.Write("re lease/h.yaml", "rig: h\nserver: s\ndevices:\n  host: {kind: host}\n");
        Assert.That((await TypeAsync("re lease", "./harness run 'a b.feature' --rig h.yaml --out 'o ut'")).ExitCode, Is.EqualTo(1));
        Assert.That((await TypeAsync("re lease", "./harness run --rig h.yaml --out 'o ut 2'")).ExitCode, Is.Zero);
        Assert.That((await TypeAsync("re lease", "./harness run --bogus")).ExitCode, Is.EqualTo(2));
        var enrolled = await TypeAsync("re lease", "printf '%s\\n' secret | ./harness enroll --client c --server s");
        Assert.That(enrolled.Stdout, Does.StartWith("- client: \"c\""));
    }

    [Test]
    public async Task A_signal_to_the_launcher_reaches_the_program()
    {
        await using var broker = HarnessProcess.StartProgram(
            _work["re lease"], "bash", "-c", Prelude + "exec ./harness broker --port 0 --server-name s --allow-anonymous");
        await broker.WaitForAsync("listening on");
        broker.Signal(Processes.Interrupt);
        Assert.That((await broker.EndAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_closed_standard_stream_is_closed_for_the_program_too()
    {
        var closed = await TypeAsync("re lease", "./harness run --list >&-");
        Assert.That(closed.ExitCode, Is.EqualTo(2), closed.ToString());
        Assert.That((await TypeAsync("re lease", "./harness run --list 2>&- <&-")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Emulators_are_installed_and_no_compiler()
    {
        await TypeAsync("re lease", "MISSING=1 ./harness run --filter none");
        Assert.That(Calls("apt-get")[^1], Does.StartWith("install -y --no-install-recommends qemu-system-arm").And.Not.Contain("gcc").And.Not.Contain("make"));
    }

    [Test]
    public async Task A_rig_of_real_boards_needs_no_emulator()
    {
        await TypeAsync("re lease", "MISSING=1 ./harness run --rig rigs/pi-bench.yaml --filter none");
        Assert.That(Calls("apt-get")[^1], Is.EqualTo("install -y --no-install-recommends gpiod"));
    }

    [Test]
    public async Task Doctor_says_what_the_release_is_and_asks_for_no_SDK()
    {
        _work.Write("re lease/h.yaml", "rig: h\nserver: s\ndevices:\n  host: {kind: host}\n");
        var ended = await TypeAsync("re lease", "./harness doctor --rig h.yaml");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Match(@"ok +release +1\.2\.3 for linux-arm64, runtime 10\.[^;]*, commit 0123abcd; left out: simavr: not there").And.Not.Contain("SDK"));
    }

    [TestCase("test", "the tests are part of the sources")]
    [TestCase("publish --rid linux-arm64 --no-deb", "a release is made from the sources")]
    public async Task A_command_that_needs_the_sources_says_so(string command, string words)
    {
        var ended = await TypeAsync("re lease", $"./harness {command}");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(words).And.Contain("next: git clone"));
    }

    [Test]
    public async Task A_program_for_another_machine_is_said_in_words()
    {
        // An ELF file of no machine that there is.
        await File.WriteAllBytesAsync(_work["re lease/bin/harness"], [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, .. new byte[8], 2, 0, 0xff, 0xfe, .. new byte[44]]);
        var ended = await TypeAsync("re lease", "./harness --version");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("does not start here: it is for linux-arm64, and this is").And.Contain("-bit").And.Contain("harness: next: "));
    }

    [Test]
    public async Task A_program_that_is_missing_is_said_in_words()
    {
        File.Delete(_work["re lease/bin/harness"]);
        var ended = await TypeAsync("re lease", "./harness --version");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("this release is not whole").And.Contain("sha256sum"));
    }

    // The real dotnet stands in for the release's own program and is looked up before its stand-in comes first in PATH.
    private string Prelude =>
        $"REAL_DOTNET=\"$(command -v dotnet)\"; export REAL_DOTNET PATH='{_work["tools"]}':\"$PATH\" NOTES='{_work["notes"]}'; unset HARNESS_ROOT; ";

    private Task<Ended> TypeAsync(string folder, string line) => HarnessProcess.RunProgramAsync(_work[folder], "", "bash", "-c", Prelude + line);

    private void Note(string name, string script)
    {
        Directory.CreateDirectory(_work["notes"]);
        _work.WriteProgram($"tools/{name}", $"#!/bin/bash\nnote() {{ printf '%s\\n' \"$*\" >> \"$NOTES/{name}\"; }}\n{script}\n");
    }

    private string[] Calls(string name) => File.Exists(_work[$"notes/{name}"]) ? File.ReadAllLines(_work[$"notes/{name}"]) : [];
}
