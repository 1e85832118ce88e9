using Harness.Adversary.Claims;
using System.CommandLine.Parsing;
using Harness.Cli.Commands.Claims;
using Harness.Reporting.Claims;

namespace Harness.Cli.Commands;

/// <summary><c>harness claims</c>: runs every attack against every scheme, and prints the claims tables.</summary>
internal static class ClaimsCommand
{
    private sealed record Options(
        string? Rig, string? Scheme, Claim? Claim, string? Attack, string? Publisher, string? Subscriber, bool List, bool Costs, bool Json, TimeSpan Limit, TimeSpan Wait, IReadOnlyList<string> Plugins, IReadOnlyList<string> Features, RecordRequest Record);

    private static readonly string[] ClaimChoices = [.. ClaimNames.All.Select(ClaimNames.Word)];

    public static Command Create()
    {
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var scheme = new Option<string?>("--scheme") { Description = $"only this scheme or group: {string.Join(", ", SchemeNames.All)}; {string.Join(", ", SchemeNames.Groups)}" };
        scheme.AcceptOnlyFromAmong([.. SchemeNames.All.Union(SchemeNames.Groups)]);
        var claim = new Option<string?>("--claim") { Description = $"only this claim: {string.Join(", ", ClaimChoices)}" };
        claim.AcceptOnlyFromAmong(ClaimChoices);
        var attack = new Option<string?>("--attack") { Description = "only this attack or finding, by its name in --list" };
        var publisher = new Option<string?>("--publisher") { Description = "the device or role that publishes [default: the rig's board, else its host]" };
        var subscriber = new Option<string?>("--subscriber") { Description = "the device or role that subscribes [default: the rig's host, else one in this process]" };
        var list = new Option<bool>("--list") { Description = "only list attacks and findings: what each decides, from what, on which schemes" };
        var costs = new Option<bool>("--costs") { Description = "only what the schemes cost: Table 4 counted, each message on each device, and flash, RAM (after make -C rigs/firmware footprints) and stack on each board" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout; progress goes to stderr" };
        var record = new RecordOptions();
        var timeout = new Option<int>("--timeout") { Description = "seconds one scenario may take", DefaultValueFactory = _ => 300 };
        timeout.Validators.Add(CommandHost.Between(1, 24 * 3600));
        var wait = WaitOption.Create();
        var plugin = PluginOption.Create();
        var features = new Option<string[]>("--features")
        {
            Description = "a feature file or folder of your own, whose scenarios tagged @claims run beside those of features/claims (may be repeated)", HelpName = "PATH",
        };
        var command = new Command("claims",
            """
            Decides every claim of the published schemes, and of hardened, our repair, by attacks that really run, on the rig's devices, and prints the
            tables: what the paper says, what was expected, what was seen, with the evidence behind every cell. The scenarios are those of features/claims.

            Each attack also runs on its positive control, a deliberately weak setting, where it must win; a cell whose attacks cannot win there is not decided.
            An attack of a plugin decides a cell of its own, which is marked and counted apart; the papers' table stays as it is.
            Beside run.jsonl lie claims.md and, in captures/, what the tap saw of each attack (pcapng, for Wireshark).

            Exit status: 0 every cell is as expected; 1 a cell is not; 3 the rig broke; 4 a cell is not decided (or a cost, where nothing else was asked for); 130 aborted; 2 usage, or a scenario was unjudgeable.

            Examples:
              ./harness claims
              ./harness claims --scheme mqtt-present --claim DI
              ./harness claims --scheme papers
              ./harness claims --rig rigs/pi-bench.yaml --publisher board --subscriber host
              ./harness claims --costs
              ./harness claims --rig my-lab/rig.yaml --features my-lab/features --attack my-lab-eavesdropper
              ./harness claims --list
              ./harness claims --json > claims.json
            """) { rig, scheme, claim, attack, publisher, subscriber, list, costs, json, timeout, wait, plugin, features };
        record.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(costs) is { Implicit: false } && (Given(result, claim) || Given(result, attack)))
            {
                result.AddError("--costs counts and measures, and attacks nothing: leave --claim and --attack out");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(() => RunAsync(
            new Options(
                parsed.GetValue(rig), parsed.GetValue(scheme), parsed.GetValue(claim) is { } word ? ClaimNames.Parse(word) : null, parsed.GetValue(attack),
                parsed.GetValue(publisher), parsed.GetValue(subscriber), parsed.GetValue(list), parsed.GetValue(costs), parsed.GetValue(json),
                TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(wait), PluginOption.Paths(parsed, plugin),
                [.. (parsed.GetValue(features) ?? []).Select(ProductPaths.Resolve)], record.Read(parsed, parsed.GetValue(rig))),
            stop), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        if (options.List)
        {
            _ = BuiltDrivers.Include(options.Rig is { } typed ? RigFile.Load(ProductPaths.Resolve(typed), options.Plugins).Plugins : options.Plugins);
            CheckAttack(options);
            return List(options);
        }

        var rigPath = ProductPaths.Resolve(options.Rig ?? ProductPaths.DefaultRig);
        var rig = RigFile.Load(rigPath, options.Plugins);
        var drivers = BuiltDrivers.For(rig);
        CheckAttack(options);
        var cast = Cast(rig, options);
        IReadOnlyList<string> folders = [Path.Combine(ProductPaths.DefaultFeatures, "claims"), .. options.Features];
        var plans = folders.SelectMany(folder => FeatureCatalog.Load(folder)).Where(s => s.Tags.Contains("@claims")).DistinctBy(s => s.Id).Select(ClaimPlan.Of).Where(p => Wanted(p, options) && (!p.IsAboutBoards || AsksBoards(rig, options))).ToList();
        if (plans.Count == 0)
        {
            throw new FeatureFileException($"nothing to run: {Subject(options)} is the subject of no scenario tagged @claims below {string.Join(", ", folders.Select(ProductPaths.Display))}; next: ./harness claims --list");
        }

        var (run, leftOut) = Selection.Choose(plans.Select(p => p.Scenario), ScenarioFilter.Parse("@claims"), options.Costs ? "@claims @long" : "@claims", rig.HasHardware, rig.HasExternal);
        var features = new FeatureRun(rig, rigPath, drivers)
        {
            Subject = string.Join(", ", folders.Select(ProductPaths.Display)), Request = options.Record, Filter = Subject(options), Json = options.Json, Limit = options.Limit,
            Wait = options.Wait, Cast = cast, Parallel = 1, // every attack has the whole rig
            Preface = ClaimPlan.Preface([.. plans.Where(p => run.Contains(p.Scenario))], whole: options.Attack is null),
        };
        var end = await features.RunAsync(run, leftOut, stop);
        var claims = ClaimsResult.From(end.Result);
        StandardStreams.Out.WriteLine(options.Json
            ? ClaimsJson.Render(claims)
            : ClaimsConsole.Render(claims, end.HasColor, end.Width) + "\n" + ConsoleSummary.Render(end.WithoutPath, end.HasColor, end.Width));
        end.Progress.WriteLine($"record: {ForeignText.Name(ProductPaths.Display(end.Record))}");
        return claims.ExitCode;
    }

    private static bool Wanted(ClaimPlan plan, Options options) =>
        (options.Scheme is null || Schemes(options.Scheme).Contains(plan.Scheme))
        && (!options.Costs || plan.IsAboutCosts)
        && (options.Claim is null || (plan.DecidesACell && plan.IsAbout(options.Claim.Value)))
        && (options.Attack is null || plan.Attack?.Id == options.Attack);

    // The memory of boards is told by --costs alone, as that boots each of them.
    private static bool AsksBoards(RigFile rig, Options options) => options.Costs
        && (options.Publisher is { } publisher ? rig.Find(publisher)?.Kind == DeviceKind.Serial : rig.Devices.Values.Any(d => d.Kind == DeviceKind.Serial));

    private static IReadOnlyList<string> Schemes(string schemeOrGroup) => SchemeNames.All.Contains(schemeOrGroup) ? [schemeOrGroup] : SchemeNames.InGroup(schemeOrGroup);

    private static string Subject(Options options) => string.Join(' ', Words(options)) is { Length: > 0 } words ? words : "everything";

    private static IEnumerable<string> Words(Options options)
    {
        if (options.Scheme is not null)
        {
            yield return $"--scheme {options.Scheme}";
        }

        if (options.Claim is { } claim)
        {
            yield return $"--claim {ClaimNames.Word(claim)}";
        }

        if (options.Attack is not null)
        {
            yield return $"--attack {options.Attack}";
        }

        if (options.Costs)
        {
            yield return "--costs";
        }
    }

    private static RoleAssignment Cast(RigFile rig, Options options)
    {
        foreach (var named in (string?[])[options.Publisher, options.Subscriber])
        {
            if (named is not null && rig.Find(named) is null)
            {
                throw new FormatException(
                    $"no device or role '{named}' in rig {rig.Name}; known: {string.Join(", ", rig.Roles.Keys.Concat(rig.Devices.Keys).Distinct())}; "
                    + $"next: ./harness rig show {ShellWord.Quote(ProductPaths.Display(rig.Path))}");
            }
        }

        return options.Publisher is { } p && options.Subscriber is { } s && rig.Find(p) == rig.Find(s)
            ? throw new FormatException($"--publisher {p} and --subscriber {s} are one device; name two, or leave one out")
            : new RoleAssignment { Publisher = options.Publisher, Subscriber = options.Subscriber };
    }

    private static void CheckAttack(Options options)
    {
        try
        {
            _ = options.Attack is { } id ? Attacks.ById(id) : null;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"{e.Message}; next: ./harness claims --list");
        }
    }

    private static int List(Options options)
    {
        var rows = ClaimPlan.AllAttacks.Where(a =>
            (options.Scheme is null || a.Schemes.Intersect(Schemes(options.Scheme)).Any()) && (options.Claim is null || a.Cell.Claim == options.Claim)
            && (options.Attack is null || a.Id == options.Attack)).ToList();
        if (options.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                rows.Select(a => new
                {
                    attack = a.Id, plugin = a.Plugin, finding = a is Finding, claim = ClaimNames.Word(a.Cell.Claim), aspect = a.Cell.Aspect, schemes = a.Schemes, summary = a.Summary,
                    precondition = a.Precondition, observation = a.Observation, control = a.Control, reference = a.Reference, seed = a.Seed,
                    repair = (a as Finding)?.Repair,
                }),
                new JsonSerializerOptions { WriteIndented = true }));
            return rows.Count > 0 ? ExitCodes.Pass : ExitCodes.Usage;
        }

        foreach (var a in rows)
        {
            Console.Out.WriteLine($"{a.Id}  {(a is Finding ? "finding" : a.Cell.ToString())}{(a.Plugin is { } plugin ? $"  plugin {plugin}" : "")}  ({string.Join(", ", a.Schemes)})");
            Console.Out.WriteLine($"    does      {a.Summary}");
            Console.Out.WriteLine($"    has       {a.Precondition}");
            Console.Out.WriteLine($"    wins if   {a.Observation}");
            Console.Out.WriteLine($"    control   {a.Control}");
            Console.Out.WriteLine($"    source    {a.Reference}");
            if (a is Finding finding)
            {
                Console.Out.WriteLine($"    repair    {finding.Repair}");
            }
        }

        Console.Out.WriteLine($"{rows.Count(a => a is not Finding)} attacks, {rows.Count(a => a is Finding)} findings");
        return rows.Count > 0 ? ExitCodes.Pass : ExitCodes.Usage;
    }

    private static bool Given(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
