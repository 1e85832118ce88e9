using System.ComponentModel;
using System.Diagnostics;

namespace Harness.Lab.Slurm;

/// <summary>The end of one of Slurm's own programs.</summary>
/// <param name="ExitCode">Its exit status; 127 where there is no such program.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record SlurmAnswer(int ExitCode, string Output, string Error)
{
    /// <summary>The last line that it complained with.</summary>
    public string Problem => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim() ?? $"exit status {ExitCode}";
}

/// <summary>A job in Slurm's queue.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Run">The lab's run that it carries: its name in Slurm.</param>
/// <param name="State">Slurm's word: PENDING, RUNNING, ...</param>
/// <param name="Reason">Slurm's word why it waits.</param>
/// <param name="Node">The machine it runs on, or ran on last; empty for none.</param>
/// <param name="Start">Its start; for one that waits the expected one where Slurm knows it.</param>
/// <param name="User">Its owner.</param>
/// <param name="Wants">The GRES that it asks for.</param>
/// <param name="Excluded">The machines that it may not have.</param>
/// <param name="Restarts">Times that it began again.</param>
public sealed record SlurmJob(long Id, string Run, string State, string Reason, string Node, DateTime? Start, string User, string Wants, string Excluded, int Restarts)
{
    /// <summary>True where it will not change any more.</summary>
    public bool IsEnded => State is not ("PENDING" or "RUNNING" or "COMPLETING" or "CONFIGURING" or "REQUEUED" or "REQUEUE_HOLD" or "REQUEUE_FED" or "SPECIAL_EXIT" or "SUSPENDED" or "STOPPED" or "RESIZING" or "SIGNALING" or "STAGE_OUT");

    /// <summary>True where it waits for a person.</summary>
    public bool IsHeld => State is "SPECIAL_EXIT" or "REQUEUE_HOLD" || (State == "PENDING" && Reason is "JobHeldUser" or "JobHeldAdmin");
}

/// <summary>A machine as Slurm sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Slurm's words: IDLE, MIXED+DRAIN, DOWN*, ...</param>
/// <param name="Reason">The reason of a drain or of being down, with who and when; empty for none.</param>
public sealed record SlurmNode(string Name, string State, string Reason);

/// <summary>Talks to Slurm by its own programs, which are on every machine of a lab.</summary>
/// <param name="lab">The lab, for the place of its configuration.</param>
public sealed class SlurmClient(LabPlan lab)
{
    private const string NoProgram = "is not installed";

    /// <summary>The last complaint of a program that was asked for jobs or machines and gave no answer; empty before there was one.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Runs one of Slurm's programs.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="kept">The variables of the environment that it has; null for all.</param>
    public SlurmAnswer Run(string program, IReadOnlyList<string> arguments, CancellationToken stop = default, string input = "", IReadOnlyCollection<string>? kept = null)
    {
        var conf = Path.Combine(lab.Config, "slurm.conf");
        if (!File.Exists(conf) && program is not ("munge" or "unmunge"))
        {
            // Slurm would look for a controller in the network's names, for minutes.
            return new SlurmAnswer(1, "", $"{conf} is not there");
        }

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in kept is null ? [] : start.Environment.Keys.Except(kept).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["SLURM_CONF"] = conf;
        start.Environment["SLURM_TIME_FORMAT"] = "standard";
        try
        {
            using var process = Process.Start(start)!;
            using var end = stop.Register(() =>
            {
                try
                {
                    process.Kill();
                }
                catch (InvalidOperationException)
                {
                    // It had ended.
                }
            });
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It read nothing: its exit status says why.
            }

            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            stop.ThrowIfCancellationRequested();
            return new SlurmAnswer(process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return new SlurmAnswer(127, "", $"{program} {NoProgram}");
        }
    }

    /// <summary>Gets the jobs in the queue, and those that ended a short time ago; null where slurmctld gives no answer.</summary>
    /// <param name="id">One job alone; null for all.</param>
    /// <param name="stop">Ends the question.</param>
    public IReadOnlyList<SlurmJob>? Jobs(long? id = null, CancellationToken stop = default)
    {
        var answer = Run("scontrol", id is { } one ? ["show", "job", one.ToString(CultureInfo.InvariantCulture), "-o"] : ["show", "job", "-o"], stop);
        return answer.ExitCode == 0 ? Parse(answer.Output)
            : answer.Error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? [] : Unanswered<IReadOnlyList<SlurmJob>>(answer);
    }

    /// <summary>Gets the machines; null where slurmctld gives no answer.</summary>
    public IReadOnlyList<SlurmNode>? Nodes(CancellationToken stop = default)
    {
        var answer = Run("scontrol", ["show", "node", "-o"], stop);
        return answer.ExitCode != 0 ? Unanswered<IReadOnlyList<SlurmNode>>(answer)
            : [.. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("NodeName=", StringComparison.Ordinal))
                .Select(line => new SlurmNode(Field(line, "NodeName"), Field(line, "State"), line.IndexOf(" Reason=", StringComparison.Ordinal) is var at and > 0 ? line[(at + 8)..].Trim() : ""))];
    }

    /// <summary>Reads the answer of <c>scontrol show job -o</c>: a line a job.</summary>
    internal static IReadOnlyList<SlurmJob> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("JobId=", StringComparison.Ordinal)).Select(line => new SlurmJob(
            long.Parse(Field(line, "JobId"), CultureInfo.InvariantCulture), Field(line, "JobName"), Field(line, "JobState"), Field(line, "Reason"), Null(Field(line, "NodeList")),
            DateTime.TryParse(Field(line, "StartTime"), CultureInfo.InvariantCulture, out var start) ? start : null, Field(line, "UserId").Split('(')[0],
            Null(Field(line, "TresPerNode")).Replace("gres:", "", StringComparison.Ordinal), Null(Field(line, "ExcNodeList")),
            int.TryParse(Field(line, "Restarts"), CultureInfo.InvariantCulture, out var restarts) ? restarts : 0))];

    /// <summary>Gets Slurm's indices of a job's boards on the machine that it has: lines of <c>gres.conf</c> counted from 0.</summary>
    /// <param name="text">The answer of <c>scontrol show job -d -o</c>.</param>
    public static IReadOnlyList<int> Boards(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new SortedSet<int>();
        foreach (var part in text.Split(SlurmFiles.Board + ":").Skip(1))
        {
            var open = part.IndexOf("(IDX:", StringComparison.Ordinal);
            if (open < 0 || part.AsSpan(0, open).IndexOfAny(" ,") >= 0)
            {
                continue;
            }

            foreach (var range in part[(open + 5)..part.IndexOf(')', open)].Split(','))
            {
                var ends = range.Split('-');
                for (var i = int.Parse(ends[0], CultureInfo.InvariantCulture); i <= int.Parse(ends[^1], CultureInfo.InvariantCulture); i++)
                {
                    found.Add(i);
                }
            }
        }

        return [.. found];
    }

    /// <summary>Reads a setting of <c>scontrol show config</c>; empty where it is not there.</summary>
    public static string Setting(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n').FirstOrDefault(line => line.Split('=')[0].Trim() == name)?.Split('=', 2)[1].Trim() ?? "";
    }

    /// <summary>Reads the controller's time of <c>scontrol show config</c>: "Configuration data as of 2026-03-14T15:09:26".</summary>
    public static DateTime? ConfigTime(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DateTime.TryParse(text.Split('\n')[0].Split(' ')[^1].Trim(), CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    private T? Unanswered<T>(SlurmAnswer answer)
        where T : class
    {
        Problem = answer.Problem;
        return null;
    }

    private static string Field(string line, string name)
    {
        var at = line.StartsWith(name + "=", StringComparison.Ordinal) ? 0 : line.IndexOf($" {name}=", StringComparison.Ordinal) is var found and >= 0 ? found + 1 : -1;
        if (at < 0)
        {
            return "";
        }

        var from = at + name.Length + 1;
        var end = line.IndexOf(' ', from);
        return end < 0 ? line[from..] : line[from..end];
    }

    private static string Null(string value) => value == "(null)" ? "" : value;
}
