namespace Harness.Reporting.Html;

/// <summary>Reads files of samples beside a record: <c>clock,phase,index,value,...</c> of a measurement, <c>step,class,index,value,...,clock,...</c> of a leak test.</summary>
internal static class SampleFile
{
    /// <summary>Reads the samples of summaries that share a file, in one pass.</summary>
    /// <param name="files">The run's files.</param>
    /// <param name="name">The file.</param>
    /// <param name="series">The series to fill; one whose samples the file does not hold says so.</param>
    public static void Fill(RunFiles files, string name, IReadOnlyList<SampleSeries> series)
    {
        if (Read(files, name, series, (one, value) => one.Add(value)) is { } lacking)
        {
            foreach (var one in series)
            {
                one.Lacks(lacking);
            }

            return;
        }

        foreach (var one in series)
        {
            one.End();
            if (one.Sorted.Count + one.NotNumbers != one.Summary?.N)
            {
                one.Lacks($"{name} holds {one.Sorted.Count} samples of it, the record says {one.Summary?.N}");
            }
        }
    }

    /// <summary>Reads the samples of summaries that share a file, in the order of the file.</summary>
    /// <param name="files">The run's files.</param>
    /// <param name="name">The file.</param>
    /// <param name="series">The series that may stand in it.</param>
    /// <param name="take">Takes each sample with its series.</param>
    /// <returns>The reason where the file cannot be read; null where it was.</returns>
    public static string? Read(RunFiles files, string name, IReadOnlyList<SampleSeries> series, Action<SampleSeries, double> take)
    {
        using var stream = files.Open(name, out var why);
        if (stream is null)
        {
            return $"{name}: {why}";
        }

        using var reader = new StreamReader(stream);
        var head = (reader.ReadLine() ?? "").Split(',');
        var (clock, value) = (Array.IndexOf(head, "clock"), Array.IndexOf(head, "value"));
        var (phase, step, kind) = (Array.IndexOf(head, "phase"), Array.IndexOf(head, "step"), Array.IndexOf(head, "class"));
        if (clock < 0 || value < 0)
        {
            return $"{name} has no columns \"clock\" and \"value\"";
        }

        var cells = new Range[head.Length + 1];
        while (reader.ReadLine() is { } line)
        {
            var text = line.AsSpan();
            if (text.Split(cells, ',') != head.Length || !double.TryParse(text[cells[value]], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                || (phase >= 0 && !text[cells[phase]].SequenceEqual("sample")))
            {
                continue;
            }

            foreach (var one in series)
            {
                if (text[cells[clock]].SequenceEqual(one.Of.Clock.Word()) && IsOf(one.Of.Operation, step < 0 ? default : text[cells[step]], kind < 0 ? default : text[cells[kind]], kind >= 0))
                {
                    take(one, number);
                    break;
                }
            }
        }

        return null;
    }

    // A leak test names its series "subject, step, first class" or "subject, first class".
    private static bool IsOf(string operation, ReadOnlySpan<char> step, ReadOnlySpan<char> kind, bool isLeak)
    {
        if (!isLeak)
        {
            return true;
        }

        var ending = $", {kind} class";
        if (!operation.EndsWith(ending, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = operation.AsSpan(0, operation.Length - ending.Length);
        return step.IsEmpty || (rest.EndsWith(step) && rest.Length > step.Length && rest[rest.Length - step.Length - 1] == ' ');
    }
}
