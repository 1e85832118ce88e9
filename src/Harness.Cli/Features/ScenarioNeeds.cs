using TechTalk.SpecFlow.Bindings.Reflection;

namespace Harness.Cli.Features;

/// <summary>The parts of a rig that a scenario uses, by its sentences: scenarios that use different ones can run beside each other.</summary>
/// <param name="IsAlone">True for a scenario that has the whole rig: its steps do not name their devices, or time them on a clock that load can change.</param>
/// <param name="Words">The devices and roles that its sentences name.</param>
/// <param name="ReadsSensors">True where it may read a sensor.</param>
internal sealed record ScenarioNeeds(bool IsAlone, IReadOnlyList<string> Words, bool ReadsSensors)
{
    private static readonly string[] SensorWords = ["read", "sensor", "input"];

    /// <summary>Reads the needs of a scenario.</summary>
    public static ScenarioNeeds Of(ScenarioPlan plan, RigFile rig, IReadOnlyList<IStepDefinitionBinding> vocabulary)
    {
        var words = new List<string>();
        var timed = new List<IReadOnlyList<string>>();
        var isAlone = false;
        foreach (var (kind, step, _) in StepCatalog.KindsOf(plan))
        {
            if (vocabulary.FirstOrDefault(v => v.StepDefinitionType == kind && v.Regex?.IsMatch(step.Text) == true) is not { } binding)
            {
                continue; // it ends the scenario as unjudgeable, and uses nothing
            }

            var named = StepPatternWords.Of(binding).Devices(step.Text).Where(word => rig.Find(word) is not null).ToList();
            words.AddRange(named);
            var steps = (binding.Method.Type as RuntimeBindingType)?.Type;
            isAlone |= steps is null || steps.Assembly != typeof(RunEnvironment).Assembly || steps.IsDefined(typeof(WholeRigAttribute), inherit: false);
            if (steps?.IsDefined(typeof(TimedAttribute), inherit: false) == true)
            {
                timed.Add(named);
            }
        }

        IReadOnlyList<string> used = [.. words.Distinct()];
        isAlone |= timed.Any(named => !(named.Count > 0 ? named : used).All(word => IsExact(rig.Find(word)!)));
        var reads = rig.Sensors.Values.Any(s => s.Driver != "model")
            && plan.Steps.Any(step => SensorWords.Any(word => step.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));
        return new ScenarioNeeds(isAlone, used, reads);
    }

    private static bool IsExact(DeviceEntry device) => device.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
}
