namespace Harness.Hardware.Native;

/// <summary>
/// One epoll descriptor and one sleeping thread for every link of the process. A wait arms its descriptor once
/// (EPOLLONESHOT), so a line that hung up costs nothing while nobody reads; an idle link costs no CPU at all, and a
/// byte that arrives wakes its reader at once instead of at the next tick of a polling loop.
/// </summary>
internal sealed unsafe class ReadinessMonitor
{
    private const int Add = 1, Delete = 2, Modify = 3;             // EPOLL_CTL_*
    private const int EventsAtOnce = 32;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly bool _s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int _s_eventSize = _s_packed ? 12 : 16;
    private static readonly int _s_dataOffset = _s_packed ? 4 : 8;
    private static readonly Lazy<ReadinessMonitor> _s_shared = new(() => new ReadinessMonitor());

    private readonly int _epoll;
    private readonly ConcurrentDictionary<long, DescriptorWatch> _watches = new();
    private long _lastKey;

    private ReadinessMonitor()
    {
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
        {
            throw new IOException($"epoll_create1: {Libc.Describe(Libc.LastError)}");
        }

        new Thread(Run) { IsBackground = true, Name = "harness-links" }.Start();
    }

    public static ReadinessMonitor Shared => _s_shared.Value;

    /// <summary>The number of descriptors watched now.</summary>
    public int Count => _watches.Count;

    /// <summary>Registers a descriptor, disarmed; dispose the watch before the descriptor.</summary>
    public DescriptorWatch Watch(FileDescriptor fd)
    {
        var key = Interlocked.Increment(ref _lastKey);
        var watch = new DescriptorWatch(this, fd, key);
        _watches[key] = watch;
        if (!Control(Add, fd, key, 0, out var error))
        {
            _watches.TryRemove(key, out _);
            throw new IOException($"epoll_ctl: {Libc.Describe(error)}");
        }

        return watch;
    }

    internal void Arm(DescriptorWatch watch, uint events)
    {
        if (!Control(Modify, watch.Descriptor, watch.Key, events | Epoll.OneShot, out var error))
        {
            throw new IOException($"epoll_ctl: {Libc.Describe(error)}");
        }
    }

    internal void Remove(DescriptorWatch watch)
    {
        _watches.TryRemove(watch.Key, out _);
        Control(Delete, watch.Descriptor, watch.Key, 0, out _);
    }

    private bool Control(int operation, FileDescriptor fd, long key, uint events, out Errno error)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + _s_dataOffset) = key;
        var done = Libc.EpollControl(_epoll, operation, fd, entry) == 0;
        error = done ? Errno.None : Libc.LastError;
        return done;
    }

    private void Run()
    {
        var events = stackalloc byte[EventsAtOnce * 16];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, events, EventsAtOnce, -1);
            for (var i = 0; i < count; i++)
            {
                var entry = events + (i * _s_eventSize);
                if (_watches.TryGetValue(*(long*)(entry + _s_dataOffset), out var watch))
                {
                    watch.Ready(*(uint*)entry);
                }
            }
        }
    }
}

/// <summary>Bits of epoll_event.events.</summary>
internal static class Epoll
{
    public const uint In = 0x1, Out = 0x4, Error = 0x8, HangUp = 0x10, OneShot = 1u << 30;
}
