namespace Harness.Lab.Tests.History;

/// <summary>Events of runs as the record has them: numbered, with times.</summary>
internal static class Run
{
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    public static RunStarted Started(string id, DateTimeOffset at, string build = "b1", string rig = "sim") => new()
    {
        Seq = 1, At = at, RunId = id, HarnessVersion = "0.1.0", HarnessBuild = build, Rig = $"rigs/{rig}.yaml", RigName = rig, Features = "features", Selected = 2,
        Host = new HostInfo("Debian", "6.1", "x64", "Some CPU", 2, ".NET 10"),
    };

    /// <summary>A run of scenarios "S 1", "S 2" ... with these verdicts, a value of "seal" on m4 in each.</summary>
    public static IReadOnlyList<RunEvent> Of(string id, DateTimeOffset at, IEnumerable<Verdict> verdicts, Func<int, double>? value = null, string build = "b1", string firmware = "f1", bool ends = true, double? floor = null)
    {
        var events = new List<RunEvent>
        {
            Started(id, at, build),
            new DeviceReady { Device = "m4", Kind = "serial", Driver = "tty", Board = "nucleo", Build = firmware, TickUnit = "cycles", Provenance = Provenance.Hardware },
        };
        var counts = default(VerdictCounts);
        foreach (var (verdict, index) in verdicts.Select((v, i) => (v, i + 1)))
        {
            var scenario = $"features/a.feature:{index * 10}";
            counts = counts.Plus(verdict);
            events.Add(new ScenarioStarted { Id = scenario, Feature = "A", Name = $"S {index}", Index = index, Of = 2 });
            events.Add(new StepFinished { Scenario = scenario, Keyword = "When", Text = $"m4 does {index}", Status = "passed", DurationMs = 1 });
            if (value is not null)
            {
                events.Add(new SamplesSummarized
                {
                    Scenario = scenario, Device = "m4", Operation = "seal", N = 100, Min = value(index) - 1, P50 = value(index), Max = value(index) + 2, Unit = Unit.Microseconds, Clock = ClockKind.Trigger,
                    Provenance = Provenance.Hardware, File = "s.csv", P50Interval = [value(index) - 0.5, value(index) + 0.5], Floor = floor, Baseline = 100,
                });
            }

            events.Add(new ScenarioFinished
            {
                Id = scenario, Name = $"S {index}", Verdict = verdict, DurationMs = 5, Failure = verdict == Verdict.Pass ? null : new FailureDetail("then", "Then x", "m4", "this", "that", null, null),
            });
        }

        if (ends)
        {
            events.Add(RunFinished.From(counts, 20));
        }

        return [.. events.Select((e, i) => e with { Seq = i + 1, At = at.AddMilliseconds(i * 10) })];
    }

    /// <summary>Writes events into a history, as import does.</summary>
    public static void Put(HistoryStore store, IEnumerable<RunEvent> events, string folder = "/runs/x")
    {
        var rows = new RunRows();
        foreach (var batch in events.Select(rows.Take).OfType<HistoryBatch>())
        {
            store.Write(batch, folder);
        }
    }

    /// <summary>Writes events as a record in a folder.</summary>
    public static string Record(string folder, IEnumerable<RunEvent> events)
    {
        Directory.CreateDirectory(folder);
        using var writer = RecordWriter.Create(folder);
        foreach (var e in events)
        {
            writer.Write(e);
        }

        return folder;
    }
}
