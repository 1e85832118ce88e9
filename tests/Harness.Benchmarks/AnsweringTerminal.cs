using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Harness.Bench;

namespace Harness.Benchmarks;

/// <summary>A pseudo-terminal whose far end keeps the bench protocol and lets a fixed time pass before each reply to MEASURE.</summary>
internal sealed unsafe partial class AnsweringTerminal : IDisposable
{
    private const string Id = "proto=1 fw=harness build=0badcafe board=far clock=16000000 schemes=mqtt-present roles=client profiles=as-published groups=p256 "
        + "ciphers=present128 modes=ecb kdfs=hkdf-sha256 trigger=none line=512 payload=64 rng=1 test=0";

    private readonly TimeSpan _pause;
    private readonly int _master;
    private readonly int _slave;
    private readonly Thread _answers;

    public AnsweringTerminal(TimeSpan pause)
    {
        _pause = pause;
        _master = posix_openpt(0x2 | 0x100);
        if (_master < 0 || grantpt(_master) != 0 || unlockpt(_master) != 0)
        {
            throw new IOException("no pseudo-terminal");
        }

        Path = Marshal.PtrToStringUTF8((nint)ptsname(_master))!;
        _slave = open(Path, 0x2 | 0x100);
        var settings = stackalloc byte[256];
        if (tcgetattr(_slave, settings) == 0)
        {
            cfmakeraw(settings);
            _ = tcsetattr(_slave, 0, settings);
        }

        _answers = new Thread(Answer) { IsBackground = true };
        _answers.Start();
    }

    public string Path { get; }

    /// <summary>Writes a request that stands ready, polls, reads to the line's end, again and again.</summary>
    /// <returns>µs a sample.</returns>
    public double RawLoop(int samples)
    {
        var request = Encoding.ASCII.GetBytes("4711 MEASURE op=sha256-block n=1");
        byte[] line = [.. Crc16.Append(request), (byte)'\n'];
        var buffer = stackalloc byte[256];
        long start = 0;
        for (var i = -200; i < samples; i++)
        {
            if (i == 0)
            {
                start = Stopwatch.GetTimestamp();
            }

            fixed (byte* from = line)
            {
                if (write(_slave, from, (nuint)line.Length) != line.Length)
                {
                    throw new IOException("a short write");
                }
            }

            for (var got = 0; got == 0 || buffer[got - 1] != '\n';)
            {
                var wait = new PollFd { Descriptor = _slave, Events = 1 };
                _ = poll(&wait, 1, -1);
                var n = read(_slave, buffer + got, (nuint)(256 - got));
                got += n > 0 ? (int)n : throw new IOException("the far end is gone");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / samples;
    }

    public void Dispose()
    {
        _ = close(_slave);
        _answers.Join(TimeSpan.FromSeconds(2));
        _ = close(_master);
    }

    private void Answer()
    {
        var buffer = stackalloc byte[4096];
        var used = 0;
        while (read(_master, buffer + used, (nuint)(4096 - used)) is > 0 and var n)
        {
            var arrived = Stopwatch.GetTimestamp();
            used += (int)n;
            if (buffer[used - 1] != '\n')
            {
                continue;
            }

            var text = Encoding.ASCII.GetString(buffer, used).Trim();
            used = 0;
            if (text.Length == 0)
            {
                continue;
            }

            var words = text.Split(' ');
            var reply = words[1] switch
            {
                "ID" => Id + " t=1",
                "MEASURE" when words[2] == "op=list" => "ops=sha256-block t=1",
                "MEASURE" => "n=1 min=4819 max=4819 sum=4819 t=4819",
                _ => "t=1",
            };
            byte[] bytes = [.. Crc16.Append(Encoding.ASCII.GetBytes($"{words[0]} OK {reply}")), (byte)'\r', (byte)'\n'];
            while (words[1] == "MEASURE" && Stopwatch.GetElapsedTime(arrived) < _pause)
            {
                Thread.SpinWait(4);
            }

            fixed (byte* from = bytes)
            {
                _ = write(_master, from, (nuint)bytes.Length);
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
