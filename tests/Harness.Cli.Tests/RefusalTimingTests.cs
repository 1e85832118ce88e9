using Harness.Brokers.Audit;
using Harness.Cli.Commands.Audit;

namespace Harness.Cli.Tests;

/// <summary>The verdict on times of refused logins.</summary>
public sealed class RefusalTimingTests
{
    [Test]
    public void A_difference_is_a_finding_of_medium_severity_with_its_numbers()
    {
        var check = RefusalTiming.Judge(new RefusalTimes(Around(100_000, 1), Around(160_000, 2), Around(100_000, 3), 0));
        Assert.That((check.Severity, check.WasTried), Is.EqualTo(((AuditSeverity?)AuditSeverity.Medium, true)));
        Assert.That(check.Evidence, Does.StartWith("LEAK").And.Contain("control t ="));
    }

    [Test]
    public void Equal_times_are_none() => Assert.That(RefusalTiming.Judge(new RefusalTimes(Around(100_000, 1), Around(100_000, 2), Around(100_000, 3), 0)).Severity, Is.Null);

    [Test]
    public void A_control_that_differs_and_too_few_samples_decide_nothing()
    {
        Assert.That(RefusalTiming.Judge(new RefusalTimes(Around(100_000, 1), Around(160_000, 2), Around(150_000, 3), 0)).WasTried, Is.False);
        Assert.That(RefusalTiming.Judge(new RefusalTimes([1, 2], [3, 4], [1, 2], 0)).WasTried, Is.False);
    }

    private static List<double> Around(double middle, int seed)
    {
        var noise = new Random(seed);
        return [.. Enumerable.Range(0, 500).Select(_ => middle * (1 + (noise.NextDouble() / 20)))];
    }
}
