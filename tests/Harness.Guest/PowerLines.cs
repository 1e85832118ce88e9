using Harness.Bench;
using Harness.Bench.Rig;
using Harness.Hardware.Links;

namespace Harness.Guest;

/// <summary>
/// The power of a board by DTR and RTS of an adapter that the kernel drives: held so that the board has it while its line is open, cut for a while, and back. Another
/// descriptor of the line watches, as an oscilloscope would.
/// </summary>
internal static class PowerLines
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Shows every way of a rig file on a line, by each driver, and prints a line each.</summary>
    /// <returns>Exit status: 1 where one was not as it should be.</returns>
    public static async Task<int> RunAsync(string port)
    {
        var wrong = 0;
        foreach (var driver in (string[])["tty", "serialport"])
        {
            foreach (var line in (string[])["dtr", "rts"])
            {
                foreach (var cut in (string[])["asserted", "deasserted"])
                {
                    var seen = await SeenAsync(port, driver, line, cut == "asserted");
                    Console.WriteLine($"power by {line}, {cut} cuts, {driver}: {seen}");
                    wrong += seen == "on, off, on" ? 0 : 1;
                }
            }
        }

        Console.WriteLine($"power lines: {(wrong == 0 ? "each way held, cut and restored" : $"{wrong} wrong")}");
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<string> SeenAsync(string port, string driver, string line, bool cutsHigh)
    {
        using var watch = ModemLine.Open(port, line);
        string Power() => watch.IsAsserted == cutsHigh ? "off" : "on";
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""
            rig: lines
            server: s
            devices:
              b: {kind: serial, driver: {{driver}}, port: {{port}}, provenance: host, power: {by: {{line}}, cut: {{(cutsHigh ? "asserted" : "deasserted")}} } }
            roles: {board: b}
            timeouts: {boot: 30 s, reply: 10 s}
            """);
        try
        {
            await using var bench = new TestBench(RigFile.Load(file), new TestBenchOptions());
            await bench.GetPartyAsync("b", CancellationToken.None);
            var before = Power();
            using var end = new CancellationTokenSource(Limit);
            var cutting = bench.Device("b").CutPowerAsync(Limit, end.Token);
            while (Power() != "off" && !cutting.IsCompleted)
            {
                await Task.Delay(5, CancellationToken.None);
            }

            var during = Power();
            await end.CancelAsync();
            try
            {
                await cutting;
            }
            catch (OperationCanceledException)
            {
                // The time without power ended early.
            }

            await bench.GetPartyAsync("b", CancellationToken.None);
            return $"{before}, {during}, {Power()}";
        }
        finally
        {
            File.Delete(file);
        }
    }
}
