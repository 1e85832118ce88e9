namespace Harness.Cli.Tests.Features;

/// <summary>The outcome of one scenario; the flag is true if it asked a device or a sensor of the bench.</summary>
internal sealed record Judged(ScenarioPlan Plan, Verdict Verdict, FailureDetail? Failure, bool UsedADevice)
{
    public override string ToString() =>
        $"{Plan.Name} | {string.Join(" / ", Plan.Steps.Select(s => $"{s.Keyword} {s.Text}"))} | {Verdict.Word()}: {Failure?.Step}: {Failure?.Item}: expected {Failure?.Expected}, saw {Failure?.Seen}";
}

/// <summary>Runs scenarios in this process with the runner of <c>harness run</c>, on the posix rig with short waits.</summary>
internal static class InProcessRun
{
    /// <summary>The posix rig with a fast group and time-outs of two seconds.</summary>
    public static string QuickRig => WorkFolder.PosixRigText()
        .Replace("group: modp2048-q256", "group: p256", StringComparison.Ordinal)
        .Replace("handshake: 30 s", "handshake: 2 s", StringComparison.Ordinal)
        .Replace("reply: 10 s", "reply: 1 s", StringComparison.Ordinal);

    /// <summary>The same with a pool of four boards, for scenarios at once.</summary>
    public static string PooledRig => QuickRig
        .Replace("  p2: *board", "  p2: *board\n  p3: *board\n  p4: *board", StringComparison.Ordinal)
        .Replace("board: p1\n  second board: p2", "board: {pool: [p1, p2, p3, p4]}\n  second board: {pool: [p4, p3, p2, p1]}", StringComparison.Ordinal);

    public static IReadOnlyList<Judged> Run(string feature, string? rig = null, int lanes = 1)
    {
        using var work = new WorkFolder();
        return Run(work, FeatureCatalog.Load(work.Write("f.feature", feature)), rig, lanes);
    }

    /// <summary>Runs a feature whose scenarios mostly wait, several at once; they end in any order, and nobody knows which used a device.</summary>
    public static IReadOnlyList<Judged> RunAtOnce(string feature) => Run(feature, PooledRig, lanes: 4);

    public static IReadOnlyList<Judged> Run(WorkFolder work, IReadOnlyList<ScenarioPlan> plans, string? rig = null, int lanes = 1)
    {
        var path = work.Write("rig.yaml", rig ?? QuickRig);
        var sink = new Sink(plans);
        var environment = new RunEnvironment(RigFile.Load(path), sink, work["r"], CancellationToken.None);
        try
        {
            sink.Bench = environment.Bench;
            new FeatureRunner(environment, sink, TimeSpan.FromSeconds(60), lanes).Run(plans);
        }
        finally
        {
            environment.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        Assert.That(sink.Ended, Has.Count.EqualTo(plans.Count), "every scenario must run: an author's slip never stops a run");
        return sink.Ended;
    }

    private sealed class Sink(IReadOnlyList<ScenarioPlan> plans) : IRunSink
    {
        public TestBench? Bench { get; set; }

        public List<Judged> Ended { get; } = [];

        public void Write(RunEvent e)
        {
            if (e is ScenarioFinished ended)
            {
                lock (Ended)
                {
                    Ended.Add(new Judged(plans.First(p => p.Id == ended.Id), ended.Verdict, ended.Failure, Bench!.Devices.Any(d => d.WasUsed) || Bench.Sensors.WasRead));
                }
            }
        }
    }
}
