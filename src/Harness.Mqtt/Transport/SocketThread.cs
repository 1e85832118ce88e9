using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Harness.Mqtt.Transport;

/// <summary>A thread that waits for all sockets of a broker by epoll(7) and handles on itself what they bring: no other thread is woken for a packet, and little code lies between its arrival and
/// its handling. For a process that serves and does nothing else; what computes for long must leave the thread.</summary>
/// <remarks>Harness.Hardware waits for its lines by epoll too, and the two rooms know nothing of one another. There a wait arms its descriptor once and goes on elsewhere, as a line's reader may take
/// its time; here a socket is told of each change, and what it brought is handled on the spot.</remarks>
internal sealed partial class SocketThread : IDisposable
{
    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC: programs that this one starts get no descriptor of it
    private const int AddEntry = 1; // EPOLL_CTL_ADD
    private const uint In = 1; // EPOLLIN
    private const uint Out = 4; // EPOLLOUT
    private const uint Error = 8; // EPOLLERR
    private const uint HangUp = 0x10; // EPOLLHUP
    private const uint PeerEnded = 0x2000; // EPOLLRDHUP
    private const uint EdgeTriggered = 1u << 31; // EPOLLET
    private const int EventsAtOnce = 64;

    // struct epoll_event has no padding on x86-64 alone.
    private static readonly int _dataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int _eventSize = _dataAt + 8;
    [ThreadStatic]
    private static BusyWait? _busy;

    private readonly ConcurrentDictionary<long, PolledSocket> _sockets = new();
    private readonly AnonymousPipeServerStream _end = new(PipeDirection.Out);
    private readonly SafeFileHandle _epoll;
    private readonly BusyWait _wait;
    private long _last;

    private SocketThread(SafeFileHandle epoll, BusyWait wait) => (_epoll, _wait) = (epoll, wait);

    /// <summary>Starts the thread.</summary>
    /// <param name="waiting">The way in which it waits.</param>
    /// <returns>Null where the runtime is to wait, or the system is not Linux.</returns>
    /// <exception cref="IOException">The system gives no more descriptors.</exception>
    public static SocketThread? Start(SocketWaiting waiting)
    {
        if (waiting == SocketWaiting.Runtime || !OperatingSystem.IsLinux())
        {
            return null;
        }

        var epoll = Create(CloseOnExec);
        if (epoll.IsInvalid)
        {
            throw Failed();
        }

        var thread = new SocketThread(epoll, new BusyWait(TimeProvider.System, waiting == SocketWaiting.Busy && Environment.ProcessorCount > 1));
        thread.Add(thread._end.ClientSafePipeHandle, 0, In);
        new Thread(thread.Run) { Name = "sockets", IsBackground = true }.Start();
        return thread;
    }

    /// <summary>Told by what leaves this thread to compute elsewhere: it needs the processor that this thread would take to ask for what comes next. Does nothing on another thread.</summary>
    public static void Computes() => _busy?.Sleep();

    /// <summary>Takes over a connected socket that no asynchronous call was made with.</summary>
    /// <exception cref="SocketException">The peer reset the connection already.</exception>
    /// <exception cref="IOException">The system waits for no more sockets.</exception>
    public IPacketSocket Take(Socket socket)
    {
        var id = Interlocked.Increment(ref _last);
        var polled = new PolledSocket(socket, () => _sockets.TryRemove(id, out _));
        _sockets[id] = polled; // before the kernel tells of it
        try
        {
            Add(socket.SafeHandle, id, In | Out | PeerEnded | EdgeTriggered);
            return polled;
        }
        catch
        {
            polled.Dispose();
            throw;
        }
    }

    /// <summary>Ends the thread, soon. Sockets that are open then are not waited for any more.</summary>
    public void Dispose() => _end.Dispose();

    private unsafe void Add(SafeHandle file, long id, uint events)
    {
        Span<byte> entry = stackalloc byte[_eventSize];
        MemoryMarshal.Write(entry, events);
        MemoryMarshal.Write(entry[_dataAt..], id);
        fixed (byte* at = entry)
        {
            if (Control(_epoll, AddEntry, file, at) != 0)
            {
                throw Failed();
            }
        }
    }

    private static IOException Failed() => new($"the broker cannot wait for a socket: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private unsafe void Run()
    {
        var events = stackalloc byte[EventsAtOnce * _eventSize];
        _busy = _wait;
        using (_epoll)
        {
            while (true)
            {
                var count = Wait(_epoll, events, EventsAtOnce, _wait.IsWorthIt ? 0 : -1);
                if (count <= 0)
                {
                    // Nothing yet, or a signal. Others that are to run on this processor go first.
                    Thread.Yield();
                    continue;
                }

                _wait.Came();
                for (var at = events; count > 0; count--, at += _eventSize)
                {
                    var (told, id) = (*(uint*)at, BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(at + _dataAt, 8)));
                    if (id == 0)
                    {
                        return;
                    }

                    if (_sockets.TryGetValue(id, out var socket))
                    {
                        socket.Told((told & In) != 0, (told & Out) != 0, (told & (Error | HangUp | PeerEnded)) != 0);
                    }
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int Control(SafeFileHandle epoll, int operation, SafeHandle file, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static unsafe partial int Wait(SafeFileHandle epoll, byte* events, int maximum, int milliseconds);
}
