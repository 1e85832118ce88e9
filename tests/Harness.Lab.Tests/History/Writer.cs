using System.Globalization;

namespace Harness.Lab.Tests.History;

/// <summary>A writer to kill: it writes scenarios into a history without end, and says each that is there.</summary>
internal static class Writer
{
    /// <summary>The word that makes this assembly the writer; it runs its tests otherwise.</summary>
    public const string Mode = "write";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Mode, var database])
        {
            return await MicrosoftTestingPlatformApplication.RunAsync(arguments);
        }

        using var store = HistoryStore.Open(HistoryAddress.Of(database)!);
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
