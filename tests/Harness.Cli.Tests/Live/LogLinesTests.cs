namespace Harness.Cli.Tests.Live;

/// <summary>A log with a slow reader or none.</summary>
public sealed class LogLinesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public void Lines_beyond_the_queue_are_dropped_and_counted_where_they_are_missing()
    {
        using var output = new Gate();
        var errors = new StringWriter();
        using (var log = new LogLines(output, errors, capacity: 4))
        {
            WriteBeyondTheQueue(log, output);

            output.Open.Set();
            Assert.That(SpinWait.SpinUntil(() => output.Written.Contains("line 3"), Limit), Is.True);
            log.Write("last");
        }

        Assert.That(output.Written, Is.EqualTo(new[] { "first", "line 0", "line 1", "line 2", "line 3", "... 6 lines were dropped here: standard output was not read in time", "last" }));
        Assert.That(errors.ToString(), Is.Empty);
    }

    [Test]
    public void Lines_that_came_while_others_were_written_go_out_together()
    {
        using var output = new Gate();
        using (var log = new LogLines(output, TextWriter.Null))
        {
            WriteBeyondTheQueue(log, output);
            output.Open.Set();
        }

        Assert.That(output.Written, Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"line {i}").Prepend("first")));
        Assert.That(output.Writes, Is.EqualTo(2));
    }

    [Test]
    public void The_last_drops_are_reported_at_the_end()
    {
        using var output = new Gate();
        using (var log = new LogLines(output, TextWriter.Null, capacity: 1))
        {
            log.Write("first");
            Assert.That(output.Reached.Wait(Limit), Is.True);
            log.Write("second");
            log.Write("third");
            output.Open.Set();
        }

        Assert.That(output.Written, Is.EqualTo(new[] { "first", "second", "... 1 line was dropped here: standard output was not read in time" }));
    }

    [Test]
    public void A_log_that_is_not_read_to_its_end_still_ends_and_counts_the_lost_lines()
    {
        using var output = new Gate();
        var errors = new StringWriter();
        using (var log = new LogLines(output, errors, capacity: 4))
        {
            WriteBeyondTheQueue(log, output);
        }

        Assert.That(errors.ToString(), Does.Contain("10 lines of the log were not written"));
        output.Open.Set();
    }

    /// <summary>A pipe that nobody reads until it is opened.</summary>
    private static void WriteBeyondTheQueue(LogLines log, Gate output)
    {
        log.Write("first");
        Assert.That(output.Reached.Wait(Limit), Is.True); // the writer holds "first": four more may wait
        for (var i = 0; i < 10; i++)
        {
            log.Write($"line {i}");
        }
    }

    private sealed class Gate : TextWriter
    {
        private readonly List<string> _written = [];

        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Open { get; } = new();

        public override Encoding Encoding => Encoding.UTF8;

        public List<string> Written
        {
            get
            {
                lock (_written)
                {
                    return [.. _written];
                }
            }
        }

        public int Writes { get; private set; }

        public override void Write(string? value)
        {
            Writes++;
            Reached.Set();
            Open.Wait(Limit);
            lock (_written)
            {
                _written.AddRange(value!.TrimEnd('\n').Split('\n'));
            }
        }
    }
}
