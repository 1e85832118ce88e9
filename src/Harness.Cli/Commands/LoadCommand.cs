using Harness.Cli.Commands.Brokers;
using Harness.Brokers.Conformance;
using Harness.Brokers.Load;
using Harness.Cli.Commands.Load;

namespace Harness.Cli.Commands;

/// <summary><c>harness load</c>: the speed of a broker, or of several side by side.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var target = new BrokerTargetOptions();
        var process = new Option<int?>("--pid") { Description = "process of that broker, where it runs on this machine: for its memory and processor time" };
        var compare = new Option<string?>("--compare") { Description = $"brokers to start here and load in turn, joined by commas: {string.Join(',', LoadBroker.Known)}" };
        var only = new Option<string?>("--only") { Description = $"some of {string.Join(',', LoadPlan.Known)} [default: all]" };
        var seconds = new Option<int>("--seconds") { Description = "measured time of each workload", DefaultValueFactory = _ => 5 };
        seconds.Validators.Add(CommandHost.Between(1, 3600));
        var rounds = new Option<int>("--rounds") { Description = "rounds; in each, every broker has its turn [default: 3 to compare, else 1]" };
        rounds.Validators.Add(CommandHost.Between(1, 100));
        var rate = new Option<int>("--rate") { Description = "messages a second of the latencies", DefaultValueFactory = _ => 2000 };
        rate.Validators.Add(CommandHost.Between(1, 1_000_000));
        var connections = new Option<int>("--connections") { Description = "idle connections", DefaultValueFactory = _ => 1000 };
        connections.Validators.Add(CommandHost.Between(20, 60_000));
        var groups = new Option<string?>("--groups") { Description = "AugPAKE groups of the logins, joined by commas, for brokers that are started here", DefaultValueFactory = _ => "modp2048-q256,p256" };
        var bare = new Option<int?>("--bare-server") { Hidden = true, Description = "port of loopback on which logins are answered with fixed bytes until Ctrl-C: what --compare holds a broker's logins against" };
        var computing = new Option<bool>("--computing") { Hidden = true, Description = "with --bare-server: also makes the exponentiations and hashes of each login" };
        var outDir = new Option<string?>("--out") { Description = "folder for the record and the numbers [default: runs/<time>-<id>]" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var markdown = new Option<bool>("--markdown") { Description = "the table in Markdown" };
        var command = new Command("load",
            """
            Loads a broker and prints messages a second (QoS 0, 1, 2; 64 bytes and 1 KiB; 1 to 100), latencies at a fixed rate, memory of idle connections
            and logins a second. Rates are those that lose nothing: a bounded number of messages is on its way. Latencies count from the time at which a
            message was due, so that a stall shows in all that waited for it. What is compared runs in processes of their own, in turn, round by round, and
            ratios are of one round each: above 1 the first is better. The host's clock; on a busy machine only the ratios mean something. "none" is no
            broker but a relay in this process: what the load itself can do, which nothing measured can exceed. Beside the processor time of an AugPAKE login stand the
            shares of it that two servers without a broker take for the same packets in the same round: one answers with fixed bytes, the other also makes
            the exponentiations that no broker can do without.

            Exit status: 0 measured; 1 a broker lost messages; 2 usage; 3 a broker is not there, closed, or took no bytes for 10 s; 4 a QoS is not offered; 130 aborted.

            Examples:
              ./harness load --compare ours,mosquitto,mqttnet
              ./harness load --compare mosquitto,none --only throughput,latency
              ./harness load --compare ours,mosquitto --only throughput --seconds 2 --rounds 5
              ./harness load --compare ours,mosquitto,mqttnet --seconds 1 --markdown
              ./harness load --broker 127.0.0.1:1883 --only latency --rate 5000 --json
              ./harness load --broker lab-broker:1883 --i-own lab-broker:1883 --user tester --password-file broker.password
              ./harness load --broker lab-broker:8883 --i-own lab-broker:8883 --tls --ca lab-authority.pem --only latency
            """) { process, compare, only, seconds, rounds, rate, connections, groups, bare, computing, outDir, json, markdown };
        target.AddTo(command);
        command.SetAction((parsed, stop) => parsed.GetValue(bare) is { } port ? ServeBareAsync(port, parsed.GetValue(computing), stop) : RunAsync(
            target, parsed, parsed.GetValue(process), Names(parsed.GetValue(compare), "--compare", LoadBroker.Known),
            new LoadPlan(
                Names(parsed.GetValue(only), "--only", LoadPlan.Known) is { Count: > 0 } some ? some : LoadPlan.Known, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rate),
                parsed.GetValue(connections), Names(parsed.GetValue(groups), "--groups", [.. AugPakeGroup.All.Select(g => g.Name)])),
            parsed.GetValue(rounds), parsed.GetValue(outDir), parsed.GetValue(json) ? LoadForm.Json : parsed.GetValue(markdown) ? LoadForm.Markdown : LoadForm.Text, stop));
        return command;
    }

    private static async Task<int> RunAsync(
        BrokerTargetOptions target, ParseResult parsed, int? process, IReadOnlyList<string> compare, LoadPlan plan, int rounds, string? outDir, LoadForm form, CancellationToken stop)
    {
        if (target.IsGiven(parsed) == (compare.Count > 0))
        {
            throw new FormatException("a broker is named by --broker HOST:PORT, or some to start by --compare ours,mosquitto; next: ./harness load --help");
        }

        if (process is { } id && (compare.Count > 0 || !Directory.Exists($"/proc/{id}")))
        {
            throw new FormatException(compare.Count > 0 ? "--pid is the process of --broker, and --compare starts its own" : $"--pid {id} is no process of this machine; next: pgrep -a mosquitto");
        }

        if (compare.Count > 0)
        {
            target.Tls.Refuse(parsed, "--compare starts its own");
        }

        rounds = rounds > 0 ? rounds : compare.Count > 1 ? 3 : 1;
        var (brokers, others) = (new List<LoadBroker>(), new List<LoadBroker>());
        try
        {
            foreach (var name in compare)
            {
                brokers.Add(await LoadBroker.StartAsync(name, plan.Connections, plan.Parts.Contains("logins") ? plan.Groups : [], stop));
            }

            if (compare.Count == 0)
            {
                var found = await target.ResolveAsync(parsed, stop);
                brokers.Add(LoadBroker.At(found.Typed, new BrokerUnderTest(found.Address) { User = found.User, Password = found.Password, Tls = found.Tls, Prefix = "load" }, process));
            }

            if (brokers.Exists(b => b.Identities.Count > 0))
            {
                others.Add(await LoadBroker.StartBareAsync(computes: false, stop));
                others.Add(await LoadBroker.StartBareAsync(computes: true, stop));
                plan = plan with { Bare = (others[0], others[1]) };
            }

            using var run = RecordedRun.Open(new RecordRequest(outDir, null, null, false), null, StandardStreams.Error, []);
            return await RecordedRun.GuardAsync(() => RecordAsync(run, brokers, plan, rounds, form, stop));
        }
        finally
        {
            foreach (var broker in brokers.Concat(others))
            {
                await broker.DisposeAsync();
            }
        }
    }

    private static async Task<int> ServeBareAsync(int port, bool computes, CancellationToken stop)
    {
        SocketThreads.HandleWhatComes();
        await using var server = BareServer.Start(port, LoadBroker.Server, computes);
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        return ExitCodes.Pass;
    }

    private static async Task<int> RecordAsync(RecordedRun run, List<LoadBroker> brokers, LoadPlan plan, int rounds, LoadForm form, CancellationToken stop)
    {
        var all = plan.Measurements().Sum(m => LoadPlan.RoundsOf(m.Name, rounds)) * brokers.Count;
        run.Begin(string.Join(", ", brokers.Select(b => b.Name)), "./harness load", all);
        var record = new LoadRecord(run, all);
        var rows = await run.ConcludingAsync(() => MeasureAsync(record, brokers, plan, rounds, all, stop), () => record.End(stopped: true));
        var numbers = LoadReport.RenderJson(rows, rounds);
        run.Save("load.json", output => output.Write(numbers));
        var finished = record.End(stopped: false);
        string[] names = [.. brokers.Select(b => b.Name)];
        StandardStreams.Out.WriteLine(form switch
        {
            LoadForm.Json => numbers,
            LoadForm.Markdown => LoadReport.RenderMarkdown(rows, names),
            _ => LoadReport.Render(rows, names),
        });
        (form != LoadForm.Text ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
        return finished.ExitCode;
    }

    private static async Task<IReadOnlyList<IGrouping<string, LoadColumn>>> MeasureAsync(
        LoadRecord record, List<LoadBroker> brokers, LoadPlan plan, int rounds, int all, CancellationToken stop)
    {
        var figures = new List<(string Broker, LoadFigure Figure)>();
        var done = 0;
        try
        {
            foreach (var (name, measure) in plan.Measurements())
            {
                foreach (var (round, broker) in from round in Enumerable.Range(1, LoadPlan.RoundsOf(name, rounds)) from broker in brokers select (round, broker))
                {
                    Progress($"{++done}/{all} {name}: {broker.Name}");
                    figures.AddRange((await record.MeasureAsync(name, broker.Name, round, () => measure(broker, stop))).Select(figure => (broker.Name, figure)));
                }
            }
        }
        finally
        {
            Progress("");
        }

        return
        [
            .. from figure in figures
               group figure.Figure by (figure.Figure.Title, figure.Broker) into rows
               select (rows.Key.Title, Column: new LoadColumn(rows.Key.Broker, [.. rows])) into column
               group column.Column by column.Title,
        ];
    }

    private static void Progress(string text)
    {
        if (StandardStreams.ErrorCanRewrite)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine + text);
        }
    }

    private static List<string> Names(string? typed, string option, IReadOnlyList<string> known)
    {
        var names = (typed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        return names.Find(name => !known.Contains(name)) is { } unknown
            ? throw new FormatException($"{option}: there is no '{ForeignText.Escape(unknown, 40)}'; known: {string.Join(", ", known)}; next: ./harness load --help")
            : names;
    }
}
