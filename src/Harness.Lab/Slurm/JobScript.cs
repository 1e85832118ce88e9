namespace Harness.Lab.Slurm;

/// <summary>Writes the script that Slurm runs as the job's owner. It outlives the program, so that a run that is killed has an end too.</summary>
public static class JobScript
{
    /// <summary>Writes it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="run">The folder of the run.</param>
    /// <param name="hosts">The machines whose rigs can run it.</param>
    public static string Of(LabPlan lab, LabRun run, IReadOnlyList<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(hosts);
        return $$"""
            #!/bin/sh
            # A run of the lab {{lab.Name}}. Execution is at least once: a machine that is lost, and a rig that breaks, lead to another attempt on another rig.
            HARNESS_LAB={{ShellWord.Quote(lab.File)}} SLURM_CONF={{ShellWord.Quote(lab.Config + "/slurm.conf")}}; export HARNESS_LAB SLURM_CONF
            # A job that is cancelled has time to make its devices safe: Slurm kills the rest of a job as soon as this shell has ended.
            trap : TERM
            {{ShellWord.Quote(lab.Program)}} lab work {{ShellWord.Quote(run.Path)}} </dev/null
            status=$?
            case $status in 0|1|2|4|130) exit $status ;; esac
            # The rig broke (3), or the run was killed: another rig may judge. A job that broke two is held for a person.
            broken={{ShellWord.Quote(run.Broken)}}
            grep -qx "$SLURMD_NODENAME" "$broken" 2>/dev/null || echo "$SLURMD_NODENAME" >>"$broken"
            if [ "$(wc -l <"$broken")" -ge 2 ]; then
                echo "harness: this run broke two rigs ($(paste -sd' ' "$broken")) and is held; next: ./harness lab show {{Path.GetFileName(run.Path)}}" >&2
                exit {{SlurmFiles.Hold}}
            elif [ {{hosts.Count}} -ge 2 ]; then
                echo "harness: $SLURMD_NODENAME broke (status $status); another rig takes the run" >&2
                exit {{SlurmFiles.Requeue}}
            fi
            exit 3

            """.Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
