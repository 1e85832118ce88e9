using System.Globalization;

namespace Harness.Lab.Tests.History;

/// <summary>A writer to kill: it writes scenarios into a history without end, and says each that is there.</summary>
internal static class Writer
{
    public static void Main(string[] arguments)
    {
        using var store = HistoryStore.Open(HistoryAddress.Of(arguments[0])!);
        var rows = new RunRows();
        store.Write(rows.Take(Run.Started("killed", Run.Start))!, "/runs/killed");
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        for (var i = 1; ; i++)
        {
            store.Write(rows.Take(new ScenarioFinished { Seq = i + 1, At = Run.Start, Id = $"f.feature:{i}", Name = $"S {i}", Verdict = Verdict.Pass })!, "/runs/killed");
            output.WriteLine(i.ToString(CultureInfo.InvariantCulture));
        }
    }
}
