namespace Harness.Cli.Tests.Commands;

/// <summary>A run sent as a trace where the standard variables ask for it; the spans themselves are tested in Harness.Reporting.Tests.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TraceTests : WorkFolderTests
{
    [TestCase("http/protobuf")]
    [TestCase("grpc")]
    public async Task A_run_whose_trace_cannot_be_sent_stands_and_says_so(string protocol)
    {
        _work.Write("mine.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9", $"OTEL_EXPORTER_OTLP_PROTOCOL={protocol}", "OTEL_EXPORTER_OTLP_TIMEOUT=2000",
            "dotnet", HarnessProcess.Program, "run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stderr, Does.StartWith("harness: warning: the trace of this run was not sent: ").And.Contain("; next: env | grep OTEL_"));
        Assert.That(ended.Stderr.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }
}
