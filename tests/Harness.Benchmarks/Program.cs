using System.Runtime.InteropServices;
using Harness.Benchmarks;

// A benchmark is one file with an IBenchmark, and one line here.
IBenchmark[] all = [new AccountBenchmark(), new BoardsBenchmark(), new BrokerBenchmark(), new CryptoBenchmark(), new LinkBenchmark(), new MeasureBenchmark(), new StatisticsBenchmark(), new WatchBenchmark()];

var unknown = args.Where(a => all.All(b => b.Name != a)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine(
        $"Unknown benchmark '{unknown[0]}'; expected one of: {string.Join(", ", all.Select(b => b.Name))}, or none for all of them.");
    Console.Error.WriteLine("Try: dotnet run -c Release --project tests/Harness.Benchmarks -- crypto");
    return 2;
}

#if DEBUG
Console.Error.WriteLine("This is a Debug build; its numbers say little. Run with: -c Release");
#endif
Console.WriteLine(
    $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
    + $"{Environment.ProcessorCount} cores");
foreach (var benchmark in all.Where(b => args.Length == 0 || args.Contains(b.Name)))
{
    benchmark.Run(Console.Out);
}

return 0;
