using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Harness.Hardware;

namespace Harness.Benchmarks;

/// <summary>What our serial line costs over a raw poll loop: one 64-byte line there and back on a pseudo-terminal whose far end echoes.</summary>
/// <remarks>Both ways use the same pseudo-terminal and echo thread, one after the other in each round. Host clock.</remarks>
internal sealed partial class LinkBenchmark : IBenchmark
{
    private const int Length = 64;
    private const short PollIn = 1;

    public string Name => "link";

    public void Run(TextWriter output)
    {
        using var far = new EchoTerminal();
        var link = TtyLink.Open(far.Path);
        var line = new byte[Length];
        var buffer = new byte[Length];
        line.AsSpan().Fill((byte)'a');
        try
        {
            var results = new Interleaved($"serial line, {Length} bytes there and back", rounds: 2000, warmUp: 200)
                .Add("raw poll(2), read(2), write(2) loop", () => RawRoundTrip(far.Slave, line, buffer))
                .Add("TtyLink", () => LinkRoundTrip(link, line, buffer).GetAwaiter().GetResult())
                .Run(output);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  overhead of TtyLink: {results[1].Median - results[0].Median:F1} µs by median; a 115200-baud line needs {Length * 10 * 2 / 0.1152:F0} µs for the same bytes"));
        }
        finally
        {
            link.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static async Task LinkRoundTrip(TtyLink link, byte[] line, byte[] buffer)
    {
        await link.WriteAsync(line, CancellationToken.None);
        for (var got = 0; got < Length;)
        {
            var read = await link.ReadAsync(buffer.AsMemory(got), CancellationToken.None);
            got += read > 0 ? read : throw new IOException("the echo is gone");
        }
    }

    private static unsafe void RawRoundTrip(int descriptor, byte[] line, byte[] buffer)
    {
        fixed (byte* from = line, to = buffer)
        {
            if (write(descriptor, from, Length) != Length)
            {
                throw new IOException("a short write");
            }

            for (var got = 0; got < Length;)
            {
                var wait = new PollFd { Descriptor = descriptor, Events = PollIn };
                _ = poll(&wait, 1, -1);
                var read = LinkBenchmark.read(descriptor, to + got, (nuint)(Length - got));
                got += read > 0 ? (int)read : throw new IOException("the echo is gone");
            }
        }
    }

    /// <summary>A pseudo-terminal in raw mode whose master side echoes whole chunks from a thread of its own.</summary>
    private sealed unsafe class EchoTerminal : IDisposable
    {
        private readonly int master;
        private readonly Thread echo;

        public EchoTerminal()
        {
            master = posix_openpt(0x2 | 0x100);
            if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
            {
                throw new IOException("no pseudo-terminal");
            }

            Path = Marshal.PtrToStringUTF8((nint)ptsname(master))!;
            Slave = open(Path, 0x2 | 0x100);

            // struct termios is 60 bytes on Linux; cfmakeraw sets what "raw" means.
            var settings = stackalloc byte[256];
            if (tcgetattr(Slave, settings) == 0)
            {
                cfmakeraw(settings);
                _ = tcsetattr(Slave, 0, settings);
            }

            echo = new Thread(Echo) { IsBackground = true };
            echo.Start();
        }

        public string Path { get; }

        public int Slave { get; }

        public void Dispose()
        {
            _ = close(Slave);
            echo.Join(TimeSpan.FromSeconds(2));
            _ = close(master);
        }

        private void Echo()
        {
            var buffer = stackalloc byte[256];
            while (read(master, buffer, 256) is > 0 and var n)
            {
                _ = write(master, buffer, (nuint)n);
            }
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
    private static unsafe partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static unsafe partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static unsafe partial int poll(PollFd* descriptors, nuint count, int milliseconds);

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
    private static unsafe partial byte* ptsname(int descriptor);

    [LibraryImport("libc")]
    private static unsafe partial int tcgetattr(int descriptor, byte* settings);

    [LibraryImport("libc")]
    private static unsafe partial int tcsetattr(int descriptor, int when, byte* settings);

    [LibraryImport("libc")]
    private static unsafe partial void cfmakeraw(byte* settings);
#pragma warning restore SA1300, IDE1006
}
