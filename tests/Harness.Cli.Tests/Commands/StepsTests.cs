namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness steps</c>: the step vocabulary as users see it.</summary>
public sealed class StepsTests
{
    private static readonly IReadOnlyList<KnownStep> Steps = StepCatalog.Load(FeatureCatalog.Load(ProductPaths.DefaultFeatures));

    [Test]
    public void Every_step_is_used_by_a_shipped_feature() =>
        Assert.That(Steps.Where(step => step.Example is null).Select(step => $"{step.Kind} {step.Sentence}"), Is.Empty);

    [Test]
    public void Every_example_is_a_sentence_that_its_step_matches_and_stands_where_it_says()
    {
        foreach (var step in Steps.Where(step => step.Example is not null))
        {
            Assert.That(step.Example, Does.Match(step.Pattern));
            var colon = step.Where!.LastIndexOf(':');
            var line = File.ReadLines(Path.Combine(ProductPaths.Root, step.Where[..colon])).ElementAt(int.Parse(step.Where[(colon + 1)..]) - 1);
            Assert.That(line, Does.Match(@"^\s+(Given|When|Then|And|But) "), step.Where);
        }
    }

    [Test]
    public void Sentences_hold_no_remains_of_a_pattern() =>
        Assert.That(Steps.Select(step => step.Sentence), Has.None.Match(@"[\\^$()\[\]?*+]"));

    [TestCase(@"^(second board|[\w.-]+) logs in (\d+) times$", "DEVICE logs in N times")]
    [TestCase(@"^the line (loses|doubles) the (request of|reply to) ([A-Z.]+)$", "the line {loses|doubles} the {request of|reply to} VERB")]
    [TestCase(@"^(second board|[\w.-]+) publishes as much as (?:it|(second board|[\w.-]+)) can$", "DEVICE publishes as much as {it|DEVICE} can")]
    [TestCase("^the wrap (without|with) its first block( twice)?$", "the wrap {without|with} its first block{ twice|}")]
    [TestCase("^\"([^\"]+)\" of x takes (at most .+)$", "\"TEXT\" of x takes at most ...")]
    [TestCase(@"^the ([A-Za-z][\w.-]*) reads an? ([a-z][a-z0-9-]*) within ± (-?\d+(?:\.\d+)?) ([^\s\d""][^\s""]*) of it$", "the SENSOR reads a QUANTITY within ± N UNIT of it")]
    public void A_pattern_reads_as_a_sentence(string pattern, string sentence) =>
        Assert.That(StepSentence.Of(new Regex(pattern)), Is.EqualTo(sentence));

    [Test]
    public void Steps_stand_as_Given_then_When_then_Then() =>
        Assert.That(Steps.Select(step => step.Kind).Aggregate(new List<string>(), (seen, kind) => seen.LastOrDefault() == kind ? seen : [.. seen, kind]),
            Is.EqualTo(new[] { "Given", "When", "Then" }));

    [Test]
    public async Task A_word_chooses_the_steps_that_mention_it()
    {
        using var typed = new TypedCommand();
        var all = await typed.RunAsync("steps", "--json");
        Assert.That(all.ExitCode, Is.Zero, all.ToString());
        using var rows = JsonDocument.Parse(all.Stdout);
        Assert.That(rows.RootElement.GetArrayLength(), Is.EqualTo(Steps.Count));

        var some = await typed.RunAsync("steps", "GARBAGE");
        Assert.That(some.Stdout, Does.Contain("DEVICE talks garbage only").And.Contain("features/resilience/board.feature:").And.Not.Contain("logs in"));
        Assert.That(some.Stdout, Does.Contain("When").And.Contain("Then"));

        var none = await typed.RunAsync("steps", "tapp");
        Assert.That((none.ExitCode, none.Stdout), Is.EqualTo((2, "")), none.ToString());
        Assert.That(none.Stderr, Does.Contain("no step mentions 'tapp'").And.Contain("./harness steps tap"));
    }
}
