using System.Runtime.InteropServices;

namespace Harness.Cli.Tests.Shell;

/// <summary>Other processes, through kill(2), pidfd_open(2) and /proc.</summary>
internal static partial class Processes
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int PidFdOpen = 434;
    private const short Readable = 1;
    private const int Interrupted = 4; // EINTR

    public static void Signal(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
        {
            throw new InvalidOperationException($"kill {process}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Signals a process group; a group that no longer exists is no error.</summary>
    public static void SignalGroup(int group, int signal) => _ = SendSignal(-group, signal);

    /// <summary>Waits until a process has ended, whichever process is its parent.</summary>
    /// <returns>False if it still ran after the limit.</returns>
    public static bool HasEndedWithin(int process, TimeSpan limit)
    {
        var descriptor = (int)SystemCall(PidFdOpen, process, 0);
        if (descriptor < 0)
        {
            return true; // no such process
        }

        var wait = new PollEntry { Descriptor = descriptor, Events = Readable };
        var began = Stopwatch.GetTimestamp();
        int ready;
        do
        {
            // A signal to this process, such as SIGCHLD, interrupts the wait.
            ready = Poll(ref wait, 1, (int)Math.Max(0, (limit - Stopwatch.GetElapsedTime(began)).TotalMilliseconds));
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        _ = Close(descriptor);
        return ready == 1;
    }

    /// <summary>Gets every descendant of a process, with its command line.</summary>
    public static IReadOnlyList<(int Id, string Command)> Below(int ancestor)
    {
        var all = new List<(int Id, int Parent, string Command)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var stat = File.ReadAllText($"{folder}/stat");
                var parent = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
                all.Add((id, parent, File.ReadAllText($"{folder}/cmdline").Replace('\0', ' ')));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended meanwhile.
            }
        }

        var found = new List<(int, string)>();
        var parents = new HashSet<int> { ancestor };
        for (var more = true; more;)
        {
            more = false;
            foreach (var (id, parent, command) in all)
            {
                if (parents.Contains(parent) && parents.Add(id))
                {
                    found.Add((id, command));
                    more = true;
                }
            }
        }

        return found;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Seen;
    }
}
