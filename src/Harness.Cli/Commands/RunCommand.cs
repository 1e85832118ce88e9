namespace Harness.Cli.Commands;

/// <summary><c>harness run</c>: executes features on a rig and judges them.</summary>
internal static class RunCommand
{
    private sealed record Options(
        IReadOnlyList<string> Paths, string? Rig, string Features, string? Filter, string? Failed, bool List, bool Json, bool Verbose, TimeSpan Limit,
        TimeSpan Wait, int? Parallel, IReadOnlyList<string> Plugins, RecordRequest Record, IReadOnlyList<string> Roles);

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "feature files, folders, or FILE:LINE; default: the folder of --features", Arity = ArgumentArity.ZeroOrMore,
        };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var features = new Option<string>("--features") { Description = "the folder of features [default: features]" };
        var filter = new Option<string?>("--filter") { Description = "tags and words joined by and, or, not, brackets" };
        var record = new RecordOptions();
        var failed = new Option<string?>("--failed") { Description = "run again what did not pass in a run: LAST or its folder; on its rig unless --rig names another" };
        var list = new Option<bool>("--list") { Description = "only list what would run" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout; progress goes to stderr" };
        var verbose = new Option<bool>("--verbose") { Description = "a line for each scenario, and the host's wall time around emulated boards, which says nothing of the boards" };
        var timeout = new Option<int>("--timeout") { Description = "seconds one scenario may take", DefaultValueFactory = _ => 300 };
        timeout.Validators.Add(CommandHost.Between(1, 24 * 3600));
        var parallel = new Option<int?>("--parallel") { Description = "scenarios at once, where they need different devices [default: by devices and cores; 1 on a rig with plugins]", HelpName = "N" };
        parallel.Validators.Add(CommandHost.Between(1, 64));
        var wait = WaitOption.Create();
        var plugin = PluginOption.Create();
        var role = RoleOption.Create();
        var command = new Command("run",
            """
            Executes Gherkin features on a rig and ends with verdicts, numbers and the path of the record.
            Without --filter, scenarios tagged @claims, @measure and @long are left out; @hardware needs a real board.

            Examples:
              ./harness run
              ./harness run features/handshake/login.feature:10
              ./harness run --filter '@req:AUG-5 and not board' --out /tmp/my-run
              ./harness run --rig rigs/pi-bench.yaml --wait 10m --json > result.json
              ./harness run --list
              ./harness run --parallel 1
              ./harness run --watch
              ./harness run features/handshake --role board=avr1284
              ./harness run --failed LAST
              ./harness run --plugin my-lab/bin/my-lab.dll my-lab/features
            """) { paths, rig, features, filter, failed, list, json, verbose, timeout, wait, parallel, plugin, role };
        record.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(failed) is { Tokens.Count: > 0 } && (result.GetResult(paths)?.Tokens.Count > 0 || result.GetResult(features) is { Tokens.Count: > 0 }))
            {
                result.AddError("--failed takes its scenarios from the record: leave PATH and --features out (--filter narrows them)");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(() => RunAsync(
            new Options(
                parsed.GetValue(paths) ?? [], parsed.GetValue(rig),
                parsed.GetValue(features) ?? ProductPaths.DefaultFeatures, parsed.GetValue(filter),
                parsed.GetValue(failed), parsed.GetValue(list), parsed.GetValue(json), parsed.GetValue(verbose),
                TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(wait), parsed.GetValue(parallel), PluginOption.Paths(parsed, plugin), record.Read(parsed, parsed.GetValue(rig)),
                parsed.GetValue(role) ?? []),
            stop), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        // Resolved before this run's own folder becomes the last one.
        var failed = options.Failed is null ? null : FailedScenarios.Load(RecordArgument.Resolve(options.Failed));
        var rigPath = ProductPaths.Resolve(options.Rig ?? failed?.Rig ?? ProductPaths.DefaultRig);
        var rig = RoleOption.Apply(RigFile.Load(rigPath, options.Plugins), options.Roles);
        var drivers = BuiltDrivers.For(rig);
        var catalog = failed?.Plans ?? Catalog(options);
        var filter = options.Filter is null ? null : ScenarioFilter.Parse(options.Filter);
        var (plans, leftOut) = failed?.Choose(filter, rig.HasHardware, rig.HasExternal, rig.HasModelledSensors, rig.HasTlsClient)
            ?? Selection.Choose(catalog, filter, options.Filter, rig.HasHardware, rig.HasExternal, rig.HasModelledSensors, rig.HasTlsClient);
        foreach (var gone in failed?.Gone ?? [])
        {
            await Console.Error.WriteLineAsync($"harness: warning: no longer in the feature files: {ForeignText.Name(gone)}");
        }

        if (options.List)
        {
            return List(plans, leftOut, options.Json);
        }

        if (plans.Count == 0)
        {
            throw new FeatureFileException(
                $"nothing to run: {catalog.Count} scenarios, {(options.Filter is null ? "" : $"none matches --filter '{options.Filter}', ")}"
                + $"{leftOut.Count} left out; next: ./harness run --list");
        }

        var run = new FeatureRun(rig, rigPath, drivers)
        {
            Subject = Subject(options), Request = options.Record with { RigTyped = options.Rig ?? failed?.Rig },
            FeaturePaths = options.Failed is not null ? null : options.Paths.Count == 0 ? [options.Features] : options.Paths,
            Filter = options.Filter, Json = options.Json, Limit = options.Limit, Wait = options.Wait,
            Parallel = options.Parallel, Verbose = options.Verbose,
        };
        var end = await run.RunAsync(plans, leftOut, stop);
        StandardStreams.Out.WriteLine(options.Json ? JsonSummary.Render(end.Result) : ConsoleSummary.Render(end.WithoutPath, end.HasColor, end.Width, options.Verbose));
        end.Progress.WriteLine($"record: {ForeignText.Name(ProductPaths.Display(end.Record))}");
        return end.ExitCode;
    }

    private static string Subject(Options options) => options.Failed is { } failed
        ? $"--failed {failed}"
        : options.Paths.Count == 0
        ? ProductPaths.Display(ProductPaths.Resolve(options.Features), options.Features)
        : string.Join(' ', options.Paths.Select(ShellWord.Quote));

    private static IReadOnlyList<ScenarioPlan> Catalog(Options options)
    {
        if (options.Paths.Count == 0)
        {
            return FeatureCatalog.Load(ProductPaths.Resolve(options.Features), options.Features);
        }

        return [.. options.Paths.SelectMany(FeatureCatalog.LoadTyped).DistinctBy(plan => plan.Id)];
    }

    private static int List(IReadOnlyList<ScenarioPlan> plans, IReadOnlyList<DeselectedScenario> leftOut, bool json)
    {
        if (json)
        {
            var rows = plans.Select(p => new { id = p.Id, feature = p.Feature.Name, name = p.Name, tags = p.Tags, left_out = (string?)null })
                .Concat(leftOut.Select(l => new
                {
                    id = l.Scenario.Id, feature = l.Scenario.Feature.Name, name = l.Scenario.Name, tags = l.Scenario.Tags, left_out = (string?)l.Reason,
                }));
            Console.WriteLine(JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true }));
        }
        else
        {
            foreach (var plan in plans)
            {
                Console.WriteLine($"{ForeignText.Name(plan.Id)}  {ForeignText.Name(plan.Name)}");
            }

            foreach (var left in leftOut)
            {
                Console.WriteLine($"{ForeignText.Name(left.Scenario.Id)}  {ForeignText.Name(left.Scenario.Name)}  (left out: {left.Reason})");
            }

            Console.WriteLine($"{plans.Count} scenarios" + (leftOut.Count > 0 ? $", {leftOut.Count} left out" : ""));
        }

        return plans.Count > 0 ? ExitCodes.Pass : ExitCodes.Usage;
    }
}
