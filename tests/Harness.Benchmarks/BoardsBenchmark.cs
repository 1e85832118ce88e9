using Harness.Bench;
using Harness.Bench.Rig;
using Harness.Schemes;

namespace Harness.Benchmarks;

/// <summary>Measures how much faster four emulated boards finish the same work at once than two boards do one after the other.</summary>
/// <remarks>
/// The work is the first half of a handshake, provisioning and X, on emulated STM32F405 boards (make -C rigs/firmware all). Wall time of the host, and the
/// processor time of the emulators and of this process beside it: where that is as long as the wall time of all cores, more boards at once gain nothing.
/// </remarks>
internal sealed class BoardsBenchmark : IBenchmark
{
    private const int Boards = 4;
    private const int Works = 120;
    private const int Rounds = 5;

    public string Name => "boards";

    public void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        await using var bench = new TestBench(RigFile.Parse(Rig(), Path.Combine(Root(), "rigs", "boards.yaml")), new TestBenchOptions());
        bench.BeginScenario("boards", null);
        var parties = await Task.WhenAll(Enumerable.Range(0, Boards).Select(i => bench.GetPartyAsync($"b{i}", CancellationToken.None).AsTask()));
        var (atOnce, inTurn, processor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var one = await TimeAsync(bench, async () =>
            {
                foreach (var party in parties.Take(2))
                {
                    await WorkAsync(party, Works / 2);
                }
            });
            var four = await TimeAsync(bench, () => Task.WhenAll(parties.Select(party => Task.Run(() => WorkAsync(party, Works / Boards)))));
            if (round > 0) // the first one warms up
            {
                inTurn.Add(one.Seconds);
                atOnce.Add(four.Seconds);
                processor.Add(four.Processor);
            }
        }

        var ratios = inTurn.Zip(atOnce, (one, four) => one / four).Order().ToList();
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Works} half handshakes on emulated STM32F405 boards (host clock, {Rounds} rounds in turns, s): two boards one after the other median {Median(inTurn):F2}, "
            + $"four at once median {Median(atOnce):F2} ({Median(processor):F2} of processor time); ratio within a round, median {ratios[Rounds / 2]:F2} (smallest {ratios[0]:F2})"));
    }

    private static async Task WorkAsync(IParty party, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await party.ProvisionAsync(new PartyIdentity(party.Name, "benchmark", "correct horse", "modp2048-q256", "as-published"), CancellationToken.None);
            _ = await party.AugInitAsync(CancellationToken.None);
        }
    }

    private static async Task<(double Seconds, double Processor)> TimeAsync(TestBench bench, Func<Task> work)
    {
        var (watch, before) = (Stopwatch.StartNew(), Processor(bench));
        await work();
        return (watch.Elapsed.TotalSeconds, Processor(bench) - before);
    }

    private static double Processor(TestBench bench) => bench.Devices.Select(d => d.EmulatorProcessId).OfType<int>().Append(Environment.ProcessId).Sum(id =>
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime.TotalSeconds;
    });

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Rig() => $"rig: boards\nserver: benchmark\ntimeouts: {{reply: 20 s, boot: 60 s}}\ndevices:\n" + string.Concat(Enumerable.Range(0, Boards).Select(i =>
        $"  b{i}: {{kind: serial, driver: qemu-stm32f405, elf: firmware/build/stm32f405.elf}}\n"));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Harness.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Harness.sln is in no folder above the benchmark");
    }
}
