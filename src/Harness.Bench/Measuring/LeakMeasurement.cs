using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Runs a leak test on a device of the bench.</summary>
public sealed class LeakMeasurement(TestBench bench)
{
    /// <summary>The subjects of a device: names, and what their two classes are.</summary>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public async ValueTask<IReadOnlyDictionary<string, string>> ListAsync(string device, CancellationToken cancellationToken) =>
        await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false) is SerialParty board ? BoardLeaks.Subjects(board.Info) : HostLeaks.Subjects;

    /// <summary>Samples of each class where none are asked for: on exact counts what a subject's cost allows, else what t needs.</summary>
    public int DefaultRounds(string device, string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return !IsExact(bench.Device(device).Entry) ? 10_000
            : subject.StartsWith("present-", StringComparison.Ordinal) ? 1000
            : subject.Contains("modp", StringComparison.Ordinal) ? 2 : 20;
    }

    /// <summary>Takes the samples and judges them.</summary>
    /// <param name="device">Device or role.</param>
    /// <param name="subject">One of <see cref="ListAsync"/>.</param>
    /// <param name="rounds">Samples of each class, at least 1.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="progress">Told the rounds done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InconclusiveException">The device has no such subject.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task<LeakResult> RunAsync(
        string device, string subject, int rounds, ulong seed, Action<int>? progress, CancellationToken cancellationToken)
    {
        var entry = bench.Device(device).Entry;
        var known = await ListAsync(device, cancellationToken).ConfigureAwait(false);
        if (!known.ContainsKey(subject))
        {
            throw new InconclusiveException(
                $"leak subject \"{subject}\" of {device}", "one that the device has", $"none{NearestWord.Hint(subject, known.Keys)}",
                nextCommand: $"./harness leak --list --device {device}");
        }

        var party = await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false);
        await using var opened = party is SerialParty board
            ? await BoardLeaks.OpenAsync(bench, board, subject, cancellationToken).ConfigureAwait(false) : HostLeaks.Open(subject)!;
        var exact = IsExact(entry);
        var unit = Calibrator.Unit(entry);
        var floor = exact ? Floor.Exact(ClockKind.Device, unit)
            : (await new Calibrator(bench).RunAsync(device, null, cancellationToken).ConfigureAwait(false)).FloorOf(ClockKind.Device);
        var samples = await LeakRun.TakeAsync(
            opened.RunAsync, rounds, unit, entry.Provenance, floor, seed, exact ? 0 : LeakRun.WarmUpRounds, progress, cancellationToken).ConfigureAwait(false);
        return new LeakResult(bench.Device(device).Name, subject, opened.Classes, samples, LeakTest.Judge(samples));
    }

    private static bool IsExact(DeviceEntry entry) => entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
}

/// <summary>What a leak test came to, with its samples.</summary>
/// <param name="Device">The device.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Classes">What the two classes are.</param>
/// <param name="Samples">Every sample.</param>
/// <param name="Test">The verdict.</param>
public sealed record LeakResult(string Device, string Subject, string Classes, LeakSamples Samples, LeakTest Test);
