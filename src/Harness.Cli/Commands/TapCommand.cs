using Harness.Adversary.Taps;
using Harness.Cli.Commands.Brokers;
using Harness.Cli.Commands.Taps;

namespace Harness.Cli.Commands;

/// <summary><c>harness tap</c>: stands before a broker of the user's own.</summary>
internal static class TapCommand
{
    private const string AllAttacks = "all";

    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = "[ADDRESS:]PORT that devices connect to; 0 takes a free port", Required = true };
        var to = new Option<string>("--to") { Description = "HOST:PORT of the broker", Required = true };
        var own = new Option<string?>("--i-own") { Description = "the same HOST:PORT again, where it leads beyond this machine" };
        var rule = new Option<string[]>("--rule") { Description = "an alteration, such as 'drop publish to-broker nth=3'; may be given again, the first that fits counts", DefaultValueFactory = _ => [] };
        var rules = new Option<string?>("--rules") { Description = "a file of rules, one a line, tried after those of --rule" };
        var attack = new Option<string[]>("--attack") { Description = $"{string.Join(", ", TapAttacks.Names)}, or {AllAttacks}; may be given again", DefaultValueFactory = _ => [] };
        attack.Validators.Add(result =>
        {
            foreach (var wrong in result.Tokens.Select(token => token.Value).Where(name => name != AllAttacks && !TapAttacks.Names.Contains(name)))
            {
                result.AddError($"there is no attack '{wrong}'; there are: {string.Join(", ", TapAttacks.Names)}, {AllAttacks}");
            }
        });
        var tls = new BrokerTlsOptions();
        var link = new LinkOptions();
        var seed = new Option<int>("--seed") { Description = "seed of everything that chance decides", DefaultValueFactory = _ => 1 };
        var limit = LinkOptions.Time("--for", "ends by itself after this time: 60s, 10m");
        var outDir = new Option<string?>("--out") { Description = "the folder for the capture [default: runs/<time>-<id>]" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout at the end; the lines go to stderr" };
        var command = new Command("tap",
            """
            Stands before a broker and passes on what devices say: captures it, alters it by rules, attacks it, and is a slow, lossy or cut link. Devices connect to
            --listen in the broker's place. tap.pcapng (for Wireshark) holds every byte, passwords too, and is readable by you alone. --loss is what TCP
            makes of lost segments, a later arrival; a packet that is gone is the rule drop. Inside a device's TLS it sees no packets: then it is a link alone. With
            --tls devices speak plain MQTT with the tap, and the tap speaks TLS with the broker.

            Rules: drop|repeat|swap|close|hold PACKET, flip|cut|replace FIELD, then to-broker, to-client, topic=FILTER, client=ID, nth=N, chance=P%. With --attack it
            judges logins and messages from the wire, cutting connections so that devices come again, and ends when all are judged; a run record then lies
            beside the capture.

            Exit status: 0 ended, every attack failed; 1 an attack won; 2 usage, or a full disk; 3 no broker there, or the port is taken; 4 no login came for an attack, or what came showed nothing; 130 stopped before all were judged.

            Examples:
              ./harness tap --listen 1884 --to 127.0.0.1:1883
              ./harness tap --listen 1884 --to 127.0.0.1:1883 --delay 300ms --loss 5% --seed 7 --for 10m
              ./harness tap --listen 1884 --to 127.0.0.1:1883 --rule 'flip payload to-client topic=plant/#' --rule 'drop puback chance=10%'
              ./harness tap --listen 1884 --to lab-broker:8883 --i-own lab-broker:8883 --tls --ca lab-authority.pem
              ./harness tap --listen 0.0.0.0:1884 --to lab-broker:1883 --i-own lab-broker:1883 --attack all --json
            """) { listen, to, own, rule, rules, attack };
        tls.AddTo(command);
        link.AddTo(command);
        foreach (var option in new Option[] { seed, limit, outDir, json })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            var names = parsed.GetValue(attack)!;
            var (typed, random) = (parsed.GetValue(to)!, parsed.GetValue(seed));
            var plan = new TapPlan(
                TapPlan.ParseListen(parsed.GetValue(listen)!), typed, await OwnedAddress.ResolveAsync(typed, parsed.GetValue(own), stop), link.Of(parsed, random),
                Rules(parsed.GetValue(rule)!, parsed.GetValue(rules), random),
                [.. (names.Contains(AllAttacks) ? TapAttacks.Names : TapAttacks.Names.Intersect(names)).Select(TapAttacks.Create)],
                parsed.GetValue(limit) is { Ticks: > 0 } time ? time : null);
            await using var gate = await tls.ReachAsync(parsed, plan.Broker, typed, stop) is { } options ? TlsGate.Open(plan.Broker, options) : null;
            plan = plan with
            {
                Broker = gate?.Endpoint ?? plan.Broker, Gate = gate,
                Again = (parsed.GetValue(own) is { } again ? $" {own.Name} {ShellWord.Quote(again)}" : "") + tls.Again(parsed),
            };
            return await RunAsync(plan, parsed.GetValue(outDir), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static List<TapRule> Rules(string[] typed, string? file, int seed)
    {
        var rules = typed.Select((text, index) => TapRule.Parse(text, unchecked(seed + index))).ToList();
        if (file is not null)
        {
            try
            {
                rules.AddRange(TapRule.ParseAll(File.ReadAllLines(ProductPaths.Resolve(file)), unchecked(seed + rules.Count)));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{file}, {e.Message}", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FormatException($"--rules {file} cannot be read ({e.Message}); next: ls -l {ShellWord.Quote(file)}", e);
            }
        }

        return rules;
    }

    private static async Task<int> RunAsync(TapPlan plan, string? outDir, bool json, CancellationToken stop)
    {
        if (!IPAddress.IsLoopback(plan.Listen.Address))
        {
            Console.Error.WriteLine($"harness: warning: listening beyond this machine, on {plan.Listen}: whoever reaches it reaches the broker");
        }

        await using var port = RunningTap.Bind(plan);
        if (plan.Attacks.Count == 0)
        {
            var report = await TapAsync(plan, port, RunFolder.Create(outDir), json, _ => { }, stop);
            StandardStreams.Out.WriteLine(json ? report.RenderJson() : report.Render());
            return ExitCodes.Pass;
        }

        using var run = RecordedRun.Open(new RecordRequest(outDir, null, null, false), null, StandardStreams.Error, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(plan.Typed, "./harness tap", plan.Attacks.Count);
            var record = new TapRecord(run, plan);
            var report = await run.ConcludingAsync(() => TapAsync(plan, port, run.Folder, json, record.Add, stop));
            run.Keep(RunningTap.FileName);
            var finished = record.End(stop.IsCancellationRequested && report.Findings.Any(f => f.Verdict == Verdict.Inconclusive));
            StandardStreams.Out.WriteLine(json ? report.RenderJson() : report.Render());
            (json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
            return finished.ExitCode;
        });
    }

    private static async Task<TapReport> TapAsync(TapPlan plan, TapPort port, string folder, bool json, Action<Harness.Adversary.Taps.TapFinding> found, CancellationToken stop)
    {
        // Ends before the report is printed, so that no line comes after it.
        using var lines = new LogLines(json ? Console.Error : Console.Out, Console.Error);
        return await RunningTap.RunAsync(plan, port, folder, lines, found, stop);
    }
}
