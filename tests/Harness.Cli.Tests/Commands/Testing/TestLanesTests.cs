namespace Harness.Cli.Tests.Commands.Testing;

/// <summary>Checks that the parts of the suite run in parallel and none of their results is lost.</summary>
public sealed class TestLanesTests
{
    private static readonly TestRequest Request = new(null, false, "");

    [Test]
    public async Task As_many_parts_run_at_one_time_as_there_are_lanes()
    {
        var bothRun = new TaskCompletionSource();
        var running = 0;
        var most = 0;
        TestPart Part(string name) => new(name, 1, async (_, stop) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            if (Volatile.Read(ref running) == 2)
            {
                bothRun.TrySetResult();
            }

            await bothRun.Task.WaitAsync(stop);
            Interlocked.Decrement(ref running);
            return new TestPartResult(new TestCounts(1, 0, 0), "", []);
        });

        var results = await new TestLanes(2, TextWriter.Null).RunAsync([Part("a"), Part("b"), Part("c"), Part("d")], Request, CancellationToken.None);

        Assert.That(results.Sum(result => result.Counts.Passed), Is.EqualTo(4));
        Assert.That(most, Is.EqualTo(2));
    }

    [Test]
    public async Task Each_part_prints_its_counts_and_names_its_failures()
    {
        var output = new StringWriter();
        TestPart[] parts =
        [
            new("good", 1, (_, _) => Task.FromResult(new TestPartResult(new TestCounts(3, 0, 1), "", []))),
            new("bad", 1, (_, _) => Task.FromResult(new TestPartResult(new TestCounts(2, 1, 0), "    FAILED One_that_fails\n", []))),
        ];

        await new TestLanes(1, output).RunAsync(parts, Request, CancellationToken.None);

        Assert.That(output.ToString(), Does.Match(@"\[1/2\] good \.\.\. 3 passed, 0 failed, 1 skipped \([0-9.]+ s\)"));
        Assert.That(output.ToString(), Does.Match(@"\[2/2\] bad \.\.\. 2 passed, 1 failed \([0-9.]+ s\)\n    FAILED One_that_fails\n"));
    }

    [Test]
    public void A_stop_ends_the_parts_under_way()
    {
        using var stop = new CancellationTokenSource();
        var ended = false;
        var part = new TestPart("endless", 1, async (_, token) =>
        {
            stop.Cancel();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended = true;
            }

            return new TestPartResult(TestCounts.None, "", []);
        });

        Assert.That(
            async () => await new TestLanes(2, TextWriter.Null).RunAsync([part], Request, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(ended, Is.True);
    }

    [Test]
    public void A_runner_that_crashes_is_one_failure()
    {
        var crashed = new TestPartResult(new TestCounts(5, 0, 0), "", []).WithExit(139, "dotnet vstest X.dll", "Segmentation fault\n");

        Assert.That(crashed.Counts.Failed, Is.EqualTo(1));
        Assert.That(crashed.Failures, Does.Contain("dotnet vstest X.dll ended with 139").And.Contain("Segmentation fault"));
    }

    [Test]
    public void A_runner_that_named_its_failures_adds_none() =>
        Assert.That(new TestPartResult(new TestCounts(5, 2, 0), "", []).WithExit(1, "make", "").Counts.Failed, Is.EqualTo(2));
}
