using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Harness.Timing.Statistics;

namespace Harness.Benchmarks;

/// <summary>The processor time and wall time that <c>run --watch</c> adds to a run: whole runs of the built program, in turn, without and with viewers.</summary>
/// <remarks>
/// Each round runs every way once, in another order than the round before; a difference is taken within a round. The processor time is user and system time of the program and of the
/// boards that it waited for; the viewers read in this process and are not counted. <c>HARNESS_BENCHMARK_WATCH_ROUNDS</c> sets the number of rounds, <c>HARNESS_BENCHMARK_WATCH_RUN</c> what
/// <c>run</c> gets.
/// </remarks>
internal sealed partial class WatchBenchmark : IBenchmark
{
    private const string Run = "features/handshake features/encryption --rig rigs/posix.yaml";
    private const int Rounds = 12;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);
    private static readonly (string Name, int Readers, bool Stalls)[] _ways =
        [("without --watch", -1, false), ("watched by nobody", 0, false), ("one viewer", 1, false), ("four viewers, one of them stalled", 3, true)];

    public string Name => "watch";

    void IBenchmark.Run(TextWriter output)
    {
        var words = Environment.GetEnvironmentVariable("HARNESS_BENCHMARK_WATCH_RUN") is { Length: > 0 } typed ? typed : Run;
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("HARNESS_BENCHMARK_WATCH_ROUNDS"), out var number) && number > 0 ? number : Rounds;
        var seen = _ways.Select(_ => new List<Cost>()).ToList();
        for (var round = -1; round < rounds; round++)
        {
            // The first round fills the caches of files and is not counted.
            for (var i = 0; i < _ways.Length; i++)
            {
                var way = (i + round + 1) % _ways.Length;
                var cost = OneAsync(words, _ways[way]).GetAwaiter().GetResult();
                if (round >= 0)
                {
                    seen[way].Add(cost);
                }
            }
        }

        output.WriteLine();
        output.WriteLine($"harness run {words} (host clock, {rounds} rounds in turn; medians, what is added within a round with its 95 % interval)");
        for (var way = 0; way < _ways.Length; way++)
        {
            output.WriteLine($"  {_ways[way].Name,-34} processor {Words(seen, way, c => c.Processor)}");
            output.WriteLine($"  {"",-34} wall      {Words(seen, way, c => c.Wall)}");
        }
    }

    private static string Words(List<List<Cost>> seen, int way, Func<Cost, double> of)
    {
        double Median(IEnumerable<double> values) => Sorted(values) is var sorted ? (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2 : 0;
        var (plain, own) = (seen[0].Select(of).ToList(), seen[way].Select(of).ToList());
        var all = string.Create(CultureInfo.InvariantCulture, $"{Median(own),7:F3} s");
        if (way == 0)
        {
            return all;
        }

        var added = Sorted(own.Zip(plain, (with, without) => with - without));
        var (interval, whole) = (Bootstrap.Median(added, new SeededRandom(Bootstrap.DefaultSeed)), Median(plain));
        return all + string.Create(
            CultureInfo.InvariantCulture,
            $", {1000 * Median(added),6:F0} ms added ({1000 * interval.Low:F0} to {1000 * interval.High:F0}): {100 * Median(added) / whole:F2} % ({100 * interval.Low / whole:F2} to {100 * interval.High / whole:F2})");
    }

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Order()];

    private static async Task<Cost> OneAsync(string words, (string Name, int Readers, bool Stalls) way)
    {
        var root = Root();
        var folder = Directory.CreateTempSubdirectory("watch benchmark ").FullName;
        try
        {
            string[] arguments =
            [
                Path.Combine(root, "src", "Harness.Cli", "bin", "Release", "net10.0", "harness.dll"), "run", .. words.Split(' '), "--out", Path.Combine(folder, "r"), .. way.Readers < 0 ? (string[])[] : ["--watch"],
            ];
            var start = new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = root, RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["HARNESS_ROOT"] = root, ["HARNESS_HISTORY"] = "off" },
            };
            var (before, watch) = (ProcessorOfChildren(), Stopwatch.StartNew());
            using var run = Process.Start(start)!;
            using var limit = new CancellationTokenSource(_limit);
            using var stop = limit.Token.Register(() => run.Kill(entireProcessTree: true));
            var (output, errors) = (new StringBuilder(), run.StandardError.ReadToEndAsync(limit.Token));
            var viewers = new List<Task>();
            TcpClient? stalled = null;
            while (await run.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                output.AppendLine(line);
                if (Address().Match(line) is { Success: true } address)
                {
                    var page = new Uri(address.Value);
                    viewers.AddRange(Enumerable.Range(0, way.Readers).Select(_ => ReadAsync(page, limit.Token)));
                    stalled = way.Stalls ? await StallAsync(page) : null;
                }
            }

            await run.WaitForExitAsync(limit.Token);
            var cost = new Cost(ProcessorOfChildren() - before, watch.Elapsed.TotalSeconds);
            stalled?.Dispose();
            if (run.ExitCode != 0 || viewers.Count != Math.Max(0, way.Readers))
            {
                throw new InvalidOperationException($"harness {string.Join(' ', arguments)} ended with {run.ExitCode} and {viewers.Count} viewers:\n{output}{await errors}");
            }

            await Task.WhenAll(viewers);
            return cost;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ReadAsync(Uri page, CancellationToken stop)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var events = await client.GetStringAsync(new Uri(page, "events"), stop);
        if (!events.Contains("\"event\":\"run-finished\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("a viewer did not see the run's end");
        }
    }

    // A small window, so that the server's writes really wait.
    private static async Task<TcpClient> StallAsync(Uri page)
    {
        var client = new TcpClient { ReceiveBufferSize = 1024 };
        await client.ConnectAsync(page.Host, page.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {page.AbsolutePath}events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        return client;
    }

    private static double ProcessorOfChildren()
    {
        const int Children = -1;
        const double Microsecond = 1e-6;
        var usage = new long[18]; // struct rusage: user and system time, each in seconds and microseconds, and 14 more numbers
        return GetResourceUsage(Children, usage) == 0 ? usage[0] + (usage[1] * Microsecond) + usage[2] + (usage[3] * Microsecond) : throw new InvalidOperationException("getrusage failed");
    }

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

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, [Out] long[] usage);

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/[0-9a-f]{32}/")]
    private static partial Regex Address();

    private readonly record struct Cost(double Processor, double Wall);
}
