namespace Harness.Cli.Tests.Labs;

/// <summary><c>lab config --check</c>: each thing that does not fit is found and named, with Slurm's and munge's programs as they answer then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class LabCheckTests
{
    private const string Node = "NodeName=pi1 Arch=aarch64 State=IDLE ThreadsPerCore=1";

    private readonly string _folder = Directory.CreateTempSubdirectory("harness-lab-check-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_machine_that_fits_is_told_so()
    {
        var ended = await CheckAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("pi1 in lab garden: ").And.Contain(" 0 warnings, 0 broken").And.Match("ok +versions +Slurm 22.05.8").And.Match("ok +clock").And.Match("ok +munge ").And.Match("ok +slurmd +free").And.Match("ok +f405"));
    }

    [Test]
    public async Task Another_version_and_another_time_than_the_controller_has_are_found()
    {
        var ended = await CheckAsync(version: "23.11.4", clock: DateTime.Now.AddMinutes(-2));
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.RigBroken), ended.ToString());
        Assert.That(ended.Stdout, Does.Match("BROKEN +versions +Slurm 23.11.4 here and 22.05.8 on pi1").And.Match("BROKEN +clock +1[12][0-9] s from pi1's").And.Contain("set-ntp true").And.Contain(" 2 broken"));
    }

    [TestCase("exit 1", "exit 0", "BROKEN +munge ", TestName = "A key that does not open what it seals is found")]
    [TestCase("cat", "echo 'slurm_load_ctl_conf error: Zero Bytes were transmitted or received' >&2; exit 1", "BROKEN +munge key +slurmctld on pi1 refuses what this machine seals", TestName = "A key other than that of the controller is found")]
    [TestCase("cat", "echo 'slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)' >&2; exit 1", "BROKEN +slurmctld +pi1 gives no answer", TestName = "A controller that is away is found")]
    [TestCase("cat", "echo 'NodeName=pi1 State=IDLE+DRAIN Reason=gres/board count reported lower than configured (0 < 1) [slurm@2026]'", "warning +slurmd +drained: gres/board count reported lower", TestName = "A board that slurmd does not see is found")]
    [TestCase("cat", "echo 'NodeName=pi1 State=DOWN* Reason=Not responding [slurm@2026]'", "BROKEN +slurmd +DOWN\\*: Not responding", TestName = "A slurmd that is away is found")]
    [TestCase("cat", "echo 'NodeName=pi9 State=IDLE'", "BROKEN +slurmd +slurmctld on pi1 does not know this machine", TestName = "A machine that the controller has not read is found")]
    public async Task Each_thing_that_does_not_fit_is_found(string unmunge, string answer, string finding)
    {
        var ended = await CheckAsync(unmunge: unmunge, answer: answer);
        Assert.That(ended.Stdout, Does.Match(finding), ended.ToString());
    }

    [Test]
    public async Task A_user_who_is_not_in_the_group_of_a_line_is_told_the_group()
    {
        Needs.That(Environment.UserName == "root", "root, to become another user", "run this test as root");
        NeedsProgram.Find("setpriv", "util-linux");
        var port = Write("port", "", 0b110_110_000);
        Assert.That((await HarnessProcess.RunProgramAsync("/", "", "chgrp", "dialout", port)).ExitCode, Is.Zero);
        var ended = await CheckAsync(port: port, prefix: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
        Assert.That(ended.Stdout, Does.Match("BROKEN +f405 +.* is not in group dialout and may not open").And.Contain("usermod -aG dialout"), ended.ToString());
        var gone = await CheckAsync(port: "/dev/serial/by-id/gone");
        Assert.That(gone.Stdout, Does.Match("BROKEN +f405 +/dev/serial/by-id/gone is not there"), gone.ToString());
    }

    private async Task<Ended> CheckAsync(string version = "22.05.8", DateTime? clock = null, string unmunge = "cat", string? answer = null, string? port = null, string[]? prefix = null)
    {
        Mode(_folder, 0b111_101_101);
        var lab = Lab(port ?? Write("port", "", 0b110_110_110));
        Write("bin/munge", "#!/bin/sh\necho MUNGE:x\n");
        Write("bin/unmunge", $"#!/bin/sh\n{unmunge}\n");
        Write(
            "bin/scontrol",
            $"""
            #!/bin/sh
            case "$*" in
            --version) echo "slurm {version}" ;;
            *config*) {(answer?.Contains("NodeName", StringComparison.Ordinal) == false ? answer : ":")}; echo "Configuration data as of {clock ?? DateTime.Now:yyyy-MM-ddTHH:mm:ss}"; echo "SLURM_VERSION = 22.05.8" ;;
            *node*) {(answer?.Contains("NodeName", StringComparison.Ordinal) == true ? answer : $"echo '{Node}'")} ;;
            esac

            """);
        foreach (var (name, text) in SlurmFiles.All(Harness.Cli.Commands.Labs.LabReader.Load(lab).Plan))
        {
            Write($"etc/{name}", text);
        }

        Directory.CreateDirectory(Path.Combine(_folder, "runs"));
        Mode(Path.Combine(_folder, "runs"), 0b111_111_111);
        string[] line = ["env", $"PATH={_folder}/bin:{Environment.GetEnvironmentVariable("PATH")}", .. prefix ?? [], "dotnet", HarnessProcess.Program, "lab", "config", lab, "--check", "--host", "pi1"];
        return await HarnessProcess.RunProgramAsync(_folder, "", line[0], line[1..]);
    }

    private string Lab(string port)
    {
        Write("program", "#!/bin/sh\n");
        Write("socket", "");
        Write("pi1.yaml", $$"""
            rig: bench
            server: s
            devices:
              host: {kind: host}
              f405: {kind: serial, driver: tty, port: {{port}}, elf: stm32f405.elf, tick_unit: ticks, provenance: hardware}
            roles: {host: host, board: f405}
            """, 0b110_100_100);
        return Write("lab.yaml", $$"""
            lab: garden
            shared: {{_folder}}
            config: {{_folder}}/etc
            state: {{_folder}}/state
            program: {{_folder}}/program
            munge: {{_folder}}/socket
            rigs:
              - {host: pi1, rig: pi1.yaml}
            """, 0b110_100_100);
    }

    private string Write(string name, string text, int mode = 0b111_101_101)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        Mode(path, mode);
        return path;
    }

#pragma warning disable CA1416 // modes of files: Linux
    private static void Mode(string path, int mode) => File.SetUnixFileMode(path, (UnixFileMode)mode);
#pragma warning restore CA1416
}
