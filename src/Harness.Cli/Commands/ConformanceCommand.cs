using Harness.Brokers.Conformance;
using Harness.Cli.Commands.Conformance;

namespace Harness.Cli.Commands;

/// <summary><c>harness conformance</c>: decides numbered statements of the MQTT standards at a broker.</summary>
internal static class ConformanceCommand
{
    private const int AtOnce = 8;

    public static Command Create()
    {
        var target = new BrokerTargetOptions();
        var rig = new Option<string?>("--rig") { Description = "a rig file: starts its broker on a free port and takes that" };
        var version = new Option<string?>("--mqtt") { Description = "statements of one version alone: 3.1.1 or 5.0" };
        version.AcceptOnlyFromAmong("3.1.1", "5.0");
        var only = new Option<string[]>("--statement") { Description = "one statement alone, by its number; may be given again", DefaultValueFactory = _ => [] };
        var outDir = new Option<string?>("--out") { Description = "the folder for the record [default: runs/<time>-<id>]" };
        var list = new Option<bool>("--list") { Description = "lists the statements and runs none" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("conformance",
            """
            Decides numbered normative statements of MQTT 3.1.1 and 5.0 at a broker, byte by byte, each within a time limit. A verdict is: conforms,
            violates, absent (an optional feature that the broker says it does not offer), or not decided. It uses topics below conformance/ and client
            names of its own and removes what it made the broker keep. A name is resolved once, and only the address that was checked is connected to.
            A record stays (run.jsonl, its reports, and the coverage by statement in conformance.md); a broker that a rig starts leaves its log there too.

            Exit status: 0 nothing is violated and all is decided; 1 a statement is violated; 2 usage; 3 no broker there; 4 something is not decided.

            Examples:
              ./harness conformance --broker 127.0.0.1:1883
              ./harness conformance --broker lab-broker:1883 --i-own lab-broker:1883 --user tester --password-file broker.password
              ./harness conformance --rig rigs/posix.yaml --mqtt 5.0 --json
              ./harness conformance --rig rigs/brokers/mosquitto.yaml --out runs/mosquitto
              ./harness conformance --broker 127.0.0.1:1883 --statement MQTT-4.7.1-3
              ./harness conformance --list
            """) { rig, version, only, outDir, list, json };
        target.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var statements = Chosen(parsed.GetValue(version), parsed.GetValue(only)!);
            if (parsed.GetValue(list))
            {
                Console.Out.WriteLine(parsed.GetValue(json) ? ConformanceReport.RenderJson(statements) : ConformanceReport.Render(statements));
                return Task.FromResult(ExitCodes.Pass);
            }

            if (target.IsGiven(parsed) == (parsed.GetValue(rig) is not null))
            {
                throw new FormatException("a broker is named by --broker HOST:PORT, or by --rig FILE; next: ./harness conformance --help");
            }

            var asked = new Asked(statements, parsed.GetValue(outDir), parsed.GetValue(json));
            return parsed.GetValue(rig) is { } file ? OfRigAsync(asked, target, parsed, file, stop) : OfAddressAsync(asked, target, parsed, stop);
        });
        return command;
    }

    private sealed record Asked(IReadOnlyList<Statement> Statements, string? OutDir, bool Json);

    private static List<Statement> Chosen(string? version, string[] only) =>
        only.FirstOrDefault(number => BrokerStatement.All.All(s => !s.Number.Equals(number, StringComparison.OrdinalIgnoreCase))) is { } unknown
            ? throw new FormatException($"there is no statement {unknown}; next: ./harness conformance --list")
            : [.. BrokerStatement.All.Where(s => (version ?? s.VersionName) == s.VersionName && (only.Length == 0 || only.Contains(s.Number, StringComparer.OrdinalIgnoreCase)))];

    private static async Task<int> OfAddressAsync(Asked asked, BrokerTargetOptions target, ParseResult parsed, CancellationToken stop)
    {
        var broker = await target.ResolveAsync(parsed, stop);
        using var run = RecordedRun.Open(new RecordRequest(asked.OutDir, null, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(broker.Typed, "./harness conformance", asked.Statements.Count);
            return await JudgeAsync(run, asked, broker.Typed, $"--broker {ShellWord.Quote(broker.Typed)}", new BrokerUnderTest(broker.Address) { User = broker.User, Password = broker.Password }, stop);
        });
    }

    private static async Task<int> OfRigAsync(Asked asked, BrokerTargetOptions target, ParseResult parsed, string typed, CancellationToken stop)
    {
        var path = ProductPaths.Resolve(typed);
        var rig = RigFile.Load(path);
        var (user, password) = target.Login(parsed, stop);
        using var run = RecordedRun.Open(new RecordRequest(asked.OutDir, typed, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(rig, path, "./harness conformance", asked.Statements.Count);
            IMqttBroker? started = null;
            try
            {
                started = await StartedBroker.StartAsync(rig, parsed.GetValue(target.Own), run.Folder, stop);
                await BrokerTargetOptions.KnockAsync(started.Endpoint, stop);
                if (started.StandsAlone)
                {
                    StandardStreams.Error.WriteLine($"{rig.Broker.Kind} listens on {started.Endpoint}");
                }
            }
            catch
            {
                run.EndBroken();
                await (started?.DisposeAsync() ?? ValueTask.CompletedTask);
                throw;
            }

            await using var broker = started;
            var login = user is null ? broker.ClientLogin : new BrokerLogin(user, password);
            var under = new BrokerUnderTest(broker.Endpoint) { User = login?.User, Password = login?.Password.ToArray() };
            return await JudgeAsync(run, asked, $"the broker of {ProductPaths.Display(path)}", $"--rig {ShellWord.Quote(typed)}", under, stop);
        });
    }

    private static async Task<int> JudgeAsync(RecordedRun run, Asked asked, string shown, string again, BrokerUnderTest under, CancellationToken stop)
    {
        var record = new ConformanceRecord(run, again, asked.Statements.Count);
        IReadOnlyList<ConformanceOutcome> outcomes;
        try
        {
            outcomes = await RunAsync(under, asked.Statements, record, stop);
        }
        catch (OperationCanceledException)
        {
            record.End(stopped: true);
            throw;
        }

        run.Save(ConformanceReport.FileName, output => output.Write(ConformanceReport.RenderMarkdown(shown, outcomes)));
        record.End(stopped: false);
        Console.Out.WriteLine(asked.Json ? ConformanceReport.RenderJson(shown, under.Address, outcomes) : ConformanceReport.Render(shown, under.Address, outcomes));
        (asked.Json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
        return ConformanceReport.ExitCode(outcomes);
    }

    private static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(BrokerUnderTest under, IReadOnlyList<Statement> statements, ConformanceRecord record, CancellationToken stop)
    {
        var (done, violated) = (0, 0);
        var updating = StandardStreams.ErrorCanRewrite;
        try
        {
            return await ConformanceRun.RunAsync(under, statements, AtOnce, Told, stop);
        }
        finally
        {
            if (updating)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }
        }

        void Told(ConformanceOutcome outcome)
        {
            record.Add(outcome);
            violated += outcome.Finding.Verdict == ConformanceVerdict.Violates ? 1 : 0;
            done++;
            if (updating)
            {
                StandardStreams.Error.Write($"{StandardStreams.EraseLine}{done}/{statements.Count} statements, {violated} violated");
            }
        }
    }
}
