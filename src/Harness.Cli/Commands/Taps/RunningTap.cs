using Harness.Adversary.Capture;
using Harness.Adversary.Taps;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Taps;

/// <summary>A tap from its start to its end.</summary>
internal static class RunningTap
{
    /// <summary>The capture's name in the folder.</summary>
    public const string FileName = "tap.pcapng";

    private const string Comment = "what was said at the tap, passwords too; addresses and TCP headers are made up";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShownEvery = TimeSpan.FromSeconds(1);

    /// <summary>Takes the port, before anything is written: a port that is taken leaves no folder.</summary>
    /// <param name="plan">The tap.</param>
    /// <exception cref="MqttNotConnectedException">The port is taken.</exception>
    public static TapPort Bind(TapPlan plan) => new(plan);

    /// <summary>Stands until it is stopped, its time is over, every attack has its outcome, or the capture cannot be written any more.</summary>
    /// <param name="plan">The tap.</param>
    /// <param name="port">Its port.</param>
    /// <param name="folder">The folder of the capture.</param>
    /// <param name="lines">Takes lines for people.</param>
    /// <param name="found">Takes outcomes.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="RecordException">The capture could not be written; what was written before is whole.</exception>
    public static async Task<TapReport> RunAsync(TapPlan plan, TapPort port, string folder, LogLines lines, Action<TapFinding> found, CancellationToken stop)
    {
        var path = Path.Combine(folder, FileName);
        var watch = Stopwatch.StartNew();
        using var capture = Open(path);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new RulePolicy(plan.Rules);
        var attacking = new AttackingPolicy(plan.Attacks, rules, plan.Broker);
        var log = new TapLog(line => Write(lines, line), attacking);
        var ending = new ConcurrentBag<Task>();
        attacking.Found += seen =>
        {
            var finding = plan.Placed(seen);
            log.Tell(TapReport.Render(finding));
            found(finding);
        };
        var proxy = port.Proxy;
        proxy.Policy = log;
        port.Sink = bytes =>
        {
            capture.Add(bytes);
            if (capture.Failure is not null)
            {
                failed.TrySetResult();
            }
        };
        if (plan.Gate is { } gate)
        {
            gate.Failed += failure => log.Tell($"TLS with {ForeignText.Name(plan.Typed)} failed: {ForeignText.Line(failure.Message)}");
        }

        proxy.Faulted += fault => log.Tell($"a connection ended: {ForeignText.Line(fault.Message)}");
        proxy.ConnectionEnded += end =>
        {
            capture.End(end.Connection, DateTimeOffset.UtcNow);
            log.End(end);
            rules.Forget(end.Connection);
            if (attacking.EndAsync(end, plan.Broker, AnswerWithin, CancellationToken.None) is { IsCompletedSuccessfully: false } replaying)
            {
                ending.Add(replaying);
            }
        };
        await using (port)
        {
            proxy.Accept(plan.Link);
            Write(lines, $"listening on {proxy.Endpoint}, before {ForeignText.Name(plan.Typed)}; the link: {plan.Link?.ToString() ?? "as it is"}; {plan.Rules.Count} rules, {plan.Attacks.Count} attacks; Ctrl-C ends it");
            Write(lines, $"capture: {ForeignText.Name(ProductPaths.Display(path))} (all that is said, passwords too; mode 600)");
            using var status = new Timer(_ => Show(proxy, log), null, ShownEvery, ShownEvery);
            var over = plan.Limit is { } limit ? Task.Delay(limit, stop) : Task.Delay(Timeout.Infinite, stop);
            var judged = plan.Attacks.Count > 0 ? attacking.Settled : Task.Delay(Timeout.Infinite, stop);
            await Task.WhenAny(over, judged, failed.Task);
        }

        Erase();
        await Task.WhenAll(ending);
        var findings = attacking.Finish().Select(plan.Placed).ToList();
        capture.Dispose();
        return capture.Failure is { } failure ? throw RecordException.CannotWrite(path, failure)
            : new TapReport(plan, proxy.Endpoint, log.Connections, log.ToBroker, log.ToClient, proxy.LinkCounts, findings, ProductPaths.Display(path), watch.Elapsed);
    }

    private static PcapngCapture Open(string path)
    {
        try
        {
            return PcapngCapture.Create(path, Comment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RecordException.CannotWrite(path, e);
        }
    }

    private static void Write(LogLines lines, string line)
    {
        Erase();
        lines.Write(line);
    }

    private static void Erase()
    {
        if (StandardStreams.ErrorCanRewrite)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine);
        }
    }

    private static void Show(MqttProxy proxy, TapLog log)
    {
        if (StandardStreams.ErrorCanRewrite)
        {
            var link = proxy.Link is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {proxy.LinkCounts.Lost:N0} of {proxy.LinkCounts.Segments:N0} segments lost");
            StandardStreams.Error.Write(StandardStreams.EraseLine + string.Create(CultureInfo.InvariantCulture, $"{log.Open} connections open, {log.ToBroker + log.ToClient:N0} packets{link}"));
        }
    }
}

/// <summary>The port of a tap, taken before anything is accepted or written.</summary>
internal sealed class TapPort : IAsyncDisposable
{
    public TapPort(TapPlan plan) => Proxy = MqttProxy.Bind(plan.Broker, plan.Listen, bytes => Sink?.Invoke(bytes));

    /// <summary>The proxy that has the port.</summary>
    public MqttProxy Proxy { get; }

    /// <summary>Takes all that is said; set before connections are accepted.</summary>
    public Action<CapturedBytes>? Sink { get; set; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Proxy.DisposeAsync();
}
