namespace Harness.Lab.Slurm;

/// <summary>Writes the scripts that Slurm runs as root on each machine of a lab. Shell, as a Pi starts it in milliseconds; what a line does stands above it.</summary>
public static class SlurmScripts
{
    /// <summary>The script before a job.</summary>
    public const string PrologName = "harness-prolog.sh";

    /// <summary>The script after a job.</summary>
    public const string EpilogName = "harness-epilog.sh";

    /// <summary>The health check.</summary>
    public const string HealthName = "harness-health.sh";

    /// <summary>Different jobs that a rig breaks, none judged between them, before it is drained.</summary>
    public const int MostBroken = 3;

    /// <summary>The begin of the reason of a drain that the health check may end.</summary>
    public const string ReasonMark = "harness:";

    /// <summary>Writes the prolog.</summary>
    public static string Prolog(LabPlan lab) => Head(lab, "before each job, as root: resets the boards that the job has. It refuses nothing: whether a board is well is the run's to judge.") + Boards(lab) + Text(
        """
        # Each board of this job whose rig file says how its power is switched is without power for half a second; another has RESET from the run itself.
        # A board that somebody holds (a run that lost this machine and lives on) is left alone: the run then tells who holds it.
        # They are noted for the epilog: Slurm forgets which boards a job had before that runs.
        boards >"$noted"
        while read -r rig device; do
            "$program" power cycle "$device" --rig "$rig" --wait 5s >>"$log" 2>&1 </dev/null || say "$device was not reset"
        done <"$noted"
        exit 0

        """);

    /// <summary>Writes the epilog.</summary>
    public static string Epilog(LabPlan lab) => Head(lab, "after each job, as root, also after a killed one: ends what is left of it, leaves power safe, counts broken runs.")
        + Text(
            $$"""
            # 1. What the job left behind, told by its environment: first asked to end, so that lines and power are made safe, then ended.
            left() {
                grep -lzxs "SLURM_JOB_ID=$SLURM_JOB_ID" /proc/[0-9]*/environ | while read -r file; do
                    # Not this script itself, and not the same job on another machine's slurmd (several may run on one).
                    grep -qzxs 'SLURM_SCRIPT_CONTEXT=epilog_slurmd' "$file" && continue
                    grep -qzxs "SLURMD_NODENAME=$node" "$file" || continue
                    # Nor a job of the same number in another lab.
                    conf=$(tr '\0' '\n' <"$file" 2>/dev/null | sed -n 's/^SLURM_CONF=//p'); [ "${conf:-$SLURM_CONF}" = "$SLURM_CONF" ] || continue
                    pid=${file#/proc/}; echo "${pid%/environ}"
                done
            }
            for signal in TERM TERM TERM TERM TERM KILL; do
                pids=$(left); [ -n "$pids" ] || break
                say "ends what is left: $(echo $pids)"
                kill -$signal $pids 2>/dev/null; sleep 1
            done
            # 2. The power of its boards, as the prolog noted them, is on, whoever was killed while it was off.
            [ ! -e "$noted" ] || while read -r rig device; do
                "$program" power on "$device" --rig "$rig" >>"$log" 2>&1 </dev/null || say "the power of $device was not switched on"
            done <"$noted"
            rm -f "$noted"
            # Of the job: its run, its owner's view of the run's folder (root of this machine may have no rights there), and the record of this attempt.
            field() { printf '%s\n' "$shown" | tr ' ' '\n' | sed -n "s/^$1=//p"; }
            owner() { setpriv --reuid="$SLURM_JOB_UID" --regid="$(id -g "$SLURM_JOB_UID")" --init-groups "$@" 2>>"$log"; }
            know() {
                for try in $(seq 20); do shown=$(scontrol show job "$SLURM_JOB_ID" -o 2>>"$log") && break; sleep 0.5; done
                run=$(field JobName); case $run in *[!0-9a-z-]*) run= ;; esac
                folder={{ShellWord.Quote(lab.Runs)}}/$run; record=$folder/attempt-$(($(field Restarts) + 1))/run.jsonl
            }
            judged() { [ -n "$run" ] && owner grep -qs '"run-finished".*"verdict":"\(pass\|fail\|unjudgeable\|inconclusive\)"' "$record"; }
            # 3. A job whose own shell was killed, and not by scancel, said nothing of its end: what it had not judged is executed again, on another rig.
            ended=${SLURM_JOB_EXIT_CODE2%%:*}
            case $SLURM_JOB_EXIT_CODE2 in 0:[1-9]*)
                know
                excluded=" $(scontrol show hostnames "$(field ExcNodeList)" 2>/dev/null | tr '\n' ' ') $node "
                others=; for host in {{string.Join(' ', lab.Nodes.Select(node => node.Host))}}; do case $excluded in *" $host "*) ;; *) others=$host ;; esac; done
                # It is a run of the lab, and this machine's still; a cancelled one has no reason, and mostly another status.
                if [ -z "$run" ] || [ "$(field BatchHost)" != "$node" ] || [ "$(field Reason)" = None ] || ! owner test -e "$folder/job.json"; then
                    :
                elif judged; then
                    # The history may lack it: the next run reads it into it.
                    owner sh -c 'mkdir -p "$1" && : >"$1/$2"' harness {{ShellWord.Quote(lab.Unrecorded)}} "$run"
                    say "its shell was killed when it had been judged"
                else
                    count=$(owner sh -c 'grep -qxs "$1" "$2" || echo "$1" >>"$2"; wc -l <"$2"' harness "$node" "$folder/broken")
                    if [ "${count:-0}" -ge 2 ]; then
                        ended={{SlurmFiles.Hold}}; scontrol requeuehold State=SpecialExit "$SLURM_JOB_ID" >>"$log" 2>&1
                    elif [ -n "$others" ]; then
                        ended={{SlurmFiles.Requeue}}; scontrol requeue "$SLURM_JOB_ID" >>"$log" 2>&1
                    else
                        ended=3
                    fi
                    say "its shell was killed: $ended"
                fi ;;
            esac
            # 4. Jobs that this rig broke, since it last judged one: at {{MostBroken}} it is drained, until the doctor finds it well.
            case $ended in
            3|{{SlurmFiles.Requeue}}|{{SlurmFiles.Hold}})
                grep -qx "$SLURM_JOB_ID" "$broke" 2>/dev/null || echo "$SLURM_JOB_ID" >>"$broke"
                if [ "$(wc -l <"$broke")" -ge {{MostBroken}} ]; then
                    scontrol update NodeName="$node" State=DRAIN Reason="{{ReasonMark}} broke jobs $(paste -sd' ' "$broke")" >>"$log" 2>&1
                fi ;;
            0|1|4) # A cancelled job has the status 0 too: only its record says that it judged something.
                case $SLURM_JOB_EXIT_CODE2 in *:0) [ ! -e "$broke" ] || { know; ! judged || rm -f "$broke"; } ;; esac ;;
            esac
            # 5. A job whose rig broke begins again in {{Math.Max(5, (int)lab.RetryAfter.TotalSeconds)}} s, and not here: Slurm takes the exclusion when this script has ended, so it is said from beside.
            if [ "$ended" = {{SlurmFiles.Requeue}} ]; then
                begun=$state/excludes.$SLURM_JOB_ID
                setsid sh -c '
                    : >"$4"
                    for try in $(seq 100); do
                        sleep 0.2
                        excluded=$(scontrol show job "$1" -o 2>/dev/null | tr " " "\n" | sed -n "s/^ExcNodeList=//p")
                        case $excluded in ""|"(null)") excluded=$2 ;; *) excluded=$excluded,$2 ;; esac
                        scontrol update JobId="$1" ExcNodeList="$excluded" >/dev/null 2>&1 && exit 0
                    done
                    echo "$(date +%FT%T) job $1: $2 could not be excluded" >>"$3"' harness "$SLURM_JOB_ID" "$node" "$log" "$begun" >/dev/null 2>&1 </dev/null &
                # slurmd kills what is left of this script's session when it ends: the other one has to be there first.
                for try in $(seq 50); do [ ! -e "$begun" ] || break; sleep 0.1; done
                rm -f "$begun"
            fi
            exit 0

            """);

    /// <summary>Writes the health check.</summary>
    public static string Health(LabPlan lab) => Head(lab, "every few minutes, as root: the doctor looks at a rig that is idle or that was drained for being broken, drains it, or brings it back.")
        + "case $node in\n" + Cases(lab.Nodes, node => $"{node.Host}) rig={ShellWord.Quote(node.Rig)} ;;") + "*) exit 0 ;;\nesac\n"
        + Text(
            $$"""
            # One visit at a time: a slow doctor is not asked again.
            exec 8>"$state/health.lock"; flock -n 8 || exit 0
            look() { shown=$(scontrol show node "$node" -o 2>/dev/null) || exit 0; status=${shown#*State=}; status=${status%% *}; }
            look
            reason= twice=; case $shown in *" Reason="*) reason=${shown#* Reason=} ;; esac
            case $status in
            *DRAIN*) case $reason in
                '{{ReasonMark}}'*) ;;
                # slurmctld was killed before it had written that a run began, and began it a second time: Slurm drains the rig for that, and holds the run.
                'Duplicate jobid'*) twice=yes ;;
                *) exit 0 ;; # a person drained it: a person brings it back
            esac ;;
            IDLE) ;;
            *) exit 0 ;; # a run is on it, and judges it
            esac
            told=$("$program" doctor --rig "$rig" 2>&1 </dev/null); found=$?
            case $found in
            0) rm -f "$state/held"
                case $status in *DRAIN*)
                rm -f "$broke"; say 'the doctor finds it well'
                scontrol update NodeName="$node" State=RESUME >>"$log" 2>&1
                [ -z "$twice" ] || scontrol show job -o 2>/dev/null | sed -n 's/^JobId=\([0-9]*\) .* Reason=launch_failed_requeued_held .*/\1/p' | while read -r job; do
                    say "run $job was begun twice: it may begin again"
                    scontrol release "$job" >>"$log" 2>&1
                done ;;
            esac ;;
            2|3|126|127) # A run that began meanwhile has its boards, and judges the rig itself.
                look
                case $status in IDLE|*DRAIN*) ;; *) exit 0 ;; esac
                # The first broken component is the reason.
                why=$(printf '%s\n' "$told" | grep -m1 -e BROKEN -e '^harness:' | tr -s ' ' | tr -d '"' | cut -c1-120)
                # A line that is held may be that of a run which came and went: at two visits in a row it is somebody's who stays.
                case $why in *' is held by '*) [ -e "$state/held" ] || { : >"$state/held"; exit 0; } ;; esac
                case $status in *DRAIN*) ;; *)
                    say "drained: $why"
                    scontrol update NodeName="$node" State=DRAIN Reason="{{ReasonMark}} doctor: ${why:-status $found}" >>"$log" 2>&1 ;;
                esac ;;
            esac
            exit 0

            """);

    private static string Head(LabPlan lab, string what) => Text(
        $$"""
        #!/bin/sh
        # Slurm runs this {{what}}
        # Written by: harness lab config, from {{Path.GetFileName(lab.File)}}.
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
        # No run in the history comes from here.
        SLURM_CONF={{ShellWord.Quote(lab.Config + "/slurm.conf")}} HARNESS_HISTORY=off; export SLURM_CONF HARNESS_HISTORY
        program={{ShellWord.Quote(lab.Program)}}
        # slurmd tells its scripts the machine's name in the lab.
        node=${SLURMD_NODENAME:-$(hostname -s)}
        # What this machine remembers: the jobs that its rig broke, and what these scripts said.
        state={{ShellWord.Quote(lab.State)}}/rig.$node
        mkdir -p "$state"
        broke=$state/broke log=$state/scripts.log noted=$state/boards.${SLURM_JOB_ID:-none}
        say() { echo "$(date +%FT%T) job ${SLURM_JOB_ID:--}: $*" >>"$log"; }

        """);

    // Only boards with a switch need the index that Slurm gave: nothing is asked where there is none.
    private static string Boards(LabPlan lab)
    {
        var switched = lab.Nodes.SelectMany(node => node.Boards.Select((board, index) => (node, board, index))).Where(b => b.board.HasPower).ToList();
        return switched.Count == 0 ? "# No rig file of this lab says how a board's power is switched.\nboards() { :; }\n" : Text(
            """
            # The boards that the job has: Slurm's index of each is its line in gres.conf. slurmctld may be restarting.
            boards() {
                shown=
                for try in $(seq 20); do shown=$(scontrol show job -d "$SLURM_JOB_ID" -o 2>>"$log") && break; sleep 0.5; done
                printf '%s\n' "$shown" | grep -o 'board:[^ (]*(IDX:[0-9,-]*)' | sed 's/.*IDX:\(.*\))/\1/' | tr ',' '\n' |
                awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }' | while read -r index; do
                    case $node:$index in

            """) + string.Concat(switched.Select(b => $"        {b.node.Host}:{b.index}) echo {ShellWord.Quote(b.node.Rig)} {ShellWord.Quote(b.board.Device)} ;;\n")) + "        esac\n    done\n}\n";
    }

    private static string Cases(IEnumerable<LabNode> nodes, Func<LabNode, string> line) => string.Concat(nodes.Select(node => line(node) + "\n"));

    // The sources may have been checked out with CRLF, which no shell reads.
    private static string Text(string text) => new StringBuilder(text).Replace("\r\n", "\n").ToString();
}
