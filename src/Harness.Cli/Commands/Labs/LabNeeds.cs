namespace Harness.Cli.Commands.Labs;

/// <summary>The request of a run to Slurm, and the machines that have it.</summary>
/// <param name="Gres">The GRES; empty for none.</param>
/// <param name="IsAlone">True where nothing else may run on the machine beside it.</param>
/// <param name="NeedsHardware">True where only a rig with a real board can run it.</param>
/// <param name="Hosts">The machines whose rigs can run it.</param>
/// <param name="Roles">Roles that its features name.</param>
/// <param name="Told">A sentence about rigs that were left out; null for none.</param>
internal sealed record LabRequest(string Gres, bool IsAlone, bool NeedsHardware, IReadOnlyList<string> Hosts, IReadOnlyList<string> Roles, string? Told);

/// <summary>Reads from scenarios, rig by rig, which boards and sensors they need.</summary>
internal sealed class LabNeeds
{
    private readonly LoadedLab _lab;
    private readonly IReadOnlyDictionary<string, string> _kinds;

    /// <param name="lab">The lab.</param>
    /// <param name="kinds">Kinds of boards by role, where the submitter chose them.</param>
    public LabNeeds(LoadedLab lab, IReadOnlyDictionary<string, string> kinds) => (_lab, _kinds) = (lab, kinds);

    /// <summary>The request of a command that names devices by itself: <c>measure --device</c>.</summary>
    /// <param name="words">Devices and roles.</param>
    /// <param name="isAlone">True where it times something.</param>
    /// <exception cref="FormatException">No rig has them.</exception>
    public LabRequest OfDevices(IReadOnlyList<string> words, bool isAlone) =>
        Join(_lab.Rigs.Select(rig => (rig, needs: Of(rig.Rig, words, [], isAlone))), hardware: false, words);

    /// <summary>The request of scenarios.</summary>
    /// <param name="choose">Gives the scenarios that run on a rig.</param>
    /// <exception cref="FormatException">No rig can run them.</exception>
    public LabRequest OfScenarios(Func<RigFile, IReadOnlyList<ScenarioPlan>> choose)
    {
        var vocabulary = SpecFlowHost.Vocabulary();
        var perRig = _lab.Rigs.Select(rig =>
        {
            var assigned = Assigned(rig.Rig);
            return (rig, plans: assigned is null ? [] : choose(assigned), assigned);
        }).ToList();
        var most = perRig.Max(r => r.plans.Count);
        if (most == 0)
        {
            throw new FormatException($"nothing to run on any of the lab's {perRig.Count} rigs; next: ./harness run --list with the same paths and --filter");
        }

        var words = perRig.SelectMany(r => r.assigned is null ? [] : r.plans.SelectMany(plan => ScenarioNeeds.Of(plan, Everything, vocabulary).Words)).Distinct().ToList();
        if (_kinds.Keys.FirstOrDefault(role => !words.Contains(role)) is { } unnamed)
        {
            throw new FormatException($"--matrix: no scenario names {unnamed}{NearestWord.Hint(unnamed, words)}; they name {string.Join(", ", words.Order(StringComparer.Ordinal))}; next: ./harness lab run --help");
        }

        var hardware = perRig.Any(r => r.plans.Any(plan => plan.Tags.Contains("@hardware")));
        if (perRig.First(r => r.plans.Count == most) is var first && UndefinedSteps.Find(first.plans, KnownDevices.Of(Everything)) is { Count: > 0 } undefined)
        {
            throw new FeatureFileException(string.Join('\n', undefined));
        }

        // A rig that would leave scenarios out does not run the same thing.
        return Join(
            perRig.Where(r => r.plans.Count == most).Select(r =>
            {
                var needs = r.plans.Select(plan => ScenarioNeeds.Of(plan, r.assigned!, vocabulary)).ToList();
                return (r.rig, Of(r.assigned!, words, Sensors(r.assigned!, r.plans, needs), needs.Exists(need => need.IsAlone)));
            }),
            hardware, words);
    }

    // Every word that is a device or role in any rig: where one rig lacks it, that rig cannot run the scenario.
    private RigFile Everything => _everything ??= _lab.Rigs[0].Rig with
    {
        Devices = _lab.Rigs.SelectMany(rig => rig.Rig.Devices).GroupBy(d => d.Key).ToDictionary(g => g.Key, g => g.First().Value),
        Roles = _lab.Rigs.SelectMany(rig => rig.Rig.Roles)
            .Concat(_kinds.Keys.Append(BoardRole).Select(role => KeyValuePair.Create(role, _lab.Rigs[0].Rig.Devices.Keys.First()))).GroupBy(r => r.Key).ToDictionary(g => g.Key, g => g.First().Value),
        Pools = new Dictionary<string, IReadOnlyList<string>>(),
    };

    // The word of the features for a board: a lab that has none at all cannot run them.
    private const string BoardRole = "board";

    private RigFile? _everything;

    // The rig with the chosen kinds in their roles; null where it has no such board.
    private RigFile? Assigned(RigFile rig) => LabRoles.Assign(rig, _kinds, LoadedLab.BoardsOf(rig));

    private static IReadOnlyList<string> Sensors(RigFile rig, IReadOnlyList<ScenarioPlan> plans, IReadOnlyList<ScenarioNeeds> needs)
    {
        if (!needs.Any(need => need.ReadsSensors))
        {
            return []; // models are part of each run
        }

        var texts = plans.SelectMany(plan => plan.Steps).Select(step => step.Text).ToList();
        var named = rig.Sensors.Values.Where(sensor => new[] { sensor.Name, sensor.Kind, sensor.Binding?.Name }.OfType<string>().Any(name => texts.Exists(text => text.Contains(name, StringComparison.OrdinalIgnoreCase)))).ToList();
        return [.. (named.Count > 0 ? named : [.. rig.Sensors.Values]).Select(LoadedLab.KindOf)];
    }

    // The GRES on one rig; null where it lacks a device.
    private (string Gres, bool IsAlone)? Of(RigFile rig, IReadOnlyList<string> words, IReadOnlyList<string> sensors, bool isAlone)
    {
        if (LabRoles.Assign(rig, _kinds, LoadedLab.BoardsOf(rig)) is not { } assigned || words.Any(word => assigned.Find(word) is null))
        {
            return null;
        }

        var boards = new HashSet<string>();
        foreach (var word in words)
        {
            var device = assigned.Pools.TryGetValue(word, out var pool) ? pool.FirstOrDefault(name => !boards.Contains(name)) ?? pool[0] : assigned.Find(word)!.Name;
            boards.Add(device);
            if (assigned.Devices.ContainsKey(word))
            {
                // Slurm gives any board of a kind: one that is named is surely among them where all of its kind are.
                boards.UnionWith(LoadedLab.BoardsOf(rig).Where(b => LoadedLab.KindOf(b) == LoadedLab.KindOf(assigned.Devices[word])).Select(b => b.Name));
            }
        }

        var gres = boards.Select(name => assigned.Devices[name]).Where(device => device.Kind == DeviceKind.Serial).Select(LoadedLab.KindOf).GroupBy(kind => kind)
            .Select(kind => $"{SlurmFiles.Board}:{kind.Key}:{kind.Count()}").Order(StringComparer.Ordinal)
            .Concat(sensors.GroupBy(kind => kind).Select(kind => $"{SlurmFiles.Sensor}:{kind.Key}:{kind.Count()}").Order(StringComparer.Ordinal));
        return (string.Join(',', gres), isAlone);
    }

    private LabRequest Join(IEnumerable<(LabRig Rig, (string Gres, bool IsAlone)? Needs)> rigs, bool hardware, IReadOnlyList<string> words)
    {
        var able = rigs.Where(r => r.Needs is not null && (!hardware || r.Rig.Rig.HasHardware)).ToList();
        if (able.Count == 0)
        {
            var known = _lab.Rigs.SelectMany(r => r.Rig.Devices.Keys.Concat(r.Rig.Roles.Keys)).Distinct().Order(StringComparer.Ordinal);
            throw new FormatException($"no rig of lab {_lab.Plan.Name} has {string.Join(" and ", words.Concat(_kinds.Select(k => $"{k.Key} of kind {k.Value}")))}{(hardware ? " with a real board" : "")}; its rigs have {string.Join(", ", known)}; next: ./harness lab rigs");
        }

        // One request for one job: rigs on which the same words are other kinds of boards are another job (--matrix).
        var same = able.GroupBy(r => r.Needs!.Value.Gres).OrderByDescending(group => group.Count()).First().ToList();
        var left = able.Except(same).Select(r => r.Rig.Host).ToList();
        return new LabRequest(
            same[0].Needs!.Value.Gres, same.Exists(r => r.Needs!.Value.IsAlone), hardware, [.. same.Select(r => r.Rig.Host)], [.. words.Where(word => same[0].Rig.Rig.Roles.ContainsKey(word) || _kinds.ContainsKey(word))],
            left.Count == 0 ? null : $"asks for {same[0].Needs!.Value.Gres}; {string.Join(", ", left)} could run it on other kinds of boards: --matrix board=KIND,KIND makes a job of each");
    }
}
