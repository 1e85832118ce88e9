namespace Harness.Cli.Commands.Labs;

/// <summary>A run that was handed to Slurm.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Order">Its order.</param>
/// <param name="Job">The number of its job.</param>
internal sealed record SubmittedRun(LabRun Run, LabOrder Order, long Job);

/// <summary>Turns a command line into a job.</summary>
internal static class LabSubmission
{
    private static readonly string[] _commands = ["run", "claims", "measure", "baseline"];
    private static readonly string[] _chosenByTheLab = ["--rig", "--out", "--list", "--failed", "--wait"];

    // What belongs to the submitter's machine, with the way to the same end.
    private static readonly Dictionary<string, string> _stays = new()
    {
        ["--sign"] = "a private key does not travel to the lab's machines: sign the record when it is there; next: ./harness report --help",
        ["--watch"] = "the page of a run is served on the machine that runs it, and to it alone: leave it out; next: ./harness lab list, or the report in the run's folder",
    };

    // What a run may know of its submitter's environment: no secret that happens to stand there travels through Slurm's files.
    private static readonly string[] _exported = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "PGPASSFILE", "XDG_STATE_HOME"];

    /// <summary>Reads the words behind <c>lab run</c>: a command and its options, <c>run</c> where none is named.</summary>
    /// <exception cref="FormatException">The command does not take them.</exception>
    public static (IReadOnlyList<string> Words, ParseResult Parsed) Read(IReadOnlyList<string> typed)
    {
        IReadOnlyList<string> words = typed.Count > 0 && _commands.Contains(typed[0]) ? typed : ["run", .. typed];
        var parsed = CommandTree.Create([.. words]).Parse(words, CommandTree.Parsing);
        if (parsed.Errors.Count > 0)
        {
            throw new FormatException($"{parsed.Errors[0].Message}; next: ./harness {NextCommand.Path(parsed.CommandResult)} --help");
        }

        foreach (var option in parsed.CommandResult.Children.OfType<System.CommandLine.Parsing.OptionResult>().Where(o => !o.Implicit))
        {
            if (_chosenByTheLab.Contains(option.Option.Name))
            {
                throw new FormatException($"{option.Option.Name} is the lab's to choose: leave it out; next: ./harness lab run --help");
            }

            if (_stays.TryGetValue(option.Option.Name, out var why))
            {
                throw new FormatException($"{option.Option.Name}: {why}");
            }
        }

        RefuseLostFiles(words, parsed);
        return (words, parsed);
    }

    // A baseline is read from a file of the submitter's; where one is kept, the lab's folder of the rig takes it.
    private static void RefuseLostFiles(IReadOnlyList<string> words, ParseResult parsed)
    {
        foreach (var file in LabInput.Typed(parsed, "--file"))
        {
            if (words.Contains("set"))
            {
                throw new FormatException("--file: the lab keeps the baselines of each rig in its shared folder, and later runs on the rig find them: leave it out; next: ./harness lab run --help");
            }

            if (!File.Exists(ProductPaths.Resolve(file)))
            {
                throw new FormatException($"--file: {ForeignText.Name(file)} is no file; next: ls -l {ShellWord.Quote(file)}");
            }
        }
    }

    /// <summary>Gets what a command needs.</summary>
    public static LabRequest Request(LoadedLab lab, ParseResult parsed, IReadOnlyDictionary<string, string> kinds)
    {
        // Steps and drivers of the submitter's plugins, and of the rigs'; the same one may lie on several machines.
        BuiltDrivers.Include([.. LabInput.Typed(parsed, "--plugin").Select(ProductPaths.Resolve).Concat(lab.Rigs.SelectMany(rig => rig.Rig.Plugins)).DistinctBy(Path.GetFileName)]);
        var needs = new LabNeeds(lab, kinds);
        var command = parsed.CommandResult.Command;
        string? Value(string option) => command.Options.FirstOrDefault(o => o.Name == option) is { } found && parsed.GetResult(found) is { Implicit: false, Tokens: [var token, ..] } ? token.Value : null;
        if (command.Name == "run")
        {
            var paths = parsed.GetResult(command.Arguments[0])?.Tokens.Select(token => token.Value).ToList() ?? [];
            var features = Value("--features") ?? ProductPaths.DefaultFeatures;
            var catalog = paths.Count == 0 ? FeatureCatalog.Load(ProductPaths.Resolve(features), features) : [.. paths.SelectMany(FeatureCatalog.LoadTyped).DistinctBy(plan => plan.Id)];
            var filter = Value("--filter");
            return needs.OfScenarios(rig => Selection.Choose(catalog, filter is null ? null : ScenarioFilter.Parse(filter), filter, rig.HasHardware, rig.HasExternal, rig.HasModelledSensors, rig.HasTlsClient).Run);
        }

        // What times something has its rig alone, and so has what attacks a whole rig.
        List<string> typed = [.. new[] { Value("--device"), Value("--publisher"), Value("--subscriber") }.OfType<string>()];
        if (command.Name != "claims" && kinds.Keys.FirstOrDefault(role => !typed.Contains(role)) is { } unnamed)
        {
            throw new FormatException($"--matrix: the command does not name {unnamed}; next: ./harness lab run --matrix {unnamed}=KIND,KIND ... --device {unnamed}");
        }

        string[] named = [.. typed.Concat(kinds.Keys).Distinct()];
        return needs.OfDevices(named, isAlone: true);
    }

    /// <summary>Makes the folder of a run and hands it to Slurm.</summary>
    /// <exception cref="FormatException">Slurm refuses it.</exception>
    public static SubmittedRun Submit(LoadedLab lab, IReadOnlyList<string> words, ParseResult parsed, LabRequest request, IReadOnlyDictionary<string, string> kinds, CancellationToken stop)
    {
        var name = $"{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        var run = new LabRun(Path.Combine(lab.Plan.Runs, name));
        Directory.CreateDirectory(run.Input);
        var order = new LabOrder
        {
            Run = name, Words = LabInput.Copy(words, parsed, run.Input), Lab = lab.Plan.File, Hosts = request.Hosts, Kinds = kinds, Roles = request.Roles, At = DateTimeOffset.UtcNow, User = Environment.UserName,
        };
        run.Write(order);
        var slurm = new SlurmClient(lab.Plan);
        var others = lab.Plan.Nodes.Select(node => node.Host).Except(request.Hosts).ToList();
        List<string> arguments =
        [
            "--parsable", $"--job-name={name}", $"--output={Escape(run.Output)}", $"--error={Escape(run.Error)}", "--open-mode=append", $"--chdir={run.Input}", "--export=ALL",
        ];
        arguments.AddRange(request.Gres.Length > 0 ? [$"--gres={request.Gres}"] : []);
        arguments.AddRange(request.IsAlone ? ["--exclusive"] : []);
        arguments.AddRange(others.Count > 0 ? [$"--exclude={string.Join(',', others)}"] : []);

        // A list of variables for --export would make each machine start a login shell of the owner's first, which takes seconds: sbatch has no others instead.
        var answer = slurm.Run("sbatch", arguments, stop, JobScript.Of(lab.Plan, run, request.Hosts), _exported);
        if (answer.ExitCode != 0 || !long.TryParse(answer.Output.Split(';')[0].Trim(), CultureInfo.InvariantCulture, out var job))
        {
            Directory.Delete(run.Path, recursive: true);
            throw new FormatException($"Slurm did not take the run: {answer.Problem}; next: ./harness lab config {ShellWord.Quote(ProductPaths.Display(lab.Plan.File))} --check");
        }

        File.WriteAllText(run.JobFile, job.ToString(CultureInfo.InvariantCulture));
        return new SubmittedRun(run, order, job);
    }

    // Slurm replaces %j and the like in names of files.
    private static string Escape(string path) => path.Replace("%", "%%", StringComparison.Ordinal);
}
