using Harness.Reporting.Traces;

namespace Harness.Reporting.Tests.Traces;

/// <summary>Traces sent to a listener of our own on loopback, by the standard variables.</summary>
[NonParallelizable]
public sealed class OtlpTracesTests
{
    private static readonly string[] _variables =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_EXPORTER_OTLP_TIMEOUT", "TRACEPARENT",
    ];

    [SetUp]
    [TearDown]
    public void ClearEnvironment() => Array.ForEach(_variables, variable => Environment.SetEnvironmentVariable(variable, null));

    [Test]
    public void Traces_are_off_until_a_variable_names_an_endpoint()
    {
        Assert.That(OtlpTraces.IsWanted, Is.False);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
        Assert.That(OtlpTraces.IsWanted);
        Environment.SetEnvironmentVariable("OTEL_TRACES_EXPORTER", "none");
        Assert.That(OtlpTraces.IsWanted, Is.False);
        Environment.SetEnvironmentVariable("OTEL_TRACES_EXPORTER", null);
        Environment.SetEnvironmentVariable("OTEL_SDK_DISABLED", "TRUE");
        Assert.That(OtlpTraces.IsWanted, Is.False);
    }

    [Test]
    public async Task A_run_is_a_trace_and_a_scenario_a_span_with_its_verdict()
    {
        await using var listener = new OtlpListener(200);
        Ask(listener);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_HEADERS", "x-lab=bench 7");
        Environment.SetEnvironmentVariable("OTEL_RESOURCE_ATTRIBUTES", "lab.room=R12");
        Environment.SetEnvironmentVariable("TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Assert.That(OtlpTraces.Send(RunResult.From(Runs.Mixed())), Is.Null);

        var spans = listener.Spans;
        Assert.That(listener.Paths.Distinct(), Is.EqualTo(new[] { "/v1/traces" }));
        Assert.That(listener.Headers, Does.Contain("x-lab: bench 7"));
        Assert.That(listener.Texts, Does.Contain("lab.room").And.Contain("R12"));
        Assert.That(spans.Select(s => s.TraceId).Distinct(), Is.EqualTo(new[] { "0af7651916cd43dd8448eb211c80319c" }));
        var run = spans.Single(s => s.ParentId == "b7ad6b7169203331");
        Assert.That((run.Name, run.Status), Is.EqualTo(("harness run 20260314-150926-a1b2", "2 fail")));
        var scenarios = spans.Where(s => s.ParentId == run.Id).ToDictionary(s => s.Name);
        Assert.That(scenarios.Keys, Is.EquivalentTo(new[]
        {
            "The right password opens a session", "A wrong password is refused", "A silent board", "Sealing leaves time for the control loop",
        }));
        var failed = scenarios["A wrong password is refused"];
        Assert.That(failed.Status, Does.StartWith("2 fail: CONNACK of m4: expected 0x87 NotAuthorized, saw 0x00 Success"));
        Assert.That(failed.End - failed.Begin, Is.EqualTo(2_250_000_000), "nanoseconds of the record");
        Assert.That(spans.Where(s => s.ParentId == failed.Id).Select(s => s.Name), Is.EquivalentTo(new[] { "When \"m4\" logs in with another password", "Then the broker refuses it with 0x87" }));
    }

    [Test]
    public async Task Spans_of_a_long_run_are_all_sent()
    {
        await using var listener = new OtlpListener(200);
        Ask(listener);
        var events = Enumerable.Range(1, 3000).SelectMany(i => (RunEvent[])[Runs.Begin($"f.feature:{i}", "F", $"S {i}", i), Runs.End($"f.feature:{i}", $"S {i}", Verdict.Pass, 1)]);
        Assert.That(OtlpTraces.Send(RunResult.From(Runs.Numbered([Runs.Started(3000), .. events, RunFinished.From(new VerdictCounts(3000, 0, 0, 0, 0), 1)]))), Is.Null);
        Assert.That(listener.Spans, Has.Count.EqualTo(3001));
    }

    [TestCase(400, "http/protobuf")]
    [TestCase(0, "http/protobuf")]
    [TestCase(0, "grpc")]
    public async Task An_endpoint_that_refuses_or_is_gone_is_told_and_nothing_is_thrown(int status, string protocol)
    {
        await using var listener = new OtlpListener(status);
        Ask(listener);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        using var gone = new ClosedPort();
        if (status == 0)
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{gone.Endpoint}");
        }

        Assert.That(OtlpTraces.Send(RunResult.From(Runs.Green())), Is.Not.Null.And.Not.Contains("\n"));
    }

    [Test]
    public void An_endpoint_that_is_no_address_is_told_and_nothing_is_thrown()
    {
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", "no address at all");
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_TIMEOUT", "1000");
        Assert.That(() => OtlpTraces.Send(RunResult.From(Runs.Green())), Throws.Nothing);
    }

    private static void Ask(OtlpListener listener)
    {
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", listener.Address);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_TIMEOUT", "2000");
    }
}
