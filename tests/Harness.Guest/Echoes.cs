using System.Diagnostics;
using Harness.Bench.Measuring;
using Harness.Bench.Protocol;
using Harness.Hardware.Links;

namespace Harness.Guest;

/// <summary>The harness's round trip on a serial line beside a raw poll loop in C on the same line (rigs/guest/poll.c), in blocks that take turns, so that a load meets both alike.</summary>
internal static class Echoes
{
    private const int Blocks = 9;

    /// <summary>Measures and prints the medians of each and of their blocks' ratios.</summary>
    /// <param name="path">The line.</param>
    /// <param name="program">The loop in C, built.</param>
    /// <param name="rounds">Round trips a block.</param>
    /// <returns>Exit status: 1 where a reply did not come.</returns>
    public static async Task<int> RunAsync(string path, string program, int rounds)
    {
        var (ours, raw) = (new List<double>(), new List<double>());
        for (var block = 0; block < Blocks; block++)
        {
            // Either goes first in turn.
            if (block % 2 == 0)
            {
                raw.Add(await RawAsync(path, program, rounds));
            }

            if (await OursAsync(path, rounds) is not { } median)
            {
                Console.Error.WriteLine($"{path}: a reply did not come");
                return 1;
            }

            ours.Add(median);
            if (block % 2 != 0)
            {
                raw.Add(await RawAsync(path, program, rounds));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"serial echo in {Blocks} blocks of {rounds}, in turn with a raw poll loop in C on the same line: {Middle(ours):F0} us by the harness, {Middle(raw):F0} us by the loop, ratio {Middle(ours) / Middle(raw):F2}"));
        Console.WriteLine($"blocks, harness then loop: {string.Join(", ", ours.Zip(raw, (o, r) => string.Create(CultureInfo.InvariantCulture, $"{o:F0}/{r:F0}")))}");
        return 0;
    }

    private static async Task<double?> OursAsync(string path, int rounds)
    {
        await using var link = TtyLink.Open(path);
        await using var client = new BenchClient(link, new BenchClientOptions { Board = "board", Boot = TimeSpan.FromSeconds(30) });
        await client.WaitReadyAsync(CancellationToken.None);
        using var line = await client.BeginDirectAsync(CancellationToken.None) ?? throw new InvalidOperationException($"{path} cannot be read directly");
        return SerialEcho.Time(line, rounds, CancellationToken.None) is { } micros ? Middle(micros) : null;
    }

    private static async Task<double> RawAsync(string path, string program, int rounds)
    {
        using var loop = Process.Start(new ProcessStartInfo(program, [path, rounds.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        var said = await loop.StandardOutput.ReadToEndAsync();
        await loop.WaitForExitAsync();
        return loop.ExitCode == 0 ? double.Parse(said, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"{program} ended with {loop.ExitCode}");
    }

    private static double Middle(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);
}
