using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Harness.Soak.Tests;

/// <summary>A loop of rounds on posix and QEMU boards, one broker under all of them, with a real run record.</summary>
internal sealed class SoakRun(int seed, TimeSpan length, string folder) : IRunSink
{
    private readonly Random _random = new(seed);
    private readonly Stopwatch _watch = new();
    private readonly List<Verdict> _verdicts = [];
    private readonly Queue<FaultKind> _deck = new();
    private RecordWriter? _writer;
    private volatile SoakRound? _round;

    /// <summary>The rigs: boards as processes, boards on QEMU, and boards behind adapters that can be pulled.</summary>
    public static string[] Rigs { get; } = (Environment.GetEnvironmentVariable("HARNESS_SOAK_RIGS") is { Length: > 0 } some ? some : "posix,sim,plug").Split(',');

    /// <summary>The factor of every wait: an emulated processor takes longer for everything, and shares this machine with whatever else it does.</summary>
    public static int Slowness { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 4 : 1;

    public List<Planted> Planted { get; } = [];

    public List<Resources> AtRest { get; } = [];

    public Resources Before { get; private set; } = null!;

    public Resources After { get; private set; } = null!;

    /// <summary>The open descriptors before the first round.</summary>
    public string OpenBefore { get; private set; } = "";

    /// <summary>The open descriptors after the last.</summary>
    public string OpenAfter { get; private set; } = "";

    public List<string> Wrong { get; } = [];

    public List<string> Passwords { get; } = [];

    public int Rounds => _verdicts.Count;

    public int Logins { get; private set; }

    public int Refusals { get; private set; }

    public int Messages { get; private set; }

    /// <summary>Runs until the time is over; the record lies in the folder then.</summary>
    public async Task RunAsync()
    {
        // Descriptors that .NET opens once and keeps (epoll, signal pipes, thread pool) are open before the first count.
        await LifeAsync(rounds: Rigs.Length, TimeSpan.Zero);
        Before = Resources.Now(0);
        OpenBefore = Resources.Open();
        _watch.Restart();
        using (_writer = RecordWriter.Create(folder))
        {
            Write(new RunStarted
            {
                RunId = Path.GetFileName(folder), HarnessVersion = "soak", Rig = "rigs/posix.yaml", RigName = string.Join(", ", Rigs), Features = "tests/Harness.Soak.Tests",
                Selected = 0, Host = HostInfo.Current(),
            });
            Write(new NoteTaken { Text = $"seed {seed}" });
            await LifeAsync(rounds: int.MaxValue, length);
            Write(RunFinished.From(VerdictCounts.Of(_verdicts), _watch.Elapsed.TotalMilliseconds));
        }

        _writer = null;
        After = Resources.Now(_watch.Elapsed.TotalMinutes);
        OpenAfter = Resources.Open();
    }

    public void Write(RunEvent e)
    {
        _writer?.Write(e);
        if (e is FaultSeen fault)
        {
            _round?.OnFault(fault);
        }
    }

    /// <summary>From the first board's boot to the last one's end.</summary>
    private async Task LifeAsync(int rounds, TimeSpan time)
    {
        var benches = new List<SoakBench>();
        await using var together = new Together(benches);
        foreach (var rig in Rigs)
        {
            benches.Add(await BenchAsync(rig));
        }

        Passwords.AddRange(benches.SelectMany(bench => bench.Passwords));
        await using var testbed = await SoakTestbed.StartAsync(benches);
        for (var n = 1; n <= rounds && (rounds < int.MaxValue || _watch.Elapsed < time); n++)
        {
            if (_writer is null)
            {
                // Of the warm-up only its traces are wanted: both rigs, and a broker that was restarted.
                await RoundAsync("warm-up", benches[n - 1], testbed, FaultKind.All[^1]);
                continue;
            }

            var kind = Draw();
            var able = benches.Where(bench => kind.Place is not (Place.Plug or Place.Board) || bench.CanBePulled == (kind.Place == Place.Plug)).ToList();
            await RecordedAsync($"tests/Harness.Soak.Tests:{n}", n, able[_random.Next(able.Count)], testbed, kind);
            if (AtRest.Count == 0 || _watch.Elapsed.TotalMinutes > AtRest[^1].Minute + Math.Min(0.5, time.TotalMinutes / 6))
            {
                await RestAsync(benches);
            }
        }

        if (_writer is not null)
        {
            await RestAsync(benches);
        }
    }

    private async Task<SoakBench> BenchAsync(string rig)
    {
        if (rig != "plug")
        {
            return new SoakBench(TestEnvironment.Rig($"{rig}.yaml"), Slowness * TimeSpan.FromSeconds(rig == "sim" ? 3 : 1.5), this, _random);
        }

        var plugged = await PluggedRig.StartAsync();
        return new SoakBench(plugged.Path, Slowness * TimeSpan.FromSeconds(1.5), this, _random, plugged);
    }

    private async Task RestAsync(List<SoakBench> benches)
    {
        foreach (var bench in benches)
        {
            await bench.AllUpAsync(TestEnvironment.Timeout());
        }

        AtRest.Add(Resources.Now(_watch.Elapsed.TotalMinutes));
        Write(new NoteTaken { Text = AtRest[^1].ToString() });
        TestContext.Progress.WriteLine($"{AtRest[^1]}; {Rounds} rounds, {Planted.Count} faults, {Wrong.Count} wrong");
    }

    private async Task<SoakRound> RoundAsync(string id, SoakBench bench, SchemeTestbed testbed, FaultKind kind)
    {
        var round = new SoakRound(id, bench, testbed, kind, _random, this);
        bench.Bench.BeginScenario(id, Path.Combine(folder, "transcripts", id.Replace('/', '_').Replace(':', '_')));
        _round = round;
        try
        {
            await round.RunAsync();
            return round;
        }
        finally
        {
            _round = null;
            bench.Bench.EndScenario();
            Logins += round.Logins;
            Refusals += round.Refusals;
            Messages += round.Messages;
            if (_writer is not null && round.Planted is { } planted)
            {
                Planted.Add(planted);
            }
        }
    }

    private async Task RecordedAsync(string id, int n, SoakBench bench, SchemeTestbed testbed, FaultKind kind)
    {
        var name = $"{bench.Bench.Rig.Name}: {kind.Name}";
        Write(new ScenarioStarted { Id = id, Feature = "Soak", Name = name, Index = n });
        var started = _watch.Elapsed;
        VerdictException? failure = null;
        try
        {
            await RoundAsync(id, bench, testbed, kind);
        }
        catch (VerdictException e)
        {
            failure = e;
        }
        catch (Exception e)
        {
            // Nothing but a verdict may leave a round.
            failure = new CheckFailedException("the harness", "no error of its own", e.ToString(), inner: e);
        }

        if (Loss(testbed) is { } loss)
        {
            // A planted fault breaks a line, a board or a connection; none is a reason for the broker to drop a message.
            Wrong.Add($"{id} {name}: {loss.Message}");
            failure ??= loss;
        }

        var verdict = failure?.Verdict ?? Verdict.Pass;
        if (verdict != kind.Verdict)
        {
            Wrong.Add($"{id} {name}: expected {kind.Verdict}, saw {verdict}: {failure?.Message}");
        }

        _verdicts.Add(verdict);
        Write(new ScenarioFinished
        {
            Id = id, Name = name, Verdict = verdict, DurationMs = (_watch.Elapsed - started).TotalMilliseconds,
            Failure = failure is null ? null : FailureDetail.From(failure, "when", null),
        });
    }

    /// <summary>The damage around the broker since the last question; null for none.</summary>
    internal static VerdictException? Loss(SchemeTestbed testbed)
    {
        try
        {
            testbed.ThrowIfFaulted();
            return null;
        }
        catch (VerdictException e)
        {
            return e;
        }
    }

    /// <summary>Every kind once before any comes again, and a round without harm now and then.</summary>
    private FaultKind Draw()
    {
        if (_deck.Count == 0)
        {
            FaultKind[] cards = [.. FaultKind.All, .. Enumerable.Repeat(FaultKind.None, 6)];
            _random.Shuffle(cards);
            Array.ForEach(cards, _deck.Enqueue);
        }

        return _deck.Dequeue();
    }

    /// <summary>Disposes benches in the reverse order of their start.</summary>
    private sealed class Together(List<SoakBench> benches) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var bench in benches.AsEnumerable().Reverse())
            {
                await bench.DisposeAsync();
            }
        }
    }
}
