using Harness.Reporting.Trends;

namespace Harness.Cli.Commands;

/// <summary><c>harness history</c>: earlier runs, trends of operations, flaky scenarios.</summary>
internal static class HistoryCommand
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static Command Create()
    {
        var last = new Option<int>("--last") { Description = "the number of runs", DefaultValueFactory = _ => 20 };
        last.Validators.Add(CommandHost.Between(1, 1_000_000));
        var json = Json();
        var command = new Command("history",
            """
            Lists earlier runs, newest first. Every run, claims, measure, leak and baseline goes into the history: a SQLite file at
            $XDG_STATE_HOME/harness/history.db (else ~/.local/state/harness/history.db), or what HARNESS_HISTORY names: another file,
            postgresql://USER@HOST:PORT/DATABASE (its password by the file in PGPASSFILE alone), or off.
            No run fails by its history: what could not be written is told, and import reads it from the run's folder.

            Exit status: 0; 2 the history cannot be read, or holds nothing of what was asked for.

            Examples:
              ./harness history
              ./harness history --last 100 --json
              ./harness history show seal --device m4
              ./harness history flaky --days 14
              ./harness history import runs
            """) { last, json };
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Flaky());
        command.Subcommands.Add(Import());
        command.SetAction(parsed =>
        {
            using var store = Open();
            HistoryImport.Unfinished(store);
            var runs = store.Runs(parsed.GetValue(last));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(runs, _json));
                return ExitCodes.Pass;
            }

            foreach (var run in runs)
            {
                var took = run.DurationMs is { } ms ? $"{ms / 1000:F1} s" : "no end";
                Console.WriteLine($"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {run.Verdict?.Word() ?? "unfinished",-12}  {Counts(run.Counts),-28}  {took,9}  {ForeignText.Name(run.Rig)}  {Short(run.Build)}  {ForeignText.Name(run.RunId)}  {ForeignText.Line(run.Subject)}");
            }

            Console.WriteLine($"{runs.Count} runs of {ForeignText.Name(store.Name)}");
            return ExitCodes.Pass;
        });
        return command;
    }

    private static Command Show()
    {
        var operation = new Argument<string>("OP") { Description = "the operation, as measure and features name it" };
        var device = new Option<string?>("--device") { Description = "the device [default: the one on which it was measured]" };
        var json = Json();
        var command = new Command("show",
            """
            Draws the trend of an operation's median over runs: values by build, intervals, the rig's floor, the baseline, and changes of
            level. Each clock, provenance, board and rig has a trend of its own; emulated, host and hardware numbers never share an axis.
            Changes of level are found by Pettitt's test on ranks, split in two again and again, p below 0.001, at least 5 runs a level and
            medians apart by more than the floor; among exact counts any other value is a change.

            Examples:
              ./harness history show seal --device m4
              ./harness history show seal --json
            """) { operation, device, json };
        command.SetAction(parsed =>
        {
            using var store = Open();
            var trends = Trends(store, parsed.GetValue(operation)!, parsed.GetValue(device));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { method = ChangePoints.Method, trends }, _json));
                return ExitCodes.Pass;
            }

            var width = Console.IsOutputRedirected ? ConsoleSummary.DefaultWidth : LiveConsole.TerminalWidth();
            Console.WriteLine(string.Join('\n', trends.Select(trend => TrendConsole.Render(HistoryTrends.Drawn(trend), width))).TrimEnd('\n'));
            return ExitCodes.Pass;
        });
        return command;
    }

    private static Command Flaky()
    {
        var days = new Option<int>("--days") { Description = "the days to look back", DefaultValueFactory = _ => 30 };
        days.Validators.Add(CommandHost.Between(1, 36_500));
        var json = Json();
        var command = new Command("flaky",
            """
            Tells scenarios that changed verdict on one build (flaky) from those that a change broke. A build is program, rig and firmware of
            every device together; a scenario is one as long as its file, name and steps are. Broken rigs and aborted runs say nothing of a scenario.

            Examples:
              ./harness history flaky
              ./harness history flaky --days 7 --json
            """) { days, json };
        command.SetAction(parsed =>
        {
            using var store = Open();
            var changed = Flakiness.Find(store, DateTimeOffset.UtcNow.AddDays(-parsed.GetValue(days)));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(changed, _json));
                return ExitCodes.Pass;
            }

            foreach (var s in changed)
            {
                Console.WriteLine($"{(s.IsFlaky ? "flaky " : "broken")}  {ForeignText.Name(s.Name)}  {ForeignText.Name(s.Id)}");
                Console.WriteLine($"        {(s.IsFlaky ? $"{s.Passed} passed and {s.NotPassed} did not on build {Short(s.Build)}" : $"passed before build {Short(s.Build)}, {s.NotPassed} did not since")}"
                    + $" of rig {ForeignText.Name(s.Rig)}; first {s.At.UtcDateTime:yyyy-MM-dd HH:mm} in {ForeignText.Name(s.Since)}{(s.Reason is null ? "" : $": {ForeignText.Line(s.Reason)}")}");
            }

            Console.WriteLine($"{changed.Count(s => s.IsFlaky)} flaky, {changed.Count(s => !s.IsFlaky)} broken by a change, in {parsed.GetValue(days)} days");
            return ExitCodes.Pass;
        });
        return command;
    }

    private static Command Import()
    {
        var folder = new Argument<string>("DIR") { Description = "a run's folder, a folder of runs, or a run.jsonl" };
        var command = new Command("import",
            """
            Reads runs from their folders into the history. What is there already stays, so that a folder may be read twice, and by two at once.

            Examples:
              ./harness history import runs
            """) { folder };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var typed = parsed.GetValue(folder)!;
                if (!Path.Exists(typed))
                {
                    throw new FormatException($"{typed}: there is no such folder; next: ls -d */");
                }

                using var store = Open();
                var imported = HistoryImport.From(store, typed, Progress(), stop);
                foreach (var problem in imported.Problems)
                {
                    Console.Error.WriteLine($"harness: warning: {ForeignText.Line(problem)}");
                }

                Console.WriteLine($"{imported.Runs} records: {imported.Scenarios} scenarios are new, {imported.Known} were there, in {ForeignText.Name(store.Name)}");
                return imported.Runs > 0 ? ExitCodes.Pass : ExitCodes.Usage;
            },
            CancellationToken.None));
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "JSON on stdout" };

    private static Action<int, int>? Progress() => !StandardStreams.ErrorCanRewrite ? null
        : (done, all) => StandardStreams.Error.Write($"{StandardStreams.EraseLine}{(done == all ? "" : $"{done}/{all} records")}");

    private static HistoryStore Open() => HistoryStore.Open(HistoryAddress.FromEnvironment()
        ?? throw new FormatException($"no history is kept: {HistoryAddress.Variable} is {HistoryAddress.Off}, or there is no home to keep one in; next: unset {HistoryAddress.Variable}"));

    private static IReadOnlyList<HistoryTrend> Trends(HistoryStore store, string operation, string? device)
    {
        var devices = store.DevicesOf(operation);
        if (devices.Count == 0)
        {
            throw new FormatException($"the history has no values of \"{operation}\"{NearestWord.Hint(operation, store.Operations())}; next: ./harness history");
        }

        var wanted = device ?? (devices.Count == 1 ? devices[0] : throw new FormatException($"\"{operation}\" was measured on {string.Join(", ", devices)}; next: ./harness history show {ShellWord.Quote(operation)} --device {ShellWord.Quote(devices[0])}"));
        return devices.Contains(wanted) ? Lab.History.Trends.Of(store, operation, wanted)
            : throw new FormatException($"\"{operation}\" was measured on {string.Join(", ", devices)}, not on {wanted}{NearestWord.Hint(wanted, devices)}; next: ./harness history show {ShellWord.Quote(operation)} --device {ShellWord.Quote(devices[0])}");
    }

    private static string Counts(VerdictCounts counts) => counts.Total == 0 ? "no scenario" : $"{counts.Passed} of {counts.Total} passed";

    private static string Short(string build) => build.Length > 12 ? build[..12] : build;
}
