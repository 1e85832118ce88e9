namespace Harness.Cli.Tests.Labs;

/// <summary><c>harness lab config</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class LabConfigTests : WorkFolderTests
{
    private readonly string _shared = Directory.CreateTempSubdirectory("harness-lab-config-").FullName;

    [TearDown]
    public void DeleteShared() => Directory.Delete(_shared, recursive: true);

    [Test]
    public async Task Files_for_Slurm_are_written_with_a_reason_above_every_setting()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--out", "out");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        foreach (var file in (string[])["out/gres.conf", "out/slurm.conf"])
        {
            var all = await File.ReadAllLinesAsync(_work[file]);
            Assert.That(Enumerable.Range(1, all.Length - 1).Where(i => !all[i].StartsWith('#') && !all[i - 1].StartsWith("# ", StringComparison.Ordinal)).Select(i => all[i]), Is.Empty, file);
        }

        Assert.That(ended.Stdout, Does.Contain("next, on each machine: sudo cp out/* "));
        var lines = await File.ReadAllLinesAsync(_work["out/slurm.conf"]);
        Assert.That(lines, Does.Contain("NodeName=pi1 NodeAddr=10.0.0.1 CPUs=2 Gres=board:stm32f405:1,board:a1:1,sensor:bme280:1 Feature=hardware State=UNKNOWN"));
        Assert.That(
            (await File.ReadAllLinesAsync(_work["out/gres.conf"])).Where(line => !line.StartsWith('#')),
            Is.EqualTo(new[] { "NodeName=pi1 Name=board Type=stm32f405 File=/dev/serial/by-id/one", "NodeName=pi1 Name=board Type=a1 File=/dev/serial/by-id/two", "NodeName=pi1 Name=sensor Type=bme280 Count=1" }));
    }

    [Test]
    public async Task Scripts_are_shell_and_switch_the_boards_that_have_a_switch()
    {
        await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--out", "out");
        foreach (var script in (string[])[SlurmScripts.PrologName, SlurmScripts.EpilogName, SlurmScripts.HealthName])
        {
            var parsed = await HarnessProcess.RunProgramAsync(_work.Path, "", "sh", "-n", $"out/{script}");
            Assert.That(parsed.ExitCode, Is.Zero, $"{script}: {parsed}");
        }

        // What Slurm tells of a job with the board of index 1, which has no switch, and with both.
        _work.WriteProgram("bin/scontrol", "#!/bin/sh\necho \"x Nodes=pi1 GRES=board:a1:1(IDX:$GIVEN),sensor:bme280:1(CNT:1) y\"\n");
        foreach (var name in (string[])["prolog", "epilog"])
        {
            _work.WriteProgram($"{name}.sh", (await File.ReadAllTextAsync(_work[$"out/harness-{name}.sh"])).Replace("PATH=/usr/local/sbin", $"PATH='{_work["bin"]}':/usr/local/sbin", StringComparison.Ordinal));
        }

        foreach (var (given, switched) in new[] { ("1", ""), ("0-1", "power cycle f405 power on f405") })
        {
            File.Delete(Path.Combine(_shared, "typed"));
            foreach (var name in (string[])["prolog", "epilog"])
            {
                // Slurm has forgotten the boards when the epilog runs.
                var ended = await HarnessProcess.RunProgramAsync(
                    _work.Path, "", "env", $"GIVEN={(name == "prolog" ? given : "")}", "SLURMD_NODENAME=pi1", "SLURM_JOB_ID=990007", "SLURM_SCRIPT_CONTEXT=epilog_slurmd", "SLURM_JOB_EXIT_CODE2=0:9", _work[$"{name}.sh"]);
                Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            }

            var typed = File.Exists(Path.Combine(_shared, "typed")) ? await File.ReadAllLinesAsync(Path.Combine(_shared, "typed")) : [];
            Assert.That(string.Join(' ', typed.Select(line => line.Split(" --rig")[0])), Is.EqualTo(switched), given);
        }
    }

    [Test]
    public async Task The_epilog_excludes_a_broken_rig_though_slurmd_kills_what_it_leaves_and_drains_it_at_three_runs()
    {
        await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--out", "out");
        var typed = _work["typed"];
        _work.WriteProgram("bin/scontrol", $"#!/bin/sh\ncase $* in show*) echo 'JobId=1 ExcNodeList=pi9 NodeList=x' ;; update*) echo \"$*\" >>'{typed}' ;; esac\n");
        _work.WriteProgram("epilog.sh", (await File.ReadAllTextAsync(_work["out/harness-epilog.sh"])).Replace("PATH=/usr/local/sbin", $"PATH='{_work["bin"]}':/usr/local/sbin", StringComparison.Ordinal));
        foreach (var job in (int[])[990001, 990002, 990003])
        {
            // As slurmd does, its process group is killed as soon as it has ended.
            var ended = await HarnessProcess.RunProgramAsync(
                _work.Path, "", "env", $"SLURM_JOB_ID={job}", "SLURMD_NODENAME=pi1", "SLURM_JOB_EXIT_CODE2=42:0", "SLURM_SCRIPT_CONTEXT=epilog_slurmd", _work["epilog.sh"]);
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            var wanted = $"update JobId={job} ExcNodeList=pi9,pi1";
            for (var began = System.Diagnostics.Stopwatch.GetTimestamp(); !(File.Exists(typed) && File.ReadAllText(typed).Contains(wanted, StringComparison.Ordinal));)
            {
                Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(30)), wanted);
                await Task.Delay(20);
            }
        }

        Assert.That(
            (await File.ReadAllLinesAsync(typed)).Where(line => line.Contains("State=DRAIN", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "update NodeName=pi1 State=DRAIN Reason=harness: broke jobs 990001 990002 990003" }));
    }

    [Test]
    public async Task The_health_check_drains_a_broken_rig_and_leaves_one_that_a_run_took_meanwhile()
    {
        await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--out", "out");
        var (typed, state, found) = (_work["typed"], _work["state"], _work["found"]);
        _work.WriteProgram("bin/scontrol", $"#!/bin/sh\ncase $* in 'show job'*) cat '{_work["jobs"]}' ;; show*) echo \"NodeName=pi1 State=$(cat '{state}') $(cat '{_work["reason"]}' 2>/dev/null)\" ;; update*|release*) echo \"$*\" >>'{typed}' ;; esac\n");
        _work.WriteProgram("health.sh", (await File.ReadAllTextAsync(_work["out/harness-health.sh"])).Replace("PATH=/usr/local/sbin", $"PATH='{_work["bin"]}':/usr/local/sbin", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_shared, "program"), $"#!/bin/sh\n. '{found}'\n");
        async Task<string> VisitAsync(string before, string doctor, string reason = "")
        {
            File.WriteAllText(state, before);
            File.WriteAllText(found, doctor);
            File.WriteAllText(_work["reason"], reason);
            File.Delete(typed);
            var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "env", "SLURMD_NODENAME=pi1", _work["health.sh"]);
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            return File.Exists(typed) ? File.ReadAllText(typed).Trim() : "";
        }

        const string Dead = "echo 'BROKEN   device f405  expected a reply, saw none'; exit 3";
        const string Held = "echo 'BROKEN   line of f405  /dev/x is held by pid 7 of ada'; exit 3";
        Assert.That(await VisitAsync("IDLE", "exit 0"), Is.Empty);
        Assert.That(await VisitAsync("IDLE", Dead), Is.EqualTo("update NodeName=pi1 State=DRAIN Reason=harness: doctor: BROKEN device f405 expected a reply, saw none"));
        Assert.That(await VisitAsync("IDLE", $"echo MIXED >'{state}'; {Dead}"), Is.Empty, "a run began while the doctor looked");
        Assert.That(await VisitAsync("IDLE", Held), Is.Empty, "a run may have come and gone");
        Assert.That(await VisitAsync("IDLE", Held), Does.StartWith("update NodeName=pi1 State=DRAIN").And.Contain("is held by pid 7"), "held at two visits");
        Assert.That(await VisitAsync("IDLE+DRAIN", "exit 0", "Reason=a new cable [root@2026]"), Is.Empty, "a person drained it");
        Assert.That(await VisitAsync("IDLE+DRAIN", Dead, "Reason=harness: doctor: BROKEN [root@2026]"), Is.Empty);
        _work.Write("jobs", "JobId=7 JobName=a JobState=PENDING Reason=launch_failed_requeued_held Dependency=(null)\nJobId=8 JobName=b JobState=PENDING Reason=JobHeldUser Dependency=(null)\n");
        Assert.That(await VisitAsync("IDLE+DRAIN", "exit 0", "Reason=harness: doctor: BROKEN [root@2026]"), Is.EqualTo("update NodeName=pi1 State=RESUME"));
        Assert.That(await VisitAsync("IDLE+DRAIN", Held, "Reason=Duplicate jobid [slurm@2026]"), Is.Empty, "the first of the two is still on it");
        Assert.That(await VisitAsync("IDLE+DRAIN", "exit 0", "Reason=Duplicate jobid [slurm@2026]"), Is.EqualTo("update NodeName=pi1 State=RESUME\nrelease 7"));
    }

    [Test]
    public async Task A_machine_is_told_everything_that_does_not_fit()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--check", "--host", "pi1");
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.RigBroken), ended.ToString());
        Assert.That(ended.Stdout, Does.Match("BROKEN +slurm.conf").And.Match("BROKEN +munge").And.Match("BROKEN +f405 +/dev/serial/by-id/one is not there").And.Match("ok +shared folder"));
        var other = await HarnessProcess.RunAsync(_work.Path, "lab", "config", Lab(), "--check", "--host", "pi9");
        Assert.That(other.Stdout, Does.Match("BROKEN +host +pi9 is no machine of the lab, which has pi1"));
    }

    [Test]
    public async Task A_lab_that_nobody_named_and_boards_that_nobody_has_are_told_with_the_next_command()
    {
        var none = await HarnessProcess.RunAsync(_work.Path, "lab", "rigs", "--lab", "gone.yaml");
        Assert.That(none.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(none.Stderr, Does.Contain("gone.yaml: no such lab file; next: ls"));
        var lab = Lab();
        var kind = await HarnessProcess.RunAsync(_work.Path, "lab", "run", "--lab", lab, "--matrix", "board=esp32");
        Assert.That(kind.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(kind.Stderr, Does.Contain("no board 'esp32'").And.Contain("a1, stm32f405"));
        var feature = _work.Write("host.feature", WorkFolder.PassingHost);
        var role = await HarnessProcess.RunAsync(_work.Path, "lab", "run", "--lab", lab, "--matrix", "hots=a1,stm32f405", feature);
        Assert.That(role.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(role.Stderr, Does.Contain("no scenario names hots").And.Contain("host").And.Contain("next: "));
        var measured = await HarnessProcess.RunAsync(_work.Path, "lab", "run", "--lab", lab, "--matrix", "board=a1,stm32f405", "measure", "seal", "--device", "host");
        Assert.That(measured.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(measured.Stderr, Does.Contain("the command does not name board; next: "));
        var rig = await HarnessProcess.RunAsync(_work.Path, "lab", "run", "--lab", lab, "--rig", "x.yaml");
        Assert.That(rig.Stderr, Does.Contain("--rig is the lab's to choose"));
    }

    [Test]
    public async Task A_machine_without_Slurm_is_told_what_to_install()
    {
        var lab = Lab();
        var written = await HarnessProcess.RunAsync(_work.Path, "lab", "config", lab, "--out", Path.Combine(_shared, "etc"));
        Assert.That(written.Stdout, Does.Contain("next, on each machine: ./harness lab config"), "what stands in its place is copied nowhere");
        Directory.CreateDirectory(_work["bin"]);
        File.CreateSymbolicLink(_work["bin/dotnet"], NeedsProgram.Find("dotnet", "dotnet-sdk-10.0"));
        _work.Write("a b.feature", WorkFolder.PassingHost);
        Task<Ended> TypeAsync(params string[] words) => HarnessProcess.RunProgramAsync(
            _work.Path, "", "env", [$"PATH={_work["bin"]}", $"{Harness.Cli.Commands.Labs.LoadedLab.Variable}={lab}", "HARNESS_HISTORY=off", "dotnet", HarnessProcess.Program, "lab", .. words]);
        var rigs = await TypeAsync("rigs");
        Assert.That((rigs.ExitCode, rigs.Stderr), Is.EqualTo((ExitCodes.Usage, $"harness: pi1 gives no answer: scontrol is not installed; next: ./harness lab config {lab} --check\n")));
        var run = await TypeAsync("run", "a b.feature");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage), run.ToString());
        Assert.That(run.Stderr, Does.Contain("Slurm did not take the run: sbatch is not installed; next: ./harness lab config"));
        var list = await TypeAsync("list");
        Assert.That(list.ExitCode, Is.Zero, list.ToString());
        Assert.That((list.Stdout, list.Stderr), Is.EqualTo(("0 runs of lab garden\n", $"harness: warning: pi1 gives no answer: scontrol is not installed; next: ./harness lab config {lab} --check\n")), "the run that was not taken left nothing");
        var check = await TypeAsync("config", lab, "--check", "--host", "pi1");
        Assert.That(check.Stdout, Does.Match("BROKEN +slurm +scontrol is not installed").And.Contain("sudo apt-get install slurmd slurm-client munge"), check.ToString());
    }

    [Test, Category("Long")]
    public async Task A_signal_ends_the_wait_for_a_run_though_the_controller_gives_no_answer_and_says_that_the_run_goes_on()
    {
        var lab = Lab();
        await HarnessProcess.RunAsync(_work.Path, "lab", "config", lab, "--out", Path.Combine(_shared, "etc"));
        _work.WriteProgram("bin/sbatch", "#!/bin/sh\ncat >/dev/null; echo 7\n");
        _work.WriteProgram("bin/scontrol", "#!/bin/sh\necho 'Unable to contact slurm controller' >&2; exit 1\n");
        _work.WriteProgram("bin/scancel", "#!/bin/sh\nexit 1\n");
        var feature = _work.Write("one.feature", WorkFolder.PassingHost);
        await using var run = HarnessProcess.StartProgram(
            _work.Path, "env", $"PATH={_work["bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "HARNESS_HISTORY=off", "dotnet", HarnessProcess.Program, "lab", "run", "--lab", lab, feature);
        await run.WaitForAsync("gives no answer; runs go on meanwhile");
        run.Signal(Processes.Terminate);

        var ended = await run.EndAsync();

        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Aborted), ended.ToString());
        Assert.That(ended.Stderr, Does.Match("run [^ ]+ is not cancelled: pi1 gives no answer; next: ./harness lab cancel [^ ]+, once it does"));
    }

    private string Lab()
    {
        _work.WriteProgram("program", "#!/bin/sh\necho \"$@\" >>" + $"'{_shared}/typed'\n");
        File.Copy(_work["program"], Path.Combine(_shared, "program"), overwrite: true);
        File.WriteAllText(Path.Combine(_shared, "pi1.yaml"), """
            rig: bench
            server: s
            devices:
              host: {kind: host}
              f405: {kind: serial, driver: tty, port: /dev/serial/by-id/one, elf: stm32f405.elf, tick_unit: ticks, provenance: hardware, power: {by: command, off: 'true', on: 'true'}}
              a1: {kind: serial, driver: tty, port: /dev/serial/by-id/two, tick_unit: ticks, provenance: hardware}
            roles: {host: host, board: f405}
            sensors:
              air: {kind: bme280, driver: model}
            """);
        var lab = Path.Combine(_shared, "lab.yaml");
        File.WriteAllText(lab, $$"""
            lab: garden
            shared: {{_shared}}
            config: {{_shared}}/etc
            state: {{_shared}}/state
            program: {{_shared}}/program
            rigs:
              - {host: pi1, rig: pi1.yaml, address: 10.0.0.1}
            """);
        return lab;
    }
}
