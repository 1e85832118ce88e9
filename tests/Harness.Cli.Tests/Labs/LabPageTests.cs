namespace Harness.Cli.Tests.Labs;

/// <summary>rig-setup.md's page about labs: its commands at work, with the endings that it states.</summary>
[NonParallelizable]
[Category("Long")]
public sealed class LabPageTests
{
    private const string Page = "rig-setup.md";

    [Test]
    public async Task The_commands_of_a_lab_of_three_end_as_the_page_says()
    {
        await using var lab = await SlurmLab.StartAsync([.. Enumerable.Range(1, 3).Select(number => SlurmLab.Posix(number))]);
        var page = Documents.Read(Page);
        string[] lines = [.. Documents.Lines("./harness lab").Where(line => line.Document == Page).Select(line => line.Line["./harness lab ".Length..])];
        Assert.That(lines, Is.EqualTo(new[] { "config lab.yaml --out lab-config", "config lab.yaml --check", "rigs", "run features/handshake" }));

        var config = await lab.TypeAsync(lines[0].Split(' '));
        Assert.That(config.Stdout.Trim().Split('\n'), Has.Length.EqualTo(6).And.ItemAt(5).Match("^3 machines, .* boards, .* sensors; next, on each machine: "), config.ToString());
        Assert.That(page, Does.Contain("It writes five files and ends with `3 machines, ... boards, ... sensors; next, on each machine: ...`"));

        var check = await lab.TypeAsync([.. lines[1].Split(' '), "--host", "pi2"]);
        Assert.That(check.ExitCode, Is.Zero, check.ToString());
        Assert.That(check.Stdout.Trim().Split('\n')[^1], Does.Match("^pi2 in lab trial: [0-9]+ ok, 0 warnings, 0 broken$"));
        Assert.That(page, Does.Contain("`pi2 in lab garden: ... ok, 0 warnings, 0 broken` and exit status 0"));
        var ping = lab.Slurm.Run("scontrol", ["ping"]);
        Assert.That(ping.Output, Does.Match("^Slurmctld\\(primary\\) at .* is UP"), ping.Error);

        var rigs = await lab.TypeAsync(lines[2]);
        Assert.That(rigs.Stdout, Does.EndWith("3 rigs of lab trial: 3 free\n"), rigs.ToString());
        Assert.That(page, Does.Contain("`3 rigs of lab garden: 3 free`"));

        // One of the folder's files: the whole of it is long here.
        var run = await lab.TypeAsync([.. lines[3].Split(' ')[..1], "features/handshake/login.feature", "--filter", "not @slow"]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Stderr, Does.Contain("runs on pi"));
        Assert.That(run.Stdout, Does.Contain("PASSED"));
    }

    [Test]
    public async Task Preparing_a_machine_ends_as_the_page_says()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1)], hasPostgres: true);
        string[] page = [.. Documents.Blocks(Page, "text").SelectMany(block => block.Split('\n'))];
        var (socket, server) = ($"-S '{lab["munge/socket"]}'", $"-h '{lab["pg"]}'");

        // The line on the page, its ending there, the same on this machine, and what it ends with.
        foreach (var (line, ending, here, seen) in new[]
        {
            ("harness --version", "0.1.0,", $"'{lab["harness"]}' --version", "^0\\.1\\.0\n$"),
            ("/usr/sbin/slurmd -V", "slurm-wlm 22.05.8, or another", "/usr/sbin/slurmd -V", "^slurm(-wlm)? [0-9.]+\n$"),
            ("pi1$ sudo -u postgres createuser lab", "(nothing)", $"createuser {server} -U harness lab", "^$"),
            ("pi1$ sudo -u postgres createdb -O lab harness", "(nothing)", $"createdb {server} -U harness -O lab harness", "^$"),
            ("pi1$ sudo -u lab psql harness -c 'SELECT 1'", "... (1 row)", $"psql {server} -U lab harness -c 'SELECT 1'", "\\(1 row\\)\n\n$"),
            ("pi1$ munge -n | ssh pi2 unmunge", "STATUS:          Success (0) ...", $"munge -n {socket} | unmunge {socket}", "^STATUS:          Success \\(0\\)\n"),
            ("sudo install -d -o slurm /var/lib/harness-lab /var/lib/harness-lab/slurmctld", "(nothing)", $"install -d -o slurm '{lab["var"]}' '{lab["var"]}/slurmctld'", "^$"),
            ("scontrol ping", "Slurmctld(primary) at pi1 is UP", $"SLURM_CONF='{lab["config"]}/slurm.conf' scontrol ping", "^Slurmctld\\(primary\\) at .* is UP\n$"),
        })
        {
            Assert.That(page.Single(one => one.StartsWith(line + " ", StringComparison.Ordinal))[line.Length..].TrimStart(), Does.StartWith($"# {ending}"));
            var ended = await HarnessProcess.RunProgramAsync("/", "", "sh", "-c", here);
            Assert.That(ended.ExitCode, Is.Zero, $"{here}\n{ended}");
            Assert.That(ended.Stdout, Does.Match(seen), here);
        }
    }

    [Test]
    public async Task Another_labs_lines_call_the_harness_and_hand_its_verdicts_on()
    {
        using var work = new WorkFolder();
        work.Write("my-place.yaml", WorkFolder.PosixRigText());
        work.Write("features/handshake/own.feature", WorkFolder.PassingHost + WorkFolder.FailingHost[WorkFolder.FailingHost.IndexOf("\n\n", StringComparison.Ordinal)..]);
        work.WriteProgram("harness", $"#!/bin/sh\nexec env HARNESS_ROOT='{ProductPaths.Root}' HARNESS_HISTORY=off dotnet '{HarnessProcess.Program}' \"$@\"\n");
        work.WriteProgram("labgrid-client", "#!/bin/sh\necho \"$*\" >>typed\n");

        // labgrid: its place is given back whatever the verdict is, and the verdict is the exit status.
        var labgrid = Documents.Blocks(Page, "text").Single(block => block.Contains("labgrid-client", StringComparison.Ordinal));
        var ended = await HarnessProcess.RunProgramAsync(work.Path, "", "env", $"PATH={work.Path}:{Environment.GetEnvironmentVariable("PATH")}", "sh", "-c", labgrid);
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Failed), ended.ToString());
        Assert.That(await File.ReadAllLinesAsync(work["typed"]), Is.EqualTo(new[] { "-p my-place acquire", "-p my-place release" }));

        // LAVA: each scenario is a test case with a result of LAVA's.
        NeedsProgram.Find("python3", "python3");
        var lava = Documents.Blocks(Page, "yaml").Single(block => block.Contains("lava-test-case", StringComparison.Ordinal));
        Assert.That(lava, Does.Contain("lava-test-case handshake --shell harness run features/handshake --rig"));
        var signals = Regex.Match(lava, "^ *- (python3 -c .*)$", RegexOptions.Multiline).Groups[1].Value.Replace("/tmp/out", "out", StringComparison.Ordinal);
        var told = await HarnessProcess.RunProgramAsync(work.Path, "", "sh", "-c", signals);
        Assert.That(told.Stdout.Trim().Split('\n'), Has.Length.EqualTo(2).And.ItemAt(0).Match("^<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=The-right-password.* RESULT=pass>$").And.ItemAt(1).Match("^<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=A-wrong-password.* RESULT=fail>$"), told.ToString());
    }
}
