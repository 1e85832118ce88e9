using System.Text;
using Harness.Bench.Protocol;

namespace Harness.Benchmarks;

/// <summary>A pseudo-terminal whose far end follows the bench protocol and waits a fixed time before each reply to MEASURE.</summary>
internal sealed class AnsweringTerminal : IDisposable
{
    private const string Id = "proto=1 fw=harness build=0badcafe board=far clock=16000000 schemes=mqtt-present roles=client profiles=as-published groups=p256 "
        + "ciphers=present128 modes=ecb kdfs=hkdf-sha256 trigger=none line=512 payload=64 rng=1 test=0";

    private readonly TimeSpan _pause;
    private readonly RawTerminal _terminal;

    public AnsweringTerminal(TimeSpan pause)
    {
        _pause = pause;
        _terminal = new RawTerminal(Answer);
    }

    public string Path => _terminal.Path;

    /// <summary>Repeatedly writes a prepared request, polls, and reads to the line's end.</summary>
    /// <returns>Microseconds per sample.</returns>
    public double RawLoop(int samples)
    {
        var request = Encoding.ASCII.GetBytes("4711 MEASURE op=sha256-block n=1");
        byte[] line = [.. Crc16.Append(request), (byte)'\n'];
        Span<byte> buffer = stackalloc byte[256];
        long start = 0;
        for (var i = -200; i < samples; i++)
        {
            if (i == 0)
            {
                start = Stopwatch.GetTimestamp();
            }

            _terminal.Write(line);
            for (var got = 0; got == 0 || buffer[got - 1] != '\n';)
            {
                got += _terminal.Read(buffer[got..]);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / samples;
    }

    public void Dispose() => _terminal.Dispose();

    private void Answer(RawTerminal terminal)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var used = 0;
        while (terminal.ReadFar(buffer[used..]) is > 0 and var n)
        {
            var arrived = Stopwatch.GetTimestamp();
            used += n;
            if (buffer[used - 1] != '\n')
            {
                continue;
            }

            var text = Encoding.ASCII.GetString(buffer[..used]).Trim();
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

            terminal.WriteFar(bytes);
        }
    }
}
