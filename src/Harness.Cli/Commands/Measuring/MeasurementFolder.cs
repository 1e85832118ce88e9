using System.Globalization;
using Harness.Bench.Measuring;
using Harness.Record;

namespace Harness.Cli.Commands.Measuring;

/// <summary>A folder for the samples of one measurement, so that no sample is lost with a terminal.</summary>
internal static class MeasurementFolder
{
    /// <summary>Name of the parent folder, below the working folder.</summary>
    public const string Root = "measurements";

    /// <summary>Writes samples.csv and result.json.</summary>
    /// <param name="result">The measurement.</param>
    /// <param name="rig">The rig's display name.</param>
    /// <param name="folder">The folder; null for a new one below <see cref="Root"/>.</param>
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
