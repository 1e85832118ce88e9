namespace Harness.Record.Tests;

/// <summary>Checks that the record is complete up to its last line after <c>kill -9</c>.</summary>
public sealed class KilledProcessTests
{
    // Early, in the middle and late: a writer that buffers events would fail at least one.
    [TestCase(1)]
    [TestCase(37)]
    [TestCase(2001)]
    [CancelAfter(60_000)]
    public async Task Every_event_that_was_acknowledged_survives_SIGKILL(int acknowledgedBefore, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { "exec", typeof(Child).Assembly.Location, Child.Mode, folder.Path },
            RedirectStandardOutput = true,
        })!;
        int last;
        try
        {
            last = await ReadAcknowledged(child, acknowledgedBefore, cancellation);
        }
        finally
        {
            child.Kill();
        }

        // Acknowledgements written before the kill are still in the pipe.
        last = Math.Max(last, await ReadAcknowledged(child, int.MaxValue, cancellation));
        await child.WaitForExitAsync(cancellation);

        Assert.That(child.ExitCode, Is.EqualTo(128 + 9), "it was to die by SIGKILL");
        var events = RecordReader.Read(folder.Record).ToArray();
        Assert.That(events[0], Is.TypeOf<RunStarted>());
        Assert.That(events.OfType<RunFinished>(), Is.Empty);
        Assert.That(last, Is.GreaterThanOrEqualTo(acknowledgedBefore));
        Assert.That(events, Has.Length.GreaterThanOrEqualTo(last + 1));
        Assert.That(events.Skip(1).Cast<SampleTaken>().Select(s => s.Value), Is.EqualTo(Enumerable.Range(1, events.Length - 1)));
    }

    private static async Task<int> ReadAcknowledged(Process child, int upTo, CancellationToken cancellation)
    {
        var last = 0;
        while (last < upTo && await child.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            // The kill may cut the last acknowledgement: "123" of "1234" acknowledges an earlier event, which is in the record as well.
            last = int.TryParse(line, CultureInfo.InvariantCulture, out var number) ? Math.Max(last, number) : last;
        }

        return last;
    }
}
