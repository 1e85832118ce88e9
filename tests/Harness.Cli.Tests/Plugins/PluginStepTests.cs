using Harness.Cli.Tests.Features;

namespace Harness.Cli.Tests.Plugins;

/// <summary>A plugin's steps without their preconditions, and in a broken world: the rules of every shipped step hold of them too.</summary>
public sealed class PluginStepTests
{
    private const string Broken = """

          Scenario: broken
            Then the air of my-lab has between 30 and 40 degrees
        """;

    private IReadOnlyList<(string Name, string Last, ScenarioFinished End)> _ended = [];

    [OneTimeSetUp]
    public async Task RunEveryStepOfThePlugin()
    {
        var feature = Path.Combine(BuiltPlugin.Folder, "every.feature");
        var text = EveryStepTests.Feature([.. await StepsAsync()]);
        await File.WriteAllTextAsync(feature, text + Broken);
        var ended = await HarnessProcess.RunAloneAsync(BuiltPlugin.Folder, "run", "--rig", "my-lab/rig.yaml", "every.feature", "--out", "every");
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Failed), ended.ToString());
        var plans = FeatureCatalog.Load(feature).ToDictionary(p => p.Name + p.Steps[^1].Text);
        var record = RecordReader.Read(Path.Combine(BuiltPlugin.Folder, "every", "run.jsonl")).ToList();
        var steps = record.OfType<StepFinished>().ToLookup(s => s.Scenario);
        _ended = [.. record.OfType<ScenarioFinished>().Select(s => (s.Name, steps[s.Id].Last().Text, s))];
        Assert.That(_ended, Has.Count.EqualTo(plans.Count).And.Count.GreaterThanOrEqualTo(9));
    }

    [Test]
    public void A_Then_that_judges_nothing_is_unjudgeable_whatever_went_before() => Assert.Multiple(() =>
    {
        var vacuous = _ended.Where(s => s.Last == "nothing of my-lab is judged").ToList();
        Assert.That(vacuous, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(vacuous.Select(s => (s.End.Verdict, s.End.Failure?.Expected)), Is.All.EqualTo((Verdict.Unjudgeable, "something to judge")));
    });

    [Test]
    public void A_Then_that_judges_passes_where_it_holds_and_fails_where_it_does_not() => Assert.Multiple(() =>
    {
        Assert.That(_ended.Where(s => s.Last.Contains("between 10 and 40", StringComparison.Ordinal)).Select(s => s.End.Verdict), Is.Not.Empty.And.All.EqualTo(Verdict.Pass));
        var broken = _ended.Single(s => s.Name == "broken").End;
        Assert.That((broken.Verdict, broken.Failure?.Step, broken.Failure?.Seen), Is.EqualTo((Verdict.Fail, "Then the air of my-lab has between 30 and 40 degrees", "21.5")));
    });

    [Test]
    public void No_step_blames_the_rig_and_no_exception_of_the_runtime_reaches_a_person() => Assert.Multiple(() =>
    {
        Assert.That(_ended.Where(s => s.End.Verdict == Verdict.RigError), Is.Empty);
        Assert.That(_ended.Where(s => s.End.Failure is { } f && EveryStepTests.Raw().IsMatch($"{f.Item} {f.Expected} {f.Seen}")), Is.Empty);
    });

    [Test]
    public void Each_verdict_is_marked_with_the_plugin() =>
        Assert.That(_ended.Where(s => s.End.Plugins?.Contains("my-lab") != true), Is.Empty);

    // The steps that the plugin adds, each with an example from a feature of its own.
    private static async Task<IEnumerable<KnownStep>> StepsAsync()
    {
        var listed = await HarnessProcess.RunAloneAsync(BuiltPlugin.Folder, "steps", "my-lab", "--json", "--plugin", "my-lab/bin/my-lab.dll");
        Assert.That(listed.ExitCode, Is.Zero, listed.ToString());
        var used = FeatureCatalog.Load(Path.Combine(BuiltPlugin.Folder, "my-lab", "features")).SelectMany(StepCatalog.KindsOf).Select(s => s.Step.Text).Append("nothing of my-lab is judged").ToList();
        using var json = JsonDocument.Parse(listed.Stdout);
        return [.. json.RootElement.EnumerateArray().Select(s =>
        {
            var pattern = s.GetProperty("pattern").GetString()!;
            return new KnownStep(s.GetProperty("kind").GetString()!, s.GetProperty("sentence").GetString()!, pattern, used.First(text => Regex.IsMatch(text, pattern)), null, null);
        })];
    }
}
