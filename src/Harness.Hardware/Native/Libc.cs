namespace Harness.Hardware.Native;

/// <summary>
/// The libc calls of this room. <c>open</c> and <c>ioctl</c> are variadic in C; on Linux x86-64, arm64 and arm an integer or
/// pointer passed there travels as in a fixed call.
/// </summary>
internal static unsafe partial class Libc
{
    public const int ReadWrite = 2;          // O_RDWR
    public const int NoControllingTty = 0x100; // O_NOCTTY
    public const int NonBlock = 0x800;       // O_NONBLOCK
    public const int CloseOnExec = 0x80000;  // O_CLOEXEC

    public const int LockExclusive = 2;      // LOCK_EX
    public const int LockNonBlock = 4;       // LOCK_NB

    private const short PollIn = 1;
    private const int Fifo = 1 | 0x40000000; // SCHED_FIFO | SCHED_RESET_ON_FORK: threads that begin here are as any other

    private const int StatxBasic = 0x7ff;
    private const int AtCwd = -100;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadRaw(FileDescriptor fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteRaw(FileDescriptor fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(FileDescriptor fd, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(FileDescriptor fd, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(FileDescriptor fd, int operation);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, FileDescriptor fd, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int maximum, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxRaw(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventRaw(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollRaw(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, int* priority);

    /// <summary>A descriptor that becomes readable when <see cref="Signal"/> is called.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public static FileDescriptor EventDescriptor()
    {
        var fd = EventRaw(0, CloseOnExec | NonBlock);
        return fd >= 0 ? new FileDescriptor(fd) : throw new IOException($"eventfd: {Describe(LastError)}");
    }

    /// <summary>Wakes the waiter of an event descriptor.</summary>
    public static void Signal(FileDescriptor wake) => Write(wake, BitConverter.GetBytes(1UL), out _);

    /// <summary>Sleeps until the first is readable, or an error on it can be read (true), or the second is readable (false).</summary>
    /// <param name="fd">The descriptor to wait for.</param>
    /// <param name="wake">The descriptor that ends the wait.</param>
    /// <param name="lookAgainMs">
    /// The interval of repeated checks in milliseconds: the removal of a driver need not wake a process that sleeps on its descriptor (a GPIO chip
    /// before Linux 6.6 does not), but a new call reports it.
    /// </param>
    public static bool WaitReadable(FileDescriptor fd, FileDescriptor wake, int lookAgainMs)
    {
        var entries = stackalloc PollEntry[2];
        while (true)
        {
            entries[0] = new PollEntry { Descriptor = (int)fd.DangerousGetHandle(), Events = PollIn };
            entries[1] = new PollEntry { Descriptor = (int)wake.DangerousGetHandle(), Events = PollIn };
            var ready = PollRaw(entries, 2, lookAgainMs);
            if (ready > 0)
            {
                return entries[1].Returned == 0;
            }

            if (ready < 0 && LastError != Errno.Interrupted)
            {
                return false;
            }
        }
    }

    /// <summary>Waits for bytes on the calling thread; false where none came in time.</summary>
    public static bool WaitReadable(FileDescriptor fd, int timeoutMs)
    {
        var entry = new PollEntry { Descriptor = (int)fd.DangerousGetHandle(), Events = PollIn };
        return PollRaw(&entry, 1, timeoutMs) > 0;
    }

    /// <summary>Gives the calling thread a real-time priority (SCHED_FIFO).</summary>
    /// <returns>Null, or the kernel's error.</returns>
    public static string? MakeThreadRealTime(int priority) => SetScheduler(0, Fifo, &priority) == 0 ? null : $"SCHED_FIFO {priority}: {Describe(LastError)}";

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>Opens close-on-exec: an emulator started later must not inherit a device. Null and errno on failure.</summary>
    public static FileDescriptor? Open(string path, int flags, out Errno error)
    {
        while (true)
        {
            var fd = OpenRaw(path, flags | CloseOnExec);
            if (fd >= 0)
            {
                error = Errno.None;
                return new FileDescriptor(fd);
            }

            error = LastError;
            if (error != Errno.Interrupted)
            {
                return null;
            }
        }
    }

    /// <summary>Returns bytes read, or -1 and errno.</summary>
    public static int Read(FileDescriptor fd, Span<byte> buffer, out Errno error)
    {
        fixed (byte* p = buffer)
        {
            nint n;
            do
            {
                n = ReadRaw(fd, p, (nuint)buffer.Length);
                error = n < 0 ? LastError : Errno.None;
            }
            while (error == Errno.Interrupted);
            return (int)n;
        }
    }

    /// <summary>Returns bytes written, or -1 and errno.</summary>
    public static int Write(FileDescriptor fd, ReadOnlySpan<byte> bytes, out Errno error)
    {
        fixed (byte* p = bytes)
        {
            nint n;
            do
            {
                n = WriteRaw(fd, p, (nuint)bytes.Length);
                error = n < 0 ? LastError : Errno.None;
            }
            while (error == Errno.Interrupted);
            return (int)n;
        }
    }

    /// <summary>ioctl on a structure; false and errno on failure.</summary>
    public static bool Ioctl<T>(FileDescriptor fd, nuint request, ref T argument, out Errno error)
        where T : unmanaged
    {
        fixed (T* p = &argument)
        {
            int result;
            do
            {
                result = Ioctl(fd, request, p);
                error = result < 0 ? LastError : Errno.None;
            }
            while (error == Errno.Interrupted);
            return result >= 0;
        }
    }

    /// <summary>Reads identity and group of a node, by statx, because its layout is the same on every architecture.</summary>
    public static bool TryStat(string path, out NodeStatus status)
    {
        var buffer = stackalloc byte[256];
        if (StatxRaw(AtCwd, path, 0, StatxBasic, buffer) != 0)
        {
            status = default;
            return false;
        }

        status = new NodeStatus(
            Inode: *(ulong*)(buffer + 32),
            Group: *(uint*)(buffer + 24),
            Mode: *(ushort*)(buffer + 28),
            Number: (*(uint*)(buffer + 128), *(uint*)(buffer + 132)),
            DeviceMajor: *(uint*)(buffer + 136),
            DeviceMinor: *(uint*)(buffer + 140));
        return true;
    }

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The system's text for an errno.</summary>
    public static string Describe(Errno error) => Marshal.GetPInvokeErrorMessage((int)error);
}

/// <summary>The result of statx(2) on a node: its location (device and inode of its file system) and, for a device node, the number of its device.</summary>
internal readonly record struct NodeStatus(ulong Inode, uint Group, ushort Mode, (uint Major, uint Minor) Number, uint DeviceMajor, uint DeviceMinor)
{
    /// <summary>Indicates that it is the node of a character device, as every terminal is.</summary>
    public bool IsCharacterDevice => (Mode & 0xF000) == 0x2000; // S_IFMT, S_IFCHR

    /// <summary>The identity of the file: equal for two names of one file.</summary>
    public (uint Major, uint Minor, ulong Inode) File => (DeviceMajor, DeviceMinor, Inode);
}
