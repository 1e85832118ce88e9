namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab rigs</c>: the machines with their boards, who has them, and which is drained and why.</summary>
internal static class LabRigsCommand
{
    public static Command Create()
    {
        var lab = LoadedLab.Option();
        var json = new Option<bool>("--json") { Description = "JSON on stdout" };
        var command = new Command("rigs",
            """
            Lists the machines of the lab: free, in use and by whom, drained or down and why and since when; and their boards and sensors.
            A rig that the health check drained comes back when the doctor finds it well; one that a person drained waits for a person.

            Exit status: 0; 2 there is no lab.

            Examples:
              ./harness lab rigs
              ./harness lab rigs --json
            """) { lab, json };
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var loaded = LoadedLab.Load(parsed.GetValue(lab));
                var slurm = new SlurmClient(loaded.Plan);
                var nodes = slurm.Nodes(stop) ?? throw new FormatException(LabWords.Unanswered(loaded.Plan, slurm));
                var jobs = (slurm.Jobs(stop: stop) ?? []).Where(job => job.State is "RUNNING" or "COMPLETING").ToList();
                var rows = loaded.Plan.Nodes.Select(node =>
                {
                    var seen = nodes.FirstOrDefault(n => n.Name == node.Host);
                    return new
                    {
                        host = node.Host, state = seen is null ? "unknown to Slurm" : LabWords.Of(seen), reason = seen?.Reason ?? "", rig = node.Rig,
                        boards = node.Boards.Select(board => new { device = board.Device, kind = board.Kind, port = board.Port }), sensors = node.Sensors,
                        runs = jobs.Where(job => job.Node == node.Host).Select(job => new { run = job.Run, user = job.User, has = job.Wants, since = job.Start }),
                    };
                }).ToList();
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(rows, LabRow.Json));
                    return ExitCodes.Pass;
                }

                foreach (var row in rows)
                {
                    Console.WriteLine($"{row.host}  {row.state}{(row.reason.Length > 0 ? $": {ForeignText.Line(row.reason)}" : "")}");
                    string[] parts = [.. row.boards.Select(b => $"{b.kind} {ForeignText.Name(b.device)}"), .. row.sensors.Select(s => $"sensor {s}")];
                    Console.WriteLine($"    {(parts.Length > 0 ? string.Join(", ", parts) : "no boards and no sensors")}");
                    foreach (var run in row.runs)
                    {
                        Console.WriteLine($"    {ForeignText.Name(run.run)} of {ForeignText.Name(run.user)} since {run.since:HH:mm:ss}{(run.has.Length > 0 ? $": {run.has}" : "")}");
                    }
                }

                Console.WriteLine($"{rows.Count} rigs of lab {loaded.Plan.Name}: {rows.Count(r => r.state == "free")} free");
                return ExitCodes.Pass;
            },
            CancellationToken.None));
        return command;
    }
}
