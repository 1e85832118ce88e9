namespace Harness.Cli.Tests;

/// <summary>
/// The launcher in a checkout of its own, whose path holds a space and an umlaut. Programs that would change the machine or take
/// minutes (apt, make, the compiler) are stand-ins in PATH that note their arguments; so is the program, but where a test says REAL: it starts in a second.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class LauncherTests : IDisposable
{
    private readonly WorkFolder _work = new();
    private readonly string _launcher;

    public LauncherTests()
    {
        _launcher = _work["check out/harness"];
        Directory.CreateDirectory(_work["check out/src/Harness.Cli/bin/Release"]);
        Directory.CreateSymbolicLink(_work["check out/src/Harness.Cli/bin/Release/net10.0"], AppContext.BaseDirectory);
        Directory.CreateDirectory(_work["check out/rigs"]);
        File.Copy(Path.Combine(ProductPaths.Root, "harness"), _launcher);
        File.Copy(Path.Combine(ProductPaths.Root, "rigs", "sim.yaml"), _work["check out/rigs/sim.yaml"]);
        File.Copy(WorkFolder.Posix, _work["check out/rigs/posix.yaml"]);
        _work.Write("check out/features/one.feature", WorkFolder.PassingHost);
        _work.Write("check out/src/Harness.Cli/Program.cs", "// source");
        _work.Write("check out/Directory.Build.props", "<Project/>");
        Note("dotnet", """
            # The compiler's servers outlive a build: what they inherit they hold, and the lock must not be among it.
            case $1 in
                msbuild) [ ! -e /proc/$$/fd/9 ] || { echo 'the build inherits the lock'; exit 1; }
                    note "$@"
                    [ -z "${REAL_BUILD:-}" ] || exec "$REAL_DOTNET" "$@"
                    exit "${BUILD_STATUS:-0}" ;;
                --version | --list-sdks) ;; # no compiler to end
                *) [ -z "${REAL:-}" ] || exec "$REAL_DOTNET" "$@"
                    printf '%s\n' "${*:2}" >> "$NOTES/program" ;;
            esac
            """);
        Note("make", """case " $* " in *" -q "*) exit "${FIRMWARE_IS_OLD:-1}" ;; esac; [ ! -e /proc/$$/fd/9 ] || exit 1; note "$@" """);
        Note("apt-get", """note "$@" """);
        Note("dpkg-query", """[ -z "${MISSING:-}" ] || exit 1; case "$*" in *Package*) shift 2; printf '%s installed\n' "$@" ;; *) printf installed ;; esac""");
    }

    public void Dispose() => _work.Dispose();

    [Test]
    public async Task It_is_sound_bash()
    {
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", "-n", _launcher);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    [Test]
    public async Task It_builds_once_says_so_on_stderr_and_becomes_the_program()
    {
        var first = await TypeAsync("check out", "REAL=1 ./harness run --list");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(first.Stdout, Is.EqualTo("features/one.feature:4  The right password\n1 scenarios\n"));
        Assert.That(first.Stderr, Does.Contain("building"));
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(1).And.All.StartsWith("msbuild "), "dotnet build leaves empty folders in the temporary one");

        var second = await TypeAsync("check out", "./harness --version");
        Assert.That(second.Stderr, Is.Empty);
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(1), "nothing changed, nothing is built");

        _work.Write("check out/src/Harness.Cli/New.cs", "// a new file");
        await TypeAsync("check out", "./harness --version");
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(2), "a new file is built");

        File.Delete(_work["check out/src/Harness.Cli/New.cs"]);
        await TypeAsync("check out", "./harness --version");
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(3), "so is a removed one");

        File.SetLastWriteTimeUtc(_work["check out/src/Harness.Cli/Program.cs"], DateTime.UtcNow.AddMinutes(1));
        await TypeAsync("check out", "./harness --version");
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(4), "and a changed one");
        Assert.That(Calls("program"), Is.EqualTo(Enumerable.Repeat("--version", 4)));
    }

    [Test]
    public async Task It_works_from_another_folder_and_through_a_link()
    {
        Directory.CreateDirectory(_work["else where"]);
        File.CreateSymbolicLink(_work["else where/hh"], _launcher);
        var listed = await TypeAsync("else where", $"REAL=1 '{_launcher}' run --list");
        Assert.That(listed.ExitCode, Is.Zero, listed.ToString());
        Assert.That(listed.Stdout, Does.Contain("features/one.feature:4"));
        foreach (var typed in new[] { "./hh --version", "PATH=.:$PATH; hh --version" })
        {
            var ended = await TypeAsync("else where", typed);
            Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")), ended.ToString());
        }

        Assert.That(Calls("program"), Is.EqualTo(new[] { "--version", "--version" }));
    }

    [Test]
    public async Task Exit_status_arguments_and_pipes_are_the_programs()
    {
        _work.Write("check out/a b.feature", WorkFolder.FailingHost);
        var failed = await TypeAsync("check out", "export REAL=1; ./harness run 'a b.feature' --out 'o ut' --json | tail -c 2; echo ${PIPESTATUS[0]}");
        Assert.That(failed.Stdout, Is.EqualTo("}\n1\n"), failed.ToString());
        Assert.That((await TypeAsync("check out", "REAL=1 ./harness run --bogus")).ExitCode, Is.EqualTo(2));
        var enrolled = await TypeAsync("check out", "printf '%s\\n' secret | REAL=1 ./harness enroll --client c --server s");
        Assert.That(enrolled.Stdout, Does.StartWith("- client: \"c\""));
    }

    [Test]
    public async Task The_tests_get_the_Python_of_apt_whatever_comes_before_it_in_PATH()
    {
        Needs.That(File.Exists("/usr/bin/python3"), "Debian's Python", "sudo apt-get install python3");
        _work.Write("check out/tests/one.cs", "// a test");
        Note("python3", "exit 1");
        Note("dotnet", """[ "$1" = msbuild ] || command -v python3""");
        var tests = await TypeAsync("check out", "./harness test");
        Assert.That(tests.Stdout.Trim(), Is.EqualTo(_work["check out/.harness/bin/python3"]), tests.ToString());
        Assert.That((await TypeAsync("check out", "./harness run --list")).Stdout.Trim(), Is.EqualTo(_work["bin/python3"]), "a user's own runs have his");
    }

    [Test]
    public async Task A_signal_to_the_launcher_reaches_the_program()
    {
        await using var broker = HarnessProcess.StartProgram(
            _work["check out"], "bash", "-c", Prelude + "REAL=1 exec ./harness broker --port 0 --server-name s --allow-anonymous");
        await broker.WaitForAsync("listening on");
        broker.Signal(Processes.Interrupt);
        Assert.That((await broker.EndAsync()).ExitCode, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task The_compiler_of_a_build_ends_with_it(int status)
    {
        Note("dotnet", """
            case $1 in
                --version) echo 10.0.1 ;;
                --list-sdks) printf '%s\n' '9.0.7 [/elsewhere]' '10.0.1 [/s d k]' ;;
                *) note "$@"; exit "$BUILD_STATUS" ;;
            esac
            """);
        var ended = await TypeAsync("check out", $"BUILD_STATUS={status} ./harness --version");
        Assert.That(ended.ExitCode, Is.EqualTo(status == 0 ? 0 : 2), ended.ToString());
        var compiler = Regex.Match(Calls("dotnet")[0], @"-p:SharedCompilationId=(harness-\d+-\d+) ").Groups[1].Value;
        Assert.That(Calls("dotnet")[1], Is.EqualTo($"exec /s d k/10.0.1/Roslyn/bincore/VBCSCompiler.dll -pipename:{compiler} -shutdown"));
    }

    [Test]
    public async Task A_failed_build_shows_its_output_and_ends_with_2()
    {
        var ended = await TypeAsync("check out", "BUILD_STATUS=1 ./harness --version");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("the build failed").And.Contain("next: dotnet build"));
        Assert.That(ended.Stdout, Is.Empty);
        await TypeAsync("check out", "./harness --version");
        Assert.That(Calls("dotnet"), Has.Length.EqualTo(2), "a failed build is tried again");
    }

    [Test]
    public async Task The_firmware_is_made_for_a_rig_of_the_product_from_any_folder()
    {
        Directory.CreateDirectory(_work["else where"]);
        await TypeAsync("else where", $"'{_launcher}' run --rig rigs/posix.yaml --filter none");
        Assert.That(Calls("make"), Is.EqualTo(new[] { $"-C {_work["check out/rigs/firmware"]} -j2 host" }));
    }

    [Test]
    public async Task Two_at_once_do_not_build_at_once()
    {
        Directory.CreateDirectory(_work["check out/.harness"]);
        await using var holder = HarnessProcess.StartProgram(_work["check out/.harness"], "flock", "lock", "bash", "-c", "echo held; read -r _");
        await holder.WaitForAsync("held");
        await using var waiting = HarnessProcess.StartProgram(_work["check out"], "bash", "-c", Prelude + "./harness --version");
        await waiting.WaitForAsync("waiting for it");
        Assert.That(Calls("dotnet"), Is.Empty);
        holder.Input.Close();
        Assert.That((await waiting.EndAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_run_without_a_build_locks_and_writes_nothing_and_another_user_can_start_it()
    {
        ForEverybody();
        await TypeAsync("check out", "./harness --version");
        File.Delete(_work["check out/.harness/lock"]);
        File.Delete(_work["notes/make"]);
        foreach (var command in new[] { "--version", "run --list", "run --rig rigs/posix.yaml --filter none" })
        {
            var ended = await TypeAsync("check out", $"FIRMWARE_IS_OLD=0 TMPDIR=/nowhere {AsNobody} ./harness {command}");
            Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")), ended.ToString());
        }

        var listed = await TypeAsync("check out", $"FIRMWARE_IS_OLD=0 TMPDIR=/nowhere REAL=1 {AsNobody} ./harness run --list");
        Assert.That((listed.ExitCode, listed.Stderr), Is.EqualTo((0, "")), listed.ToString());

        Assert.That(File.Exists(_work["check out/.harness/lock"]), Is.False, "no lock");
        Assert.That(Calls("make"), Is.Empty);

        // Two users at once, one of whom holds the lock.
        await using var holder = HarnessProcess.StartProgram(_work["check out/.harness"], "flock", "lock", "bash", "-c", "echo held; read -r _");
        await holder.WaitForAsync("held");
        var beside = await TypeAsync("check out", $"{AsNobody} ./harness --version");
        Assert.That((beside.ExitCode, beside.Stderr), Is.EqualTo((0, "")), beside.ToString());
    }

    [TestCase("check out/src/Harness.Cli/New.cs", "FIRMWARE_IS_OLD=0", "run --list", "(program)")]
    [TestCase("check out/rigs/firmware/new.c", "FIRMWARE_IS_OLD=1", "run --rig rigs/posix.yaml", "(firmware)")]
    public async Task A_build_folder_that_cannot_be_written_is_reported_with_its_owner(string source, string old, string command, string what)
    {
        ForEverybody();
        await TypeAsync("check out", "./harness --version");
        _work.Write(source, "// new");
        var ended = await TypeAsync("check out", $"{old} {AsNobody} ./harness {command}");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"something must be built {what} and nobody cannot write").And.Contain("which is root's").And.Contain("next: let root run ./harness"));
    }

    [TestCase("TMPDIR=/nowhere/at/all", "no temporary file can be made in /nowhere/at/all", TestName = "No TMPDIR")]
    [TestCase("CKSUM_STATUS=7", "the launcher stopped at its line", TestName = "A program it needs fails")]
    [TestCase("FLOCK_STATUS=5", "the launcher stopped at its line", TestName = "A lock cannot be taken")]
    [TestCase("STATE=file", "something must be built", TestName = "Its own folder is a file")]
    public async Task Its_own_failures_are_a_sentence_and_status_2(string fault, string words)
    {
        Note("cksum", """[ -z "${CKSUM_STATUS:-}" ] || exit "$CKSUM_STATUS"; exec /usr/bin/cksum "$@" """);
        Note("flock", """[ -z "${FLOCK_STATUS:-}" ] || exit "$FLOCK_STATUS"; exec /usr/bin/flock "$@" """);
        if (fault.StartsWith("STATE", StringComparison.Ordinal))
        {
            _work.Write("check out/.harness", "a file");
        }

        var ended = await TypeAsync("check out", $"{fault} ./harness --version");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"harness: {words}").And.Contain("harness: next: "));
    }

    [Test]
    public async Task A_closed_standard_stream_is_closed_for_the_program_too_and_no_file_takes_its_place()
    {
        await TypeAsync("check out", "./harness --version");
        var closed = await TypeAsync("check out", "REAL=1 ./harness run --list >&-");
        Assert.That(closed.ExitCode, Is.EqualTo(2), closed.ToString());
        Assert.That(closed.Stderr, Does.Contain("standard output: "));
        Assert.That((await TypeAsync("check out", "REAL=1 ./harness run --list >&- 2>&- <&-")).ExitCode, Is.EqualTo(2));
        Assert.That((await TypeAsync("check out", "REAL=1 ./harness run --list 2>&- <&-")).ExitCode, Is.Zero);
        File.Delete(_work["check out/.harness/built"]);
        Assert.That((await TypeAsync("check out", "REAL=1 ./harness --version >&- 2>&-")).ExitCode, Is.EqualTo(2), "it builds without them");
        Assert.That(File.Exists(_work["check out/.harness/built"]), Is.True);
    }

    [Test, Category("Long")]
    public async Task A_fresh_checkout_at_a_path_with_a_space_builds_and_runs()
    {
        Directory.CreateDirectory(_work["fresh checkout"]);
        var copied = await HarnessProcess.RunProgramAsync(
            ProductPaths.Root, "", "bash", "-c", $"git ls-files -z | xargs -0 cp --parents -t '{_work["fresh checkout"]}'");
        Assert.That(copied.ExitCode, Is.Zero, copied.ToString());
        await using var run = HarnessProcess.StartProgram(
            _work.Path, "timeout", "600", _work["fresh checkout/harness"], "run", "features/handshake/login.feature:10", "--rig", "rigs/posix.yaml", "--out", "r");
        var ended = await run.EndAsync(TimeSpan.FromMinutes(10));
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    private const string AsNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nowhere";

    // The checkout and its parent folders are readable by everybody; only the owner can write.
    private void ForEverybody()
    {
        Needs.That(Environment.UserName == "root", "the right to become another user", "run this test as root");
#pragma warning disable CA1416 // Linux
        File.SetUnixFileMode(_work.Path, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(_work["notes"]);
        File.SetUnixFileMode(_work["notes"], (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(_work.Write("notes/program", ""), (UnixFileMode)0b110_110_110);
#pragma warning restore CA1416
    }

    // The real dotnet is looked up before the stand-in comes first in PATH.
    private string Prelude =>
        $"REAL_DOTNET=\"$(command -v dotnet)\"; export REAL_DOTNET PATH='{_work["bin"]}':\"$PATH\" NOTES='{_work["notes"]}'; unset HARNESS_ROOT; ";

    private Task<Ended> TypeAsync(string folder, string line) => HarnessProcess.RunProgramAsync(_work[folder], "", "bash", "-c", Prelude + line);

    private void Note(string name, string script)
    {
        Directory.CreateDirectory(_work["notes"]);
        _work.WriteProgram($"bin/{name}", $"#!/bin/bash\nnote() {{ printf '%s\\n' \"$*\" >> \"$NOTES/{name}\"; }}\n{script}\n");
    }

    private string[] Calls(string name) => File.Exists(_work[$"notes/{name}"]) ? File.ReadAllLines(_work[$"notes/{name}"]) : [];
}
