using System.Globalization;

namespace Harness.Soak.Tests;

/// <summary>Resources of this process, counted when nothing is under way.</summary>
/// <param name="Minute">Minutes since the soak began.</param>
/// <param name="Descriptors">Entries of /proc/self/fd, without those of assemblies, which the runtime opens when it needs them first and keeps.</param>
/// <param name="Children">Processes below this one, zombies included.</param>
/// <param name="Threads">Threads.</param>
/// <param name="ManagedKiB">Managed memory after a full collection.</param>
/// <param name="ResidentKiB">VmRSS.</param>
internal sealed record Resources(double Minute, int Descriptors, int Children, int Threads, long ManagedKiB, long ResidentKiB)
{
    public static Resources Now(double minute)
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Resources(
            minute, Targets().Count(), Below(Environment.ProcessId),
            (int)Status("Threads:"), GC.GetTotalMemory(forceFullCollection: true) / 1024, Status("VmRSS:"));
    }

    /// <summary>The open descriptors by their kind: <c>3 x socket, 2 x /dev/ptmx</c>.</summary>
    public static string Open() =>
        string.Join(", ", Targets().GroupBy(target => target.Split(':')[0]).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} x {group.Key}"));

    /// <summary>By how much the middle of the last third lies above that of the first.</summary>
    public static long Growth(IReadOnlyList<Resources> samples, Func<Resources, long> of)
    {
        var third = Math.Max(1, samples.Count / 3);
        return Middle(samples.TakeLast(third)) - Middle(samples.Take(third));

        long Middle(IEnumerable<Resources> some) => some.Select(of).Order().ElementAt(third / 2);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Minute,5:F1} min: {Descriptors} descriptors, {Children} processes, {Threads} threads, {ManagedKiB} KiB managed, {ResidentKiB} KiB resident");

    private static int Below(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                try
                {
                    var stat = File.ReadAllText($"{folder}/stat");
                    parents[pid] = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It ended while we looked.
                }
            }
        }

        return parents.Keys.Count(pid => IsBelow(pid));

        bool IsBelow(int pid) => parents.TryGetValue(pid, out var parent) && (parent == root || IsBelow(parent));
    }

    private static IEnumerable<string> Targets() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Select(entry => new FileInfo(entry).LinkTarget ?? "closed").Where(target => !target.EndsWith(".dll", StringComparison.Ordinal));

    private static long Status(string field) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
