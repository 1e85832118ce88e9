using Harness.Reporting.Trends;

namespace Harness.Cli.Recording;

/// <summary>The trends of the history as reports draw them.</summary>
internal static class HistoryTrends
{
    // A report is made without them rather than late: a server far away may not answer.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The trends of a run's operations, of more than one value each; none where there is no history, or it cannot be read, which is told.</summary>
    public static IReadOnlyList<Trend> Of(TrendQuestion question)
    {
        try
        {
            return HistoryAddress.FromEnvironment() is { } address ? Of(address, question) : [];
        }
        catch (HistoryException e)
        {
            return Without(e);
        }
    }

    /// <summary>The trends of a run's operations in a history; none where it does not answer at once, which is told.</summary>
    public static IReadOnlyList<Trend> Of(HistoryAddress address, TrendQuestion question)
    {
        var opened = Task.Run(() => HistoryStore.Open(address));
        try
        {
            if (!opened.Wait(_patience))
            {
                _ = opened.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                Console.Error.WriteLine($"harness: warning: {ForeignText.Name(address.Name)} did not answer within {_patience.TotalSeconds:0} s: the report has no trends; next: {HistoryAddress.Variable}={HistoryAddress.Off}, or ./harness history");
                return [];
            }

            using var store = opened.Result;
            return
            [
                .. question.Operations.Take(TrendQuestion.MostOperations).SelectMany(o => Lab.History.Trends.Of(store, o.Operation, o.Device))
                    .Where(trend => trend.Values.Count > 1 && trend.Key.Rig == question.Rig).Select(Drawn),
            ];
        }
        catch (Exception e) when (e is HistoryException or AggregateException { InnerException: HistoryException })
        {
            return Without(e as HistoryException ?? (HistoryException)e.InnerException!);
        }
    }

    private static IReadOnlyList<Trend> Without(HistoryException e)
    {
        Console.Error.WriteLine($"harness: warning: the report has no trends: {ForeignText.Line(e.Message)}");
        return [];
    }

    /// <summary>A trend as reports draw it.</summary>
    public static Trend Drawn(HistoryTrend trend) => new()
    {
        Operation = trend.Operation, Device = trend.Device, Clock = trend.Key.Clock, Provenance = trend.Key.Provenance, Unit = Units.TryParse(trend.Key.Unit, out var unit) ? unit : Unit.Count,
        Board = trend.Key.Board, Rig = trend.Key.Rig, Points = [.. trend.Values.Select(v => new TrendPoint(v.At, v.RunId, v.Build, v.P50, v.P50Low, v.P50High))],
        Changes = [.. trend.Changes.Select(c => new TrendChange(c.At, c.Before, c.After))], Method = ChangePoints.Method,
        Floor = trend.Values.Select(v => v.Floor).LastOrDefault(floor => floor is not null), Baseline = trend.Values.Select(v => v.Baseline).LastOrDefault(baseline => baseline is not null),
    };
}
