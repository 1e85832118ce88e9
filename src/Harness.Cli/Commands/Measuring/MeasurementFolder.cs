using System.Globalization;
using Harness.Bench.Measuring;
using Harness.Record;

namespace Harness.Cli.Commands.Measuring;

/// <summary>Where samples of a measurement are kept: a folder of its own, so that no sample is ever lost with a terminal.</summary>
internal static class MeasurementFolder
{
    /// <summary>The folder under the current one.</summary>
    public const string Root = "measurements";

    /// <summary>Writes samples.csv and result.json.</summary>
    /// <param name="result">The measurement.</param>
    /// <param name="rig">The rig as shown.</param>
    /// <param name="folder">Where; null for a new folder under <see cref="Root"/>.</param>
    /// <returns>Path of the samples, and the JSON that was written beside them.</returns>
    public static (string Samples, string Json) Write(MeasureResult result, string rig, string? folder)
    {
        folder ??= Path.Combine(Root, string.Create(
            CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyyMMdd-HHmmss}-{FileNames.Of(result.Main.Device)}-{FileNames.Of(result.Entry.Name)}-{Guid.NewGuid().ToString("N")[..4]}"));
        Directory.CreateDirectory(folder);
        var samples = Path.Combine(folder, "samples.csv");
        using (var writer = new StreamWriter(samples))
        {
            MeasureReport.Csv(result, writer);
        }

        var json = MeasureReport.Json(result, rig, samples);
        File.WriteAllText(Path.Combine(folder, "result.json"), json + "\n");
        return (samples, json);
    }
}
