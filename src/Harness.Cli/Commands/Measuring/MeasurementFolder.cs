namespace Harness.Cli.Commands.Measuring;

/// <summary>Files of a measurement beside its record, so that no sample is ever lost with a terminal.</summary>
internal static class MeasurementFolder
{
    /// <summary>The file of every sample.</summary>
    public const string Samples = "samples.csv";

    /// <summary>The command that repeats a measurement, which names it in the record.</summary>
    public static string Command(string command, MeasureRequest request) =>
        FormattableString.Invariant($"{command} {request.Operation} --device {ShellWord.Quote(request.Device)} --samples {request.Samples}")
        + (request.Bytes == MeasureOptions.DefaultBytes ? "" : FormattableString.Invariant($" --bytes {request.Bytes}"));

    /// <summary>Writes the numbers of every clock, the floors and the conditions to the record.</summary>
    /// <param name="run">The run.</param>
    /// <param name="id">The measurement's id in it.</param>
    /// <param name="result">The measurement.</param>
    /// <param name="file">The file that holds its samples.</param>
    /// <param name="baseline">The baseline that it is held against; null for none.</param>
    public static void Record(MeasuringRun run, string id, MeasureResult result, string file = Samples, Baseline? baseline = null)
    {
        foreach (var series in result.Series)
        {
            var isHeld = baseline is { Values.Count: > 0 } && baseline.Clock == series.Clock && baseline.Unit == series.Unit;
            run.Summarize(id, series, file, result.Request.Seed, isHeld ? OrderStatistics.Median([.. baseline!.Values.Order()]) : null);
        }

        foreach (var floor in result.Calibration?.Floors ?? [])
        {
            run.Note(id, $"floor of {result.Main.Device}, {floor.Clock.Word()} clock: {floor}");
        }

        foreach (var words in MeasureReport.Agreements(result).Select(agreement => agreement.Description).Concat(result.Conditions))
        {
            run.Note(id, words);
        }
    }

    /// <summary>Writes samples.csv and result.json.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">The measurement.</param>
    /// <param name="rig">The rig as shown.</param>
    /// <returns>Path of the samples, and the JSON that was written beside them.</returns>
    public static (string Samples, string Json) Write(MeasuringRun run, MeasureResult result, string rig)
    {
        var samples = ProductPaths.Display(WriteSamples(run, result, Samples));
        var json = MeasureReport.Json(result, rig, samples);
        run.Save("result.json", output => output.WriteLine(json));
        return (samples, json);
    }

    /// <summary>Writes every sample of a measurement.</summary>
    /// <returns>The file's full path.</returns>
    public static string WriteSamples(MeasuringRun run, MeasureResult result, string file) => run.Save(file, output => MeasureReport.Csv(result, output));
}
