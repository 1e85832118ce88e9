using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Labs;

/// <summary>The processes of a lab's job, found by their environment.</summary>
internal static class JobProcesses
{
    /// <summary>The process ids of the program in an attempt.</summary>
    public static IReadOnlyList<int> OfAttempt(SubmittedRun run, int attempt) => [.. Of(run)
        .Where(process => (attempt == 1 ? !process.Environment.Contains("SLURM_RESTART_COUNT=", StringComparison.Ordinal) : Has(process.Environment, $"SLURM_RESTART_COUNT={attempt - 1}")) && IsProgram(process.Id))
        .Select(process => process.Id)];

    /// <summary>The process ids of everything that a job started, but for Slurm's own.</summary>
    public static IReadOnlyList<int> All(SubmittedRun run) => [.. Of(run).Where(process => !Has(process.Environment, "SLURM_SCRIPT_CONTEXT=epilog_slurmd")).Select(process => process.Id)];

    /// <summary>The process id of a job's own shell.</summary>
    public static int Shell(SubmittedRun run) => Of(run).Single(process => IsShell(process.Id)).Id;

    /// <summary>Signals those of some processes that are still there.</summary>
    public static void TrySignal(IReadOnlyList<int> processes, int signal)
    {
        foreach (var process in processes)
        {
            try
            {
                Processes.Signal(process, signal);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }
    }

    /// <summary>Kills the program in an attempt.</summary>
    /// <returns>False where it has ended.</returns>
    public static bool TryKill(SubmittedRun run, int attempt) => TryKill(() => OfAttempt(run, attempt));

    /// <summary>Kills a job's own shell.</summary>
    /// <returns>False where it has ended.</returns>
    public static bool TryKillShell(SubmittedRun run) => TryKill(() => [.. Of(run).Select(process => process.Id).Where(IsShell)]);

    private static bool TryKill(Func<IReadOnlyList<int>> find)
    {
        try
        {
            var found = find();
            found.ToList().ForEach(id => Processes.Signal(id, Processes.Kill));
            return found.Count > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // By the lab's configuration too: jobs of other labs on this machine have the same numbers.
    private static IEnumerable<(int Id, string Environment)> Of(SubmittedRun run) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Select(id => (id, Read(id, "environ")))
        .Where(process => Has(process.Item2, $"SLURM_JOB_ID={run.Job}") && Has(process.Item2, $"SLURM_CONF={Path.GetDirectoryName(run.Order.Lab)}/config/slurm.conf"));

    private static bool IsShell(int process) => Read(process, "cmdline").Contains("/slurm_script\0", StringComparison.Ordinal);

    private static bool IsProgram(int process) => Read(process, "cmdline").Contains("harness.dll\0lab\0work", StringComparison.Ordinal);

    private static bool Has(string environment, string variable) => $"\0{environment}".Contains($"\0{variable}\0", StringComparison.Ordinal);

    private static string Read(int process, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{name}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended meanwhile
        }
    }
}
