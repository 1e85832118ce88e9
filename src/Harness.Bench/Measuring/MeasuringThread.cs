namespace Harness.Bench.Measuring;

/// <summary>
/// Runs a measurement on a dedicated thread, pinned to one processor, with real-time priority and locked memory, as far as the system
/// allows it. Each refusal is reported together with the setting that would allow it.
/// </summary>
public static partial class MeasuringThread
{
    private const int Fifo = 1 | 0x40000000; // SCHED_FIFO | SCHED_RESET_ON_FORK: a thread that the runtime starts from here, its compiler's, is as any other
    private const int Priority = 40;     // below the kernel's own interrupt threads (50)
    private const int LockCurrent = 1;   // MCL_CURRENT
    private const int LockOnFault = 4;   // MCL_ONFAULT: locks only pages in use; otherwise a runtime's reserved gigabytes would have to fit
    private const int MaximumProcessors = 1024;

    /// <summary>Runs work on the thread and returns its result.</summary>
    /// <param name="work">The work, which may block. Receives sentences on what the system granted and refused.</param>
    /// <param name="realTime">False leaves the thread at normal priority and unpinned.</param>
    public static Task<T> RunAsync<T>(Func<IReadOnlyList<string>, T> work, bool realTime)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            var locked = false;
            try
            {
                var (words, memory) = realTime ? Raise() : (["the measuring thread is as any other: not asked for more"], false);
                locked = memory;
                done.SetResult(work(words));
            }
            catch (Exception e)
            {
                // The outermost frame of this thread: every exception is passed to the awaiting caller.
                done.SetException(e);
            }
            finally
            {
                if (locked)
                {
                    _ = UnlockMemory();
                }
            }
        })
        {
            IsBackground = true, Name = "harness-measure",
        };
        thread.Start();
        return done.Task;
    }

    private static (IReadOnlyList<string> Words, bool Locked) Raise()
    {
        var words = new List<string>();
        var processor = Pin(out var refusedPin);
        words.Add(refusedPin ?? string.Create(CultureInfo.InvariantCulture, $"measuring thread pinned to processor {processor}"));
        var priority = Priority;
        words.Add(SetScheduler(0, Fifo, ref priority) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"real-time priority {Priority} (SCHED_FIFO)")
            : $"real-time priority refused: {Reason()}; allow it with: ulimit -r 99, or setcap cap_sys_nice+ep on dotnet");
        var locked = LockMemory(LockCurrent | LockOnFault) == 0;
        words.Add(locked ? "memory locked" : $"locking memory refused: {Reason()}; allow it with: ulimit -l unlimited");
        return (words, locked);
    }

    // The last processor this thread may use: interrupts go to the first ones by default.
    private static int Pin(out string? refused)
    {
        var mask = new byte[MaximumProcessors / 8];
        refused = null;
        var bytes = GetAffinity(0, (nuint)mask.Length, mask);
        if (bytes < 0)
        {
            refused = $"pinning refused: {Reason()}";
            return -1;
        }

        var last = -1;
        for (var i = 0; i < MaximumProcessors; i++)
        {
            last = (mask[i / 8] >> (i % 8) & 1) != 0 ? i : last;
        }

        Array.Clear(mask);
        mask[last / 8] = (byte)(1 << (last % 8));
        if (SetAffinity(0, (nuint)mask.Length, mask) != 0)
        {
            refused = $"pinning refused: {Reason()}";
        }

        return last;
    }

    private static string Reason() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nuint size, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint size, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, ref int priority);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    private static partial int LockMemory(int flags);

    [LibraryImport("libc", EntryPoint = "munlockall", SetLastError = true)]
    private static partial int UnlockMemory();
}
