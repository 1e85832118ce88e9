namespace Harness.Cli.Commands.Measuring;

/// <summary>Renders a measurement as text, as JSON, and as a table of samples.</summary>
internal static class MeasureReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Renders the table of all clocks, a histogram of the main one, and the conditions.</summary>
    public static string Render(MeasureResult result, string samplesFile)
    {
        var text = new StringBuilder();
        var main = result.Main;
        text.AppendLine(CultureInfo.InvariantCulture, $"{result.Entry.Name} of {main.Device}: {result.Entry.Description}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{string.Join(", ", result.Fingerprint.Fields.Where(f => f.Value.Length > 0).Select(f => $"{f.Name} {f.Value}"))}");
        text.AppendLine();
        text.AppendLine($"{"clock",-8} {"n",8} {"min",12} {"p50",12} {"p90",12} {"p99",12} {"max",12} {"MAD",12}  unit");
        var statistics = result.Series.ToDictionary(s => s.Clock, s => s.Values.Count == 0 ? null : SeriesStatistics.Of([.. s.Values], s.Provenance, result.Request.Seed));
        foreach (var series in result.Series)
        {
            text.AppendLine(Row(series, statistics[series.Clock]));
        }

        foreach (var series in result.Series)
        {
            Notes(text, series, statistics[series.Clock]);
        }

        foreach (var agreement in Agreements(result))
        {
            text.AppendLine(agreement.Description);
        }

        if (statistics[main.Clock] is { Summary.IsExact: false } shown)
        {
            text.AppendLine().AppendLine(shown.Histogram.Render(main.Unit));
        }

        text.AppendLine();
        if (result.Calibration is { } calibration)
        {
            text.AppendLine(calibration.Render());
        }

        foreach (var condition in result.Conditions)
        {
            text.AppendLine(condition);
        }

        text.Append(CultureInfo.InvariantCulture, $"samples: {samplesFile}");
        return text.ToString();
    }

    /// <summary>Gets the comparisons of clocks that were made.</summary>
    public static IEnumerable<ClockAgreement> Agreements(MeasureResult result) => new[] { result.Agreement, result.HostAgreement }.OfType<ClockAgreement>();

    /// <summary>Renders the whole measurement as one JSON object.</summary>
    public static string Json(MeasureResult result, string rig, string samplesFile)
    {
        var main = result.Main;
        var of = Numbers(main, result.Request.Seed);
        return JsonSerializer.Serialize(
            new
            {
                operation = result.Entry.Name, description = result.Entry.Description, device = main.Device, rig, unit = main.Unit.Symbol(), n = main.Values.Count,
                clock = main.Clock.Word(), provenance = main.Provenance.Word(), floor = FloorOf(main), samples_file = samplesFile, statistics = of,
                clocks = result.Series.Select(s => new
                {
                    clock = s.Clock.Word(), unit = s.Unit.Symbol(), provenance = s.Provenance.Word(), n = s.Values.Count, floor = FloorOf(s),
                    comparable = s.Clock != ClockKind.Host || !main.Provenance.IsExactCount(),
                    warm_up = s.WarmUp.Count == 0 ? null : new { n = s.WarmUp.Count, p50 = OrderStatistics.Median([.. s.WarmUp.Order()]), max = s.WarmUp.Max() },
                    lost_edges = s.LostEdges, sequence_gaps = s.SequenceGaps, statistics = Numbers(s, result.Request.Seed),
                }),
                agreement = AgreementOf(result.Agreement), host_agreement = AgreementOf(result.HostAgreement),
                fingerprint = result.Fingerprint.Fields.ToDictionary(f => f.Name, f => f.Value), conditions = result.Conditions,
                calibration = result.Calibration?.Parts.Select(p => p.ToString()), took_ms = Math.Round(result.TookMs, 3), seed = result.Request.Seed,
            },
            Indented);
    }

    /// <summary>Writes every sample, with the warm-up marked in its column: <c>clock,phase,index,value,unit,provenance</c>.</summary>
    public static void Csv(MeasureResult result, TextWriter output)
    {
        output.WriteLine("clock,phase,index,value,unit,provenance");
        foreach (var series in result.Series)
        {
            var tail = $"{series.Unit.Symbol()},{series.Provenance.Word()}";
            foreach (var (phase, values) in ((string, IReadOnlyList<double>)[])[("warmup", series.WarmUp), ("sample", series.Values)])
            {
                for (var i = 0; i < values.Count; i++)
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{series.Clock.Word()},{phase},{i + 1},{values[i]:R},{tail}"));
                }
            }
        }
    }

    private static string Row(TimingSeries series, SeriesStatistics? statistics)
    {
        string Number(double value) => ReadableNumber.Cell(value, series.Unit, series.Provenance.IsExactCount());
        if (statistics is null)
        {
            return $"{series.Clock.Word(),-8} {0,8}  no sample came";
        }

        var s = statistics.Summary;
        var unit = series.Unit.IsTime() ? series.Provenance.Word() : $"{series.Unit.Symbol()}, {series.Provenance.Word()}";
        return s.IsExact
            ? $"{series.Clock.Word(),-8} {s.N,8} {Number(s.Min),12} {"=",12} {"=",12} {"=",12} {"=",12} {"0",12}  {unit}"
            : $"{series.Clock.Word(),-8} {s.N,8} {Number(s.Min),12} {Number(s.P50),12} {Number(s.P90),12} {Number(s.P99) + (s.P99IsMarked ? "*" : ""),12} {Number(s.Max),12} {Number(s.Mad),12}  {unit}";
    }

    private static void Notes(StringBuilder text, TimingSeries series, SeriesStatistics? statistics)
    {
        var clock = series.Clock.Word();
        if (statistics is { Summary.IsExact: true })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: {statistics.Summary.N} equal counts are complete; percentiles say nothing more");
        }
        else if (statistics is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: p50 {statistics.P50?.Format(series.Unit)}, p99 {statistics.P99?.Format(series.Unit)} (bootstrap, seed {statistics.Seed}); {statistics.Modality.Describe(series.Unit)}");
            if (statistics.Summary.P99IsMarked)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: * p99 of fewer than {OrderStatistics.SamplesForP99} samples is no more than a hint");
            }
        }

        if (series.WarmUp.Count > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: warm-up of {series.WarmUp.Count}, median {ReadableNumber.Format(OrderStatistics.Median([.. series.WarmUp.Order()]), series.Unit)}, first {ReadableNumber.Format(series.WarmUp[0], series.Unit)}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: floor {series.Floor?.ToString() ?? "not known (no calibration of it)"}");
        if (series.Clock == ClockKind.Trigger)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{clock}: {series.LostEdges} edges lost, {series.SequenceGaps} gaps in their numbers");
        }
    }

    private static object? AgreementOf(ClockAgreement? agreement) =>
        agreement is null ? null : new { kind = agreement.Kind.ToString().ToLowerInvariant(), words = agreement.Description };

    private static object? FloorOf(TimingSeries series) =>
        series.Floor is { } floor ? new { value = floor.Value, unit = floor.Unit.Symbol(), from = floor.From } : null;

    private static object? Numbers(TimingSeries series, ulong seed)
    {
        if (series.Values.Count == 0)
        {
            return null;
        }

        var statistics = SeriesStatistics.Of([.. series.Values], series.Provenance, seed);
        var s = statistics.Summary;
        return s.IsExact
            ? new { exact = true, value = s.Min }
            : new
            {
                exact = false, min = s.Min, p50 = s.P50, p50_interval = Ends(statistics.P50), p90 = s.P90, p99 = s.P99, p99_interval = Ends(statistics.P99),
                p99_marked = s.P99IsMarked, max = s.Max, mad = s.Mad, modes = statistics.Modality.Modes, peaks = statistics.Modality.Peaks,
            };
    }

    private static double[]? Ends(Interval? interval) => interval is { } i ? [i.Low, i.High] : null;
}
