using System.Diagnostics;
using System.Diagnostics.Tracing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Harness.Reporting.Traces;

/// <summary>
/// Sends a run as an OpenTelemetry trace by OTLP: the run is the root, a scenario a span below it, a step one below that. Off unless the standard variables name an endpoint
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>); protocol, headers, time-out and resource are theirs too. With <c>TRACEPARENT</c> the run is part of the trace of a CI.
/// </summary>
public static class OtlpTraces
{
    private const string SourceName = "harness";
    private const int FlushMilliseconds = 10_000;

    /// <summary>True where the environment asks for traces.</summary>
    public static bool IsWanted => (Has("OTEL_EXPORTER_OTLP_ENDPOINT") || Has("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
        && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && Environment.GetEnvironmentVariable("OTEL_TRACES_EXPORTER") is null or "" or "otlp";

    /// <summary>Sends a run.</summary>
    /// <param name="result">The run.</param>
    /// <returns>The reason why it could not be sent, a sentence; null where it was.</returns>
    public static string? Send(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var failures = new ExporterFailures();
        try
        {
            var spans = 1 + result.Scenarios.Count + result.Scenarios.Sum(s => s.Steps.Count);
            using var source = new ActivitySource(SourceName, result.Started?.HarnessVersion);
            using var provider = Sdk.CreateTracerProviderBuilder().AddSource(SourceName).SetSampler(new AlwaysOnSampler())
                .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("harness", serviceVersion: result.Started?.HarnessVersion).AddEnvironmentVariableDetector())
                .AddOtlpExporter(options =>
                {
                    options.ExportProcessorType = ExportProcessorType.Batch;

                    // The default would drop what a run of some hundred scenarios has.
                    options.BatchExportProcessorOptions.MaxQueueSize = Math.Max(2048, spans + 1);
                })
                .Build();
            RunSpans.Emit(source, result);
            return provider.ForceFlush(FlushMilliseconds) && failures.First is null ? null : failures.First ?? $"no answer within {FlushMilliseconds / 1000} s";
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or NotSupportedException or InvalidOperationException)
        {
            // A variable that cannot be read: the run stands without its trace.
            return e.Message.TrimEnd('.');
        }
    }

    private static bool Has(string variable) => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable));

    /// <summary>Listens to the exporter, which tells failures to listeners alone.</summary>
    private sealed class ExporterFailures : EventListener
    {
        public string? First { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("OpenTelemetry", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // By gRPC an endpoint that is gone is no more than a warning.
            if (eventData.Level <= EventLevel.Error || (eventData.Level == EventLevel.Warning && eventData.EventSource.Name.Contains("Exporter", StringComparison.Ordinal)) || (eventData.EventName ?? "").Contains("Drop", StringComparison.Ordinal))
            {
                var text = string.Join(' ', (eventData.Payload ?? []).Select(part => $"{part}"));
                First ??= text.Split('\n')[0].Trim() is { Length: > 0 } line ? line : eventData.EventName ?? "the exporter failed";
            }
        }
    }
}
