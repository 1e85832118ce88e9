using Harness.Timing;

namespace Harness.Steps.Tests;

/// <summary>State that a run shares, and state of each scenario.</summary>
public sealed class RunEnvironmentTests
{
    private static readonly FaultSeen Fault = new() { Device = "other", Fault = "crc", Detail = "asked again" };

    [Test]
    public async Task A_fault_goes_to_the_record_and_to_the_scenario_under_way()
    {
        await using var run = new TestRun();
        run.Environment.Sink.Write(Fault);
        using var first = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(5));
        run.Environment.Sink.Write(Fault);
        run.Environment.Sink.Write(new NoteTaken { Text = "no fault" });
        Assert.That(first.Faults, Has.Count.EqualTo(1));
        first.End();
        using var second = run.Environment.BeginScenario("f:2", TimeSpan.FromMinutes(5));
        Assert.That(second.Faults, Is.Empty);
        Assert.That(run.Events.OfType<FaultSeen>().Count(), Is.EqualTo(2));
        second.End();
    }

    [Test]
    public async Task Samples_belong_to_one_scenario()
    {
        await using var run = new TestRun();
        using var first = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(5));
        first.Samples.Add(new Sample("host", "seal", 1, Unit.Nanoseconds, ClockKind.Device, Provenance.Host));
        first.End();
        using var second = run.Environment.BeginScenario("f:2", TimeSpan.FromMinutes(5));
        Assert.That(new[] { first, second }.Select(s => s.Samples.For("host", "seal", ClockKind.Device).Count), Is.EqualTo(new[] { 1, 0 }));
        second.End();
    }

    [Test]
    public async Task Stopping_the_run_ends_the_waits_of_the_scenario()
    {
        await using var run = new TestRun();
        using var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(5));
        Assert.That(scope.Cancellation.IsCancellationRequested, Is.False);
        run.Stop();
        Assert.That(scope.Cancellation.IsCancellationRequested);
        Assert.That(run.Environment.Cancellation.IsCancellationRequested);
        scope.End();
    }

    [Test]
    public async Task The_limit_of_a_scenario_does_not_stop_the_run()
    {
        await using var run = new TestRun();
        using var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMilliseconds(1));
        Assert.That(scope.Cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.That(run.Environment.Cancellation.IsCancellationRequested, Is.False);
        scope.End();
    }

    [Test]
    public async Task Between_scenarios_there_is_none()
    {
        await using var run = new TestRun();
        Assert.That(run.Environment.Scenario, Is.Null);
        using var scope = run.Environment.BeginScenario("features/a b.feature:12", TimeSpan.FromMinutes(5));
        Assert.That(run.Environment.Scenario, Is.SameAs(scope));
        Assert.That(scope.End(), Is.Empty, "a host has no line and so no transcript");
        Assert.That(run.Environment.Scenario, Is.Null);
    }
}
