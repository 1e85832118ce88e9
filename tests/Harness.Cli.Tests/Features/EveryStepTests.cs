namespace Harness.Cli.Tests.Features;

/// <summary>
/// Every step of the vocabulary without its preconditions, from the bindings and with the example that <c>harness steps</c> prints: a missing
/// precondition is unjudgeable, a mistake of the feature's author, and a <c>Then</c> without anything to judge never passes.
/// </summary>
[NonParallelizable]
public sealed partial class EveryStepTests
{
    private static readonly IReadOnlyList<KnownStep> Steps = StepCatalog.Load(FeatureCatalog.Load(ProductPaths.DefaultFeatures));

    // The steps before the step under test, by the name of the scenario.
    private static readonly (string Name, string[] Before, bool ThensOnly)[] States =
    [
        ("alone", [], false),
        ("after an enrolment", [Broker, "Given DEVICE is enrolled at the broker"], true),
        ("after a login", [Broker, "Given DEVICE is enrolled at the broker", "When DEVICE logs in"], true),
        ("after a refused login", [Broker, "Given DEVICE is enrolled at the broker", "Given DEVICE was given another password", "When DEVICE logs in"], true),
    ];

    private const string Broker = "Given a broker with enhanced authentication";
    private static readonly string[] Devices = ["host", "board"];

    private IReadOnlyList<Judged> _ended = [];

    [OneTimeSetUp]
    public void RunAll() => _ended = InProcessRun.Run(Feature(Steps));

    [Test]
    public void Every_step_has_an_example_to_try()
    {
        Assert.That(Steps, Has.Count.GreaterThan(150));
        Assert.That(Steps.Where(s => s.Example is null).Select(s => s.Pattern), Is.Empty);
    }

    [Test]
    [Category("FieldCase")]
    public void No_step_alone_ends_as_a_failure_of_the_device_or_of_the_rig() =>
        Assert.That(_ended.Where(s => s.Plan.Name.EndsWith("alone", StringComparison.Ordinal) && s.Verdict is Verdict.Fail or Verdict.RigError), Is.Empty);

    [Test]
    [Category("FieldCase")]
    public void No_Then_blames_the_rig_whatever_went_before() => Assert.That(_ended.Where(s => s.Verdict == Verdict.RigError), Is.Empty);

    [Test]
    [Category("FieldCase")]
    public void A_Then_passes_only_where_something_was_observed()
    {
        // No step before it used a device, so it may pass only if it asked a device itself.
        var vacuous = _ended.Where(s => s.Verdict == Verdict.Pass && !s.UsedADevice && s.Plan.Steps[^1].Keyword == "Then");
        Assert.That(vacuous, Is.Empty);
    }

    [Test]
    [Category("FieldCase")]
    public void No_exception_of_the_runtime_reaches_a_person() =>
        Assert.That(_ended.Where(s => s.Failure is { } f && Raw().IsMatch($"{f.Item} {f.Expected} {f.Seen}")), Is.Empty);

    [Test]
    public void An_unjudgeable_scenario_names_line_missing_precondition_and_mostly_the_sentence_to_add()
    {
        var unjudgeable = _ended.Where(s => s.Verdict == Verdict.Unjudgeable).ToList();
        Assert.That(unjudgeable, Has.Count.GreaterThan(100));
        Assert.Multiple(() =>
        {
            Assert.That(unjudgeable.Where(s => s.Failure!.At != $"{s.Plan.Feature.DisplayPath}:{s.Plan.Steps[^1].Line}"), Is.Empty);
            Assert.That(unjudgeable.Where(s => s.Failure!.Expected.Length == 0 || s.Failure.Seen.Length == 0), Is.Empty);
            Assert.That(unjudgeable.Count(s => s.Failure!.Add is not null), Is.GreaterThan(unjudgeable.Count * 9 / 10));
        });
    }

    [Test]
    public void A_sentence_that_is_told_to_be_added_is_one_of_the_vocabulary()
    {
        var told = _ended.Select(s => s.Failure?.Add).OfType<string>().Distinct().ToList();
        var unknown = told.Where(add => !Steps.Any(s => add.StartsWith($"{s.Kind} ", StringComparison.Ordinal) && Regex.IsMatch(add[(s.Kind.Length + 1)..], s.Pattern)));
        Assert.That(told, Has.Count.GreaterThan(20));
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Meaningless_words_in_a_step_are_unjudgeable()
    {
        var text = new StringBuilder("Feature: Words that mean nothing\n");
        foreach (var step in Steps.Where(s => s.Example is not null))
        {
            foreach (var nonsense in WithNonsense(step))
            {
                text.Append($"""

                      Scenario: {step.Kind} with nonsense
                        Given a broker that pairs board with host on "lab/climate" using 128-bit keys
                        And a tap on every connection
                        And host and board are logged in
                        {step.Kind} {nonsense}

                    """);
                foreach (var row in step.Table ?? [])
                {
                    text.Append($"          | {string.Join(" | ", row.Select((cell, column) => row == step.Table![0] || column > 1 ? cell : "zzz"))} |\n");
                }
            }
        }

        var judged = InProcessRun.RunAtOnce(text.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(judged.Where(s => s.Verdict == Verdict.RigError || s.Failure is { } f && Raw().IsMatch($"{f.Item} {f.Expected} {f.Seen}")), Is.Empty);
            Assert.That(judged.Count(s => s.Verdict == Verdict.Unjudgeable), Is.GreaterThan(20));
        });
    }

    /// <summary>Gets the example with each free word, one after the other, replaced by nonsense; numbers become 0.</summary>
    private static IEnumerable<string> WithNonsense(KnownStep step)
    {
        var example = With(step, "board");
        var match = Regex.Match(example, step.Pattern);
        foreach (var group in match.Groups.Cast<Group>().Skip(1).Where(g => g.Success && g.Length > 0 && !Devices.Contains(g.Value)))
        {
            foreach (var word in (string[])["zzz", "ZZZ", "0"])
            {
                var text = string.Concat(example.AsSpan(0, group.Index), word, example.AsSpan(group.Index + group.Length));
                if (Regex.IsMatch(text, step.Pattern) && text != example)
                {
                    yield return text;
                }
            }
        }
    }

    /// <summary>A scenario for each step alone, and for each <c>Then</c> after others.</summary>
    internal static string Feature(IReadOnlyList<KnownStep> steps)
    {
        var text = new StringBuilder("Feature: Every step without what it needs\n");
        foreach (var (state, before, thensOnly) in States)
        {
            foreach (var step in steps.Where(s => s.Example is not null && (!thensOnly || s.Kind == "Then")))
            {
                foreach (var sentence in Devices.Select(device => (Device: device, Text: With(step, device))).DistinctBy(s => s.Text))
                {
                    text.Append($"\n  Scenario: {step.Kind} {sentence.Device} {state}\n");
                    foreach (var line in before)
                    {
                        text.Append($"    {line.Replace("DEVICE", sentence.Device, StringComparison.Ordinal)}\n");
                    }

                    text.Append($"    {step.Kind} {sentence.Text}\n");
                    foreach (var row in step.Table ?? [])
                    {
                        text.Append($"      | {string.Join(" | ", row)} |\n");
                    }
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Gets the example with a device that the rig has; unchanged if it would no longer be the same step.</summary>
    private static string With(KnownStep step, string device)
    {
        var text = DeviceWord().Replace(step.Example!, device);
        text = Samples().Replace(text, "over 20 samples");
        return Regex.IsMatch(text, step.Pattern) ? text : step.Example!;
    }

    [GeneratedRegex(@"(?<![\w-""/])(second board|avr1284|avr|external|board|host)(?![\w-""/])")]
    private static partial Regex DeviceWord();

    [GeneratedRegex(@"over \d+ samples")]
    private static partial Regex Samples();

    [GeneratedRegex(@"\w+Exception\b|Object reference|Nullable object|Sequence contains|Value cannot be null|given key|Index was|Non-negative|Specified argument|input string|Parameter '")]
    internal static partial Regex Raw();
}
