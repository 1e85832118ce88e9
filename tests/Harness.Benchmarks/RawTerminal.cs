using System.Runtime.InteropServices;

namespace Harness.Benchmarks;

/// <summary>
/// A pseudo-terminal in raw mode, both ends by plain calls of libc: the far end is served by a thread of its own that blocks in read(2), the near
/// end is polled, read and written. It is the reference that our own links are compared with, so it uses none of their code.
/// </summary>
internal sealed unsafe partial class RawTerminal : IDisposable
{
    private const int ReadWrite = 0x2;
    private const int NoControllingTty = 0x100;
    private const short PollIn = 1;
    private readonly int _master;
    private readonly int _slave;
    private readonly Thread _far;

    /// <summary>Opens the terminal.</summary>
    /// <param name="far">Serves the far end until <see cref="ReadFar"/> returns 0.</param>
    public RawTerminal(Action<RawTerminal> far)
    {
        _master = posix_openpt(ReadWrite | NoControllingTty);
        if (_master < 0 || grantpt(_master) != 0 || unlockpt(_master) != 0)
        {
            throw new IOException("no pseudo-terminal");
        }

        Path = Marshal.PtrToStringUTF8((nint)ptsname(_master))!;
        _slave = open(Path, ReadWrite | NoControllingTty);

        // struct termios is 60 bytes on Linux; cfmakeraw sets raw mode.
        var settings = stackalloc byte[256];
        if (tcgetattr(_slave, settings) == 0)
        {
            cfmakeraw(settings);
            _ = tcsetattr(_slave, 0, settings);
        }

        _far = new Thread(() => far(this)) { IsBackground = true };
        _far.Start();
    }

    /// <summary>Path of the near end.</summary>
    public string Path { get; }

    /// <summary>Writes to the near end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Put(_slave, bytes) != bytes.Length)
        {
            throw new IOException("a short write");
        }
    }

    /// <summary>Polls the near end and reads the available bytes.</summary>
    public int Read(Span<byte> buffer)
    {
        var wait = new PollFd { Descriptor = _slave, Events = PollIn };
        _ = poll(&wait, 1, -1);
        fixed (byte* to = buffer)
        {
            var count = read(_slave, to, (nuint)buffer.Length);
            return count > 0 ? (int)count : throw new IOException("the far end is gone");
        }
    }

    /// <summary>Waits for bytes at the far end; 0 once the terminal is closed.</summary>
    public int ReadFar(Span<byte> buffer)
    {
        fixed (byte* to = buffer)
        {
            return (int)Math.Max(read(_master, to, (nuint)buffer.Length), 0);
        }
    }

    /// <summary>Writes to the far end; bytes are lost once the near end is closed.</summary>
    public void WriteFar(ReadOnlySpan<byte> bytes) => _ = Put(_master, bytes);

    public void Dispose()
    {
        _ = close(_slave);
        _far.Join(TimeSpan.FromSeconds(2));
        _ = close(_master);
    }

    private static nint Put(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return write(descriptor, from, (nuint)bytes.Length);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

#pragma warning disable SA1300, IDE1006 // names of libc
    [LibraryImport("libc")]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int poll(PollFd* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc")]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc")]
    private static partial byte* ptsname(int descriptor);

    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, byte* settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int when, byte* settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* settings);
#pragma warning restore SA1300, IDE1006
}
