namespace Harness.Cli.Commands.Measuring;

/// <summary>Leak tests as a run record holds them, with every sample in a file beside it.</summary>
internal static class LeakRecord
{
    /// <summary>The command that repeats a leak test, which names it in the record.</summary>
    public static string Command(LeakRequest asked) => $"leak {asked.Subject} --device {ShellWord.Quote(asked.Device)}"
        + (asked.Rounds is { } rounds ? FormattableString.Invariant($" --samples {rounds}") : "");

    /// <summary>Runs a leak test and records it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="leaks">Runs it.</param>
    /// <param name="asked">The subject and the samples.</param>
    /// <param name="place">Its place among others, before the line of progress.</param>
    /// <param name="stop">Ends it.</param>
    public static Task<LeakResult> RunAsync(MeasuringRun run, LeakMeasurement leaks, LeakRequest asked, string place, CancellationToken stop) =>
        RunAsync(run, Command(asked), asked, place, told => leaks.RunAsync(asked, told, stop));

    /// <summary>Runs a leak test and records it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="id">The command that repeats it.</param>
    /// <param name="asked">The subject and the samples.</param>
    /// <param name="place">Its place among others, before the line of progress.</param>
    /// <param name="test">Takes the samples and judges them; told of those of each class that are done, and of how many.</param>
    public static Task<LeakResult> RunAsync(MeasuringRun run, string id, LeakRequest asked, string place, Func<Action<int, int>, Task<LeakResult>> test)
    {
        return run.MeasureAsync(id, $"time of {asked.Subject} of {asked.Device}", async () =>
        {
            using var line = new LeakLine();
            var result = await test((done, of) => line.Show(place + LeakLine.Text(asked.Subject, asked.Device, done, of)));
            var file = $"{FileNames.Of(result.Entry.Name)}.csv";
            run.Save(file, output => Csv(result, output));
            foreach (var step in result.Steps)
            {
                var what = step.Name.Length == 0 ? result.Entry.Name : $"{result.Entry.Name}, {step.Name}";
                foreach (var (name, values) in Classes(step))
                {
                    run.Summarize(id, result.Device, $"{what}, {name} class", step.Samples.Unit, step.Samples.Clock, step.Samples.Provenance, values, file);
                }
            }

            run.Note(id, $"{result.Entry.Name} of {result.Device} ({result.Entry.Classes}): {result.Description}");
            return new Measured<LeakResult>(result, result.Verdict, result.Verdict == Verdict.Pass ? null : new FailureDetail(
                "then", null, $"time of {result.Entry.Name} of {result.Device}", "the same for both classes of inputs", result.Description, null, $"./harness {id} --json"));
        });
    }

    /// <summary>Records that a device could be asked for no subject at all.</summary>
    public static Task NothingAsync(MeasuringRun run, string device) => run.MeasureAsync(
        $"leak --all --device {ShellWord.Quote(device)}", $"every subject of {device}",
        () => Task.FromResult(new Measured<bool>(false, Verdict.Inconclusive, new FailureDetail(
            "when", null, $"subjects of {device}", "one that it can be asked for", "none", null, $"./harness leak --list --device {ShellWord.Quote(device)}"))));

    private static (string Name, IReadOnlyList<double> Values)[] Classes(LeakStep step) =>
        [("first", step.Samples.First), ("second", step.Samples.Second), ("control", step.Samples.Control)];

    private static void Csv(LeakResult result, TextWriter output)
    {
        output.WriteLine("step,class,index,value,unit,clock,provenance");
        foreach (var step in result.Steps)
        {
            var tail = $"{step.Samples.Unit.Symbol()},{step.Samples.Clock.Word()},{step.Samples.Provenance.Word()}";
            foreach (var (name, values) in Classes(step))
            {
                for (var i = 0; i < values.Count; i++)
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Name},{name},{i + 1},{values[i]:R},{tail}"));
                }
            }
        }
    }
}
