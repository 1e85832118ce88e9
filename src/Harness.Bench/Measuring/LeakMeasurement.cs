namespace Harness.Bench.Measuring;

/// <summary>Runs leak tests on devices of a bench. Disposing it ends the boards that it booted itself.</summary>
public sealed class LeakMeasurement(TestBench bench) : IAsyncDisposable
{
    private const int WarmUpRounds = 50;
    private const int HostRounds = 10_000;
    private const long QuietBytes = 64L << 20;
    private readonly Dictionary<string, TestBench> _withEdges = [];

    /// <summary>Lists the subjects of a device, including those it cannot run, with the reason.</summary>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public async ValueTask<IReadOnlyList<LeakEntry>> ListAsync(string device, CancellationToken cancellationToken) =>
        await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false) is SerialParty board
            ? BoardLeaks.Entries(board.Info, bench.Device(device).Entry) : HostLeaks.Entries;

    /// <summary>
    /// Gets the default number of samples of each class: by a run's cost on exact counts, by what Welch's t-test needs in this process, by both on a
    /// real board.
    /// </summary>
    public int DefaultRounds(string device, LeakEntry subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var entry = bench.Device(device).Entry;
        return entry.Kind == DeviceKind.Host ? HostRounds : (subject.Cost, IsExact(entry)) switch
        {
            (LeakCost.Cipher, true) => 1000,
            (LeakCost.Hash, true) => 100,
            (LeakCost.P256, true) => 20,
            (_, true) => 2,
            (LeakCost.Cipher or LeakCost.Hash, _) => HostRounds,
            (LeakCost.P256, _) => 500,
            _ => LeakTest.MinimumSamples,
        };
    }

    /// <summary>Takes the samples and judges them.</summary>
    /// <param name="request">The test to run.</param>
    /// <param name="progress">Called with the rounds done and the rounds in all; null for none.</param>
    /// <param name="cancellationToken">Cancels the test.</param>
    /// <exception cref="InconclusiveException">The device has no such subject, or cannot run it.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task<LeakResult> RunAsync(LeakRequest request, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var known = await ListAsync(request.Device, cancellationToken).ConfigureAwait(false);
        var entry = known.FirstOrDefault(e => e.Name == request.Subject) ?? throw new InconclusiveException(
            $"leak subject \"{request.Subject}\" of {request.Device}", "one that the device has", $"none{NearestWord.Hint(request.Subject, known.Select(e => e.Name))}",
            nextCommand: $"./harness leak --list --device {ShellWord.Quote(request.Device)}");
        if (entry.Missing is { } why)
        {
            throw new InconclusiveException(
                $"leak subject \"{entry.Name}\" of {request.Device}", "what it needs", why, nextCommand: $"./harness leak --list --device {ShellWord.Quote(request.Device)}");
        }

        var rounds = request.Rounds ?? DefaultRounds(request.Device, entry);
        Action<int>? done = progress is null ? null : at => progress(at, rounds);
        return await bench.GetPartyAsync(request.Device, cancellationToken).ConfigureAwait(false) is SerialParty
            ? await OnBoardAsync(request, entry, rounds, done, cancellationToken).ConfigureAwait(false)
            : await InProcessAsync(request, HostLeaks.Open(entry, rounds), rounds, done, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tests an opened subject of this process.</summary>
    internal async Task<LeakResult> InProcessAsync(
        LeakRequest request, LeakSubject opened, int rounds, Action<int>? progress, CancellationToken cancellationToken)
    {
        await using var subject = opened;
        var device = bench.Device(request.Device);
        var floor = (await new Calibrator(bench).RunAsync(request.Device, null, cancellationToken).ConfigureAwait(false)).FloorOf(ClockKind.Device);
        var plan = new LeakPlan(rounds, request.Seed) { WarmUpRounds = WarmUpRounds, WarmUpFor = request.WarmUp };

        // Its runs complete synchronously, so all of them stay on the thread they began on.
        var (taken, conditions) = await MeasuringThread.RunAsync(
            words =>
            {
                using var quiet = new NoGcRegion(QuietBytes);
                var durations = LeakRun.TakeAsync(subject.RunAsync, subject.Steps.Count, plan, progress, cancellationToken).GetAwaiter().GetResult();
                return (durations, (IReadOnlyList<string>)[.. words, quiet.Description()]);
            },
            request.RealTime).ConfigureAwait(false);
        return Judge(request, device, subject, rounds, taken, new LeakSource(Unit.Nanoseconds, ClockKind.Device, device.Entry.Provenance, floor), conditions);
    }

    private async Task<LeakResult> OnBoardAsync(LeakRequest request, LeakEntry entry, int rounds, Action<int>? progress, CancellationToken cancellationToken)
    {
        var stand = StandOf(request.Device, entry, out var byTrigger);
        var device = stand.Device(request.Device);
        var board = await stand.GetBoardAsync(request.Device, cancellationToken).ConfigureAwait(false);
        var edges = byTrigger ? TriggerLines.Open(stand, device) : null;
        try
        {
            var exact = IsExact(device.Entry);
            var unit = edges?.Unit ?? Calibrator.Unit(device.Entry);
            var clock = edges is null ? ClockKind.Device : ClockKind.Trigger;
            var floor = exact ? Floor.Exact(clock, unit)
                : (await new Calibrator(stand).RunAsync(request.Device, edges, cancellationToken).ConfigureAwait(false)).FloorOf(clock);
            await using var subject = await BoardLeaks.OpenAsync(stand, board, entry, new BoardStopwatch(edges), cancellationToken).ConfigureAwait(false);
            var plan = new LeakPlan(rounds, request.Seed) { WarmUpRounds = exact ? 0 : Math.Clamp(rounds / 10, 1, WarmUpRounds) };
            var taken = await LeakRun.TakeAsync(subject.RunAsync, subject.Steps.Count, plan, progress, cancellationToken).ConfigureAwait(false);
            return Judge(request, device, subject, rounds, taken, new LeakSource(unit, clock, edges?.Provenance ?? device.Entry.Provenance, floor), []);
        }
        finally
        {
            if (edges is not null)
            {
                await edges.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gets the bench for a subject: a separate emulated board if the subject needs trigger edges that the rig does not report, otherwise this bench.</summary>
    private TestBench StandOf(string nameOrRole, LeakEntry subject, out bool byTrigger)
    {
        var entry = bench.Device(nameOrRole).Entry;

        // A tick of virtual time may begin at another instruction in each run, so ticks scatter; edges are counted by the instruction.
        byTrigger = subject.NeedsTrigger || (IsExact(entry) && Calibrator.Unit(entry) == Unit.Ticks);
        if (!byTrigger || entry.Edges || entry.Trigger is not null)
        {
            return bench;
        }

        if (!_withEdges.TryGetValue(entry.Name, out var own))
        {
            _withEdges[entry.Name] = own = bench.WithEdgesOf(entry.Name);
        }

        return own;
    }

    private static LeakResult Judge(
        LeakRequest request, BenchDevice device, LeakSubject subject, int rounds, IReadOnlyList<LeakDurations> taken, LeakSource source, IReadOnlyList<string> conditions)
    {
        LeakStep Step(string name, LeakDurations durations)
        {
            var samples = new LeakSamples(durations, source.Unit, source.Clock, source.Provenance, source.Floor);
            return new LeakStep(name, samples, LeakTest.Judge(samples));
        }

        return new LeakResult(request, device.Name, subject.Entry, rounds, [.. subject.Steps.Zip(taken, Step)], conditions);
    }

    private static bool IsExact(DeviceEntry entry) => entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var own in _withEdges.Values)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }

        _withEdges.Clear();
    }

    /// <summary>Unit, clock, provenance and floor of the durations.</summary>
    private sealed record LeakSource(Unit Unit, ClockKind Clock, Provenance Provenance, Floor? Floor);
}
