using Harness.Brokers.Load;

namespace Harness.Cli.Commands.Load;

/// <summary>The measurements at each broker, with their bounds.</summary>
/// <param name="Parts">Parts to run, of <see cref="Known"/>.</param>
/// <param name="Duration">Measured time of each workload.</param>
/// <param name="Rate">Messages a second of the latencies.</param>
/// <param name="Connections">Idle connections.</param>
/// <param name="Groups">AugPAKE groups of the logins.</param>
internal sealed record LoadPlan(IReadOnlyList<string> Parts, TimeSpan Duration, double Rate, int Connections, IReadOnlyList<string> Groups)
{
    private const int Readers = 100;
    private const string Idle = "idle connections";
    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromMilliseconds(500);

    // At a rate that leaves the processors idle most of the time, compiling goes on for some seconds; one method compiled meanwhile is what a p99 tells of.
    private static readonly WarmUp LatencyWarmUp = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8));

    // .NET's later stages of compiling are over after about a second of logins.
    private static readonly TimeSpan LoginWarmUp = TimeSpan.FromMilliseconds(1500);

    /// <summary>Servers that answer logins with fixed bytes, to hold each broker's against: one that computes nothing, and one that computes what it must. Null for none.</summary>
    public (LoadBroker Silent, LoadBroker Computing)? Bare { get; init; }

    /// <summary>The parts there are.</summary>
    public static IReadOnlyList<string> Known { get; } = ["throughput", "fan-out", "latency", "idle", "logins"];

    /// <summary>The rounds of a measurement: one of idle connections, as memory that a broker once had for connections is there for the next.</summary>
    /// <param name="name">The measurement.</param>
    /// <param name="rounds">The rounds of the others.</param>
    public static int RoundsOf(string name, int rounds) => name == Idle ? 1 : rounds;

    /// <summary>The measurements in order, each with its name for the progress line.</summary>
    public IEnumerable<(string Name, Func<LoadBroker, CancellationToken, Task<IReadOnlyList<LoadFigure>>> Measure)> Measurements()
    {
        // First: a broker that carried messages already has memory to spare for connections.
        if (Parts.Contains("idle"))
        {
            yield return (Idle, IdleAsync);
        }

        if (Parts.Contains("throughput"))
        {
            foreach (var workload in from bytes in new[] { 64, 1024 } from qos in Enum.GetValues<QualityOfService>() select new LoadWorkload(qos, bytes))
            {
                yield return (workload.Title, Throughput(workload));
            }
        }

        if (Parts.Contains("fan-out"))
        {
            foreach (var workload in new[] { QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce }.Select(qos => new LoadWorkload(qos, 64, Readers)))
            {
                yield return (workload.Title, Throughput(workload));
            }
        }

        if (Parts.Contains("latency"))
        {
            yield return ("latency", LatencyAsync);
        }

        if (Parts.Contains("logins"))
        {
            yield return ("logins", LoginsAsync);
            foreach (var group in Groups)
            {
                yield return ($"AugPAKE logins, {group}", (broker, stop) => AugPakeAsync(broker, group, stop));
            }
        }
    }

    private static IReadOnlyList<LoadFigure> Figures(LoginResult result)
    {
        var figures = new List<LoadFigure> { new($"logins, {result.Method}", result.PerSecond, "/s", true) };
        if (result.ProcessorSecondsEach is { } each)
        {
            figures.Add(new($"processor time of one login, {result.Method}", each, "s", false));
        }

        return figures;
    }

    private Func<LoadBroker, CancellationToken, Task<IReadOnlyList<LoadFigure>>> Throughput(LoadWorkload workload) => async (broker, stop) =>
    {
        var result = await Harness.Brokers.Load.Throughput.MeasureAsync(broker.Broker, workload, ShortWarmUp, Duration, stop);
        return [new LoadFigure(workload.Title, result.PerSecond, "/s", true, result.Lost)];
    };

    private async Task<IReadOnlyList<LoadFigure>> LatencyAsync(LoadBroker broker, CancellationToken stop)
    {
        var workload = new LoadWorkload(QualityOfService.AtLeastOnce, 64);
        var result = await FixedRate.MeasureAsync(broker.Broker, workload, Rate, LatencyWarmUp, Duration, stop);
        var at = $"{workload.Title} at {Rate:0}/s";
        return
        [
            new($"{at}: p50", result.P50, "ns", false, result.Lost), new($"{at}: p99", result.P99, "ns", false), new($"{at}: p99.9", result.P999, "ns", false),
            new($"{at}: the sender's own p99", result.SenderLateP99, "ns", false),
        ];
    }

    private async Task<IReadOnlyList<LoadFigure>> IdleAsync(LoadBroker broker, CancellationToken stop)
    {
        var result = await IdleConnections.MeasureAsync(broker.Broker, Connections, broker.Process, stop);
        return [new($"memory of an idle connection, {result.Connections}", result.BytesEach ?? double.NaN, "B", false)];
    }

    private async Task<IReadOnlyList<LoadFigure>> LoginsAsync(LoadBroker broker, CancellationToken stop) =>
        Figures(await LoginLoad.PlainAsync(broker.Broker, broker.Process, LoginWarmUp, Duration, stop));

    private async Task<IReadOnlyList<LoadFigure>> AugPakeAsync(LoadBroker broker, string group, CancellationToken stop)
    {
        var identities = broker.Identities.Where(i => i.Group == AugPakeGroup.ByName(group).Name).ToList();
        if (identities.Count == 0)
        {
            return [];
        }

        var result = await LoginLoad.AugPakeAsync(broker.Broker, identities, broker.Process, LoginWarmUp, Duration, stop);
        if (Bare is not { } bare)
        {
            return Figures(result);
        }

        // In the same round: on a machine that others use an exponentiation takes longer, as everything does.
        var silent = await LoginLoad.AugPakeAsync(bare.Silent.Broker, identities, bare.Silent.Process, LoginWarmUp, Duration, stop, judges: false);
        var computing = await LoginLoad.AugPakeAsync(bare.Computing.Broker, identities, bare.Computing.Process, LoginWarmUp, Duration, stop, judges: false);
        return
        [
            .. Figures(result),
            Share("exponentiations", computing.ProcessorSecondsEach - silent.ProcessorSecondsEach),
            Share("connection and packets at a bare server", silent.ProcessorSecondsEach),
            Share("the least of both together", computing.ProcessorSecondsEach),
        ];

        LoadFigure Share(string part, double? seconds) => new($"of it {part}, {result.Method}", 100 * seconds / result.ProcessorSecondsEach ?? double.NaN, "%", true);
    }
}
