using Harness.Hardware.Links;

namespace Harness.Benchmarks;

/// <summary>Measures the overhead of our serial line over a raw poll loop: one 64-byte line there and back on a pseudo-terminal whose far end echoes.</summary>
/// <remarks>Both use the same pseudo-terminal and echo thread, one after the other in each round. Host clock.</remarks>
internal sealed class LinkBenchmark : IBenchmark
{
    private const int Length = 64;

    public string Name => "link";

    public void Run(TextWriter output)
    {
        using var far = new RawTerminal(Echo);
        var link = TtyLink.Open(far.Path);
        var line = new byte[Length];
        var buffer = new byte[Length];
        line.AsSpan().Fill((byte)'a');
        try
        {
            var results = new Interleaved($"serial line, {Length} bytes there and back", rounds: 2000, warmUp: 200)
                .Add("raw poll(2), read(2), write(2) loop", () => RawRoundTrip(far, line, buffer))
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

    private static void RawRoundTrip(RawTerminal terminal, byte[] line, byte[] buffer)
    {
        terminal.Write(line);
        for (var got = 0; got < Length;)
        {
            got += terminal.Read(buffer.AsSpan(got));
        }
    }

    private static void Echo(RawTerminal terminal)
    {
        Span<byte> buffer = stackalloc byte[256];
        while (terminal.ReadFar(buffer) is > 0 and var n)
        {
            terminal.WriteFar(buffer[..n]);
        }
    }
}
