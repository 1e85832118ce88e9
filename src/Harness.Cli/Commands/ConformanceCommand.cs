using Harness.Brokers.Conformance;
using Harness.Brokers.Conformance.Clients;
using Harness.Brokers.StandAlone;
using Harness.Cli.Commands.Conformance;

namespace Harness.Cli.Commands;

/// <summary><c>harness conformance</c>: decides numbered statements of the MQTT standards at a broker, or at a device that connects.</summary>
internal static class ConformanceCommand
{
    private const int AtOnce = 8;

    public static Command Create()
    {
        var target = new BrokerTargetOptions();
        var client = new ClientOptions();
        var rig = new Option<string?>("--rig") { Description = "a rig file: starts its broker on a free port and takes that; with --client it is the rig of --device" };
        var version = new Option<string?>("--mqtt") { Description = "statements of one version alone: 3.1.1 or 5.0" };
        version.AcceptOnlyFromAmong("3.1.1", "5.0");
        var only = new Option<string[]>("--statement") { Description = "one statement alone, by its number; may be given again", DefaultValueFactory = _ => [] };
        var outDir = new Option<string?>("--out") { Description = "the folder for the record [default: runs/<time>-<id>]" };
        var list = new Option<bool>("--list") { Description = "lists the statements and runs none" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("conformance",
            """
            Decides numbered normative statements of MQTT 3.1.1 and 5.0 at a broker, byte by byte, each within a time limit. A verdict is: conforms,
            violates, absent (an optional feature that is not offered or used), or not decided. It uses topics below conformance/ and client names
            of its own and removes what it made the broker keep. A name is resolved once, and only the address that was checked is connected to.
            With --client it is a server, and judges a device that connects by statements that bind a client; it sends the device messages on the
            topics that it subscribes to, and lets everybody in. In --run, {host} {port} {mqtt} stand for address and version (311 or 5). A device of a rig logs in
            by its own AugPAKE first, against an account that is made for it; a board's and a host device's packets are those of the harness's client.
            A record stays (run.jsonl, its reports, the coverage in conformance.md), with the log of a broker or device that was started.

            Exit status: 0 nothing is violated and all is decided; 1 a statement is violated; 2 usage; 3 no broker or device, or it went away, froze or restarted; 4 something is not decided.

            Examples:
              ./harness conformance --broker 127.0.0.1:1883
              ./harness conformance --broker lab-broker:1883 --i-own lab-broker:1883 --user tester --password-file broker.password
              ./harness conformance --broker lab-broker:8883 --i-own lab-broker:8883 --tls --ca lab-authority.pem
              ./harness conformance --rig rigs/posix.yaml --mqtt 5.0 --json
              ./harness conformance --broker 127.0.0.1:1883 --statement MQTT-4.7.1-3
              ./harness conformance --client --listen 0.0.0.0:1883 --patience 300
              ./harness conformance --client --run 'mosquitto_sub -h {host} -p {port} -V {mqtt} -t lab -q 2'
              ./harness conformance --client --rig rigs/external.yaml --device sensor --mqtt 5.0
              ./harness conformance --list
            """) { rig, version, only, outDir, list, json };
        target.AddTo(command);
        client.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            IReadOnlyList<Statement> known = client.IsGiven(parsed) ? ClientStatement.All : BrokerStatement.All;
            var statements = Chosen(known, parsed.GetValue(version), parsed.GetValue(only)!);
            if (parsed.GetValue(list))
            {
                target.Tls.Refuse(parsed, "--list tries none");
                Console.Out.WriteLine(parsed.GetValue(json) ? ConformanceReport.RenderJson(statements) : ConformanceReport.Render(statements));
                return Task.FromResult(ExitCodes.Pass);
            }

            var asked = new ConformanceRequest(statements, parsed.GetValue(outDir), parsed.GetValue(json));
            if (client.Stray(parsed) is { } stray)
            {
                throw new FormatException($"{stray} is about a device; next: ./harness conformance --client {stray}");
            }

            if (client.IsGiven(parsed))
            {
                target.Tls.Refuse(parsed, "--client judges a device");
                return target.IsGiven(parsed)
                    ? throw new FormatException("--client judges a device, and a broker is named too; next: ./harness conformance --help")
                    : client.JudgeAsync(asked, parsed, parsed.GetValue(rig), stop);
            }

            if (target.IsGiven(parsed) == (parsed.GetValue(rig) is not null))
            {
                throw new FormatException("a broker is named by --broker HOST:PORT, or by --rig FILE; next: ./harness conformance --help");
            }

            return parsed.GetValue(rig) is { } file ? OfRigAsync(asked, target, parsed, file, stop) : OfAddressAsync(asked, target, parsed, stop);
        });
        return command;
    }

    private static List<Statement> Chosen(IReadOnlyList<Statement> known, string? version, string[] only) =>
        only.FirstOrDefault(number => known.All(s => !s.Number.Equals(number, StringComparison.OrdinalIgnoreCase))) is { } unknown
            ? throw new FormatException($"there is no statement {unknown}{(known[0] is ClientStatement ? " that binds a client" : "")}; next: ./harness conformance {(known[0] is ClientStatement ? "--client " : "")}--list")
            : [.. known.Where(s => (version ?? s.VersionName) == s.VersionName && (only.Length == 0 || only.Contains(s.Number, StringComparer.OrdinalIgnoreCase)))];

    private static async Task<int> OfAddressAsync(ConformanceRequest asked, BrokerTargetOptions target, ParseResult parsed, CancellationToken stop)
    {
        var broker = await target.ResolveAsync(parsed, stop);
        var under = new BrokerUnderTest(broker.Address) { User = broker.User, Password = broker.Password, Tls = broker.Tls };
        using var run = RecordedRun.Open(new RecordRequest(asked.OutDir, null, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(broker.Typed, "./harness conformance", asked.Statements.Count);
            return await JudgeAsync(run, asked, broker.Typed, target.Again(parsed), under, stop);
        });
    }

    private static async Task<int> OfRigAsync(ConformanceRequest asked, BrokerTargetOptions target, ParseResult parsed, string typed, CancellationToken stop)
    {
        target.Tls.Refuse(parsed, "that of a rig has tls: true");
        var path = ProductPaths.Resolve(typed);
        var rig = RigFile.Load(path);
        var (user, password) = target.Login(parsed, stop);
        using var run = RecordedRun.Open(new RecordRequest(asked.OutDir, typed, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(rig, path, "./harness conformance", asked.Statements.Count);
            await using var broker = await run.ConcludingAsync(() => StartAsync(rig, parsed.GetValue(target.Own), run.Folder, stop), () => run.End(default, stopped: true));
            var login = user is null ? broker.ClientLogin : new BrokerLogin(user, password);
            var gate = (broker as StandAloneBroker)?.Gate; // past it: whether the broker is there, a gate does not tell
            var under = new BrokerUnderTest(gate?.Broker ?? broker.Endpoint) { User = login?.User, Password = login?.Password.ToArray(), Tls = gate?.Options };
            return await JudgeAsync(run, asked, $"the broker of {ProductPaths.Display(path)}", $"--rig {ShellWord.Quote(typed)}", under, stop);
        });
    }

    private static async Task<IMqttBroker> StartAsync(RigFile rig, string? owned, string folder, CancellationToken stop)
    {
        var started = await StartedBroker.StartAsync(rig, owned, folder, stop);
        try
        {
            await BrokerTargetOptions.KnockAsync(started.Endpoint, stop);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }

        if (started.StandsAlone)
        {
            StandardStreams.Error.WriteLine($"{rig.Broker.Kind} listens on {started.Endpoint}");
        }

        return started;
    }

    private static Task<int> JudgeAsync(RecordedRun run, ConformanceRequest asked, string shown, string again, BrokerUnderTest under, CancellationToken stop) =>
        ConformanceJudgement.RunAsync(
            run, asked, new ConformanceSubject("broker", shown, under.Address.ToString(), again), told => ConformanceRun.RunAsync(under, [.. asked.Statements.Cast<BrokerStatement>()], AtOnce, told, stop));
}
