using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab config</c>: writes Slurm's files for a lab, and checks a machine against them.</summary>
internal static class LabConfigCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("LAB.yaml") { Description = "the lab's file" };
        var outDir = new Option<string?>("--out") { Description = "the folder for slurm.conf, gres.conf and the scripts", HelpName = "DIR" };
        var check = new Option<bool>("--check") { Description = "say what on this machine does not fit: files, munge key, clock, versions, device names, groups" };
        var host = new Option<string?>("--host") { Description = "check as this machine of the lab [default: this machine's name]", HelpName = "NAME" };
        var command = new Command("config",
            """
            Writes what Slurm needs for a lab: slurm.conf and gres.conf, the same on every machine, and the scripts that it runs before
            and after each job and as health check. Each line stands below its reason. The rig files of the lab say which boards and
            sensors each machine has; a real board is counted by its stable device name.

              lab: garden
              shared: /srv/harness-lab           # a folder that every machine sees at this path (NFS)
              history: postgresql://harness@pi1/harness
              rigs:
                - host: pi1                      # a machine: its name, and its rig file
                  rig: pi1.yaml
                - host: pi2
                  rig: pi2.yaml

            Also at the top: controller (the machine that keeps the queue; the first), program (/usr/bin/harness), config (/etc/slurm),
            state (/var/lib/harness-lab), user (slurm), munge (its socket), node_timeout (60 s), health_every (5 min), retry_after (10 s);
            and address, port at a rig, controller_address, controller_port where names or ports are others.

            Exit status: 0; 2 usage, or the lab's file is not one; 3 --check found something that does not fit.

            Examples:
              ./harness lab config lab.yaml --out lab-config
              ./harness lab config lab.yaml --check
            """) { file, outDir, check, host };
        command.Validators.Add(result =>
        {
            if (result.GetResult(outDir) is null == !result.GetValue(check))
            {
                result.AddError("expected --out DIR, which writes the files, or --check, which looks at this machine");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var lab = LoadedLab.Load(parsed.GetValue(file)!);
                return parsed.GetValue(check) ? Check(lab, parsed.GetValue(host) ?? Environment.MachineName.Split('.')[0], stop) : Write(lab, parsed.GetValue(outDir)!);
            },
            CancellationToken.None));
        return command;
    }

    private static int Write(LoadedLab lab, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in SlurmFiles.All(lab.Plan))
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, (UnixFileMode)(name.EndsWith(".sh", StringComparison.Ordinal) ? 0b111_101_101 : 0b110_100_100));
            }

            Console.WriteLine($"{ForeignText.Name(ProductPaths.Display(path))}");
        }

        // Where it was written in its place there is nothing to copy.
        var copy = Path.GetFullPath(folder) == Path.GetFullPath(lab.Plan.Config) ? "" : $"sudo cp {ShellWord.Quote(folder)}/* {ShellWord.Quote(lab.Plan.Config)}/ && ";
        Console.WriteLine($"{lab.Plan.Nodes.Count} machines, {lab.Plan.Nodes.Sum(n => n.Boards.Count)} boards, {lab.Plan.Nodes.Sum(n => n.Sensors.Count)} sensors; next, on each machine: "
            + $"{copy}./harness lab config {ShellWord.Quote(ProductPaths.Display(lab.Plan.File))} --check");
        return ExitCodes.Pass;
    }

    private static int Check(LoadedLab lab, string host, CancellationToken stop)
    {
        var findings = LabChecks.All(lab, host, stop);
        Console.WriteLine(DoctorCommand.Render(findings));
        var broken = findings.Count(f => f.Health == Health.Broken);
        Console.WriteLine($"{ForeignText.Name(host)} in lab {lab.Plan.Name}: {findings.Count(f => f.Health == Health.Ok)} ok, {findings.Count(f => f.Health == Health.Warning)} warnings, {broken} broken");
        return broken > 0 ? ExitCodes.RigBroken : ExitCodes.Pass;
    }
}
