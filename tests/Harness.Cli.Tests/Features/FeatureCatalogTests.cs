namespace Harness.Cli.Tests.Features;

public sealed class FeatureCatalogTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("features with a space ").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void An_outline_becomes_one_scenario_a_row_with_its_values_filled_in_once()
    {
        var plans = Load("""
            @f
            Feature: F
              Background:
                Given a bench
              @s
              Scenario Outline: <who> logs in
                When <who> logs in with <end>
                  | a     | b |
                  | <who> | c |
                @late
                Examples:
                  | who   | end        |
                  | host  | nothing    |
                  | board | <who> end |
            """);
        Assert.That(plans, Has.Count.EqualTo(2));
        Assert.That(plans[0].Name, Is.EqualTo("host logs in [host, nothing]"));
        Assert.That(plans[0].Tags, Is.EqualTo(new[] { "@f", "@s", "@late" }));
        Assert.That(plans[0].Steps.Select(step => step.Text), Is.EqualTo(new[] { "a bench", "host logs in with nothing" }));
        Assert.That(plans[0].Steps[1].Table![1][0], Is.EqualTo("host"));
        Assert.That(plans[1].Steps[1].Text, Is.EqualTo("board logs in with <who> end"));
        Assert.That(plans[0].Id, Does.EndWith(":13"));
        Assert.That(plans[1].Id, Does.EndWith(":14"));
    }

    [Test]
    public void Windows_line_endings_change_nothing()
    {
        var text = "Feature: F\n  Scenario: S\n    Given a bench\n";
        var unix = Load(text);
        var windows = Load(text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.That(windows.Select(p => (p.Id, p.Name, p.Steps[0].Text)), Is.EqualTo(unix.Select(p => (p.Id, p.Name, p.Steps[0].Text))));
    }

    [TestCase("Feature: F\n  Rule: R\n    Scenario: S\n", ":3")]
    [TestCase("# language: xx\nFeature: F\n", "xx")]
    [TestCase("Scenario: S\n", ":1: ")]
    [TestCase("", "holds no feature")]
    public void A_scenario_that_would_silently_not_run_is_an_error(string text, string says)
    {
        Assert.That(() => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains(says));
    }

    [Test]
    public void An_outline_without_examples_is_an_error(
        [Values(
            "# language: de\nFunktionalität: F\n  Szenariogrundriss: S\n    Angenommen <x>\n",
            "Feature: F\n  Scenario Outline: S\n    Given <x>\n",
            "Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      | x |\n")] string text) =>
        A_scenario_that_would_silently_not_run_is_an_error(text, "would never run");

    [Test]
    public void A_rule_adds_its_background_behind_the_features_and_its_tags_to_its_scenarios_alone()
    {
        var plans = Load("""
            @f
            Feature: F
              Background:
                Given a bench
              Scenario: before
                When x
              @r
              Rule: one
                Background:
                  Given a broker
                  And a tap
                @s
                Scenario: in one
                  When y
                Scenario Outline: rows in one
                  When <z>
                  @e
                  Examples:
                    | z |
                    | a |
              Rule: two
                Scenario: in two
                  When w
            """);
        string[] Steps(int i) => [.. plans[i].Steps.Select(s => s.Text)];
        Assert.That(plans.Select(p => p.Title), Is.EqualTo(new[] { "before", "in one", "rows in one", "in two" }));
        Assert.That(Steps(0), Is.EqualTo(new[] { "a bench", "x" }));
        Assert.That(Steps(1), Is.EqualTo(new[] { "a bench", "a broker", "a tap", "y" }));
        Assert.That(Steps(2), Is.EqualTo(new[] { "a bench", "a broker", "a tap", "a" }));
        Assert.That(Steps(3), Is.EqualTo(new[] { "a bench", "w" }));
        Assert.That(plans.Select(p => string.Join(' ', p.Tags)), Is.EqualTo(new[] { "@f", "@f @r @s", "@f @r @e", "@f" }));
        Assert.That(Selection.At(plans, 14, "f:14").Single().Title, Is.EqualTo("in one"));
        Assert.That(Selection.At(plans, 22, "f:22").Single().Title, Is.EqualTo("in two"));
    }

    [Test]
    public void A_file_in_another_encoding_is_refused_with_line_and_column()
    {
        var file = Path.Combine(_folder, "latin.feature");
        File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes("Feature: F\r\n  Scenario: S\r\n    Given a bench f\u00fcr x\r\n"));
        Assert.That(() => FeatureCatalog.Load(_folder), Throws.TypeOf<FeatureFileException>()
            .With.Message.Contains("latin.feature:3:20: is not UTF-8").And.Message.Contains("0xfc").And.Message.Contains("next: iconv"));
    }

    [Test]
    public void A_file_that_was_typed_from_a_folder_beside_is_named_as_it_was_typed()
    {
        Load("Feature: F\n  Scenario: S\n    Given a bench\n");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder);
        Assert.That(FeatureCatalog.Load(_folder, relative).Single().Id, Is.EqualTo($"{relative}/one.feature:2"));
        Assert.That(FeatureCatalog.Load(_folder, _folder).Single().Id, Is.EqualTo($"{_folder}/one.feature:2"));
    }

    [Test]
    public void A_missing_path_names_the_next_command()
    {
        Assert.That(() => FeatureCatalog.Load(Path.Combine(_folder, "none")),
            Throws.TypeOf<FeatureFileException>().With.Message.Contains("./harness run --list"));
    }

    [TestCase(3, 1)]
    [TestCase(4, 1)]
    [TestCase(6, 2)]
    [TestCase(7, 2)]
    [TestCase(9, 2)]
    [TestCase(10, 1)]
    [TestCase(11, 1)]
    public void A_line_means_its_scenario_its_whole_outline_or_its_row(int line, int expected)
    {
        var plans = Load("""
            Feature: F

              Scenario: Plain
                Given a bench

              Scenario Outline: Rows
                Given <x>
                Examples:
                  | x |
                  | a |
                  | b |
            """);
        Assert.That(Selection.At(plans, line, "f:1"), Has.Count.EqualTo(expected));
    }

    [Test]
    public void A_line_outside_every_scenario_is_an_error()
    {
        var plans = Load("Feature: F\n\n  Scenario: S\n    Given a bench\n");
        Assert.That(() => Selection.At(plans, 1, "f.feature:1"), Throws.TypeOf<FeatureFileException>().With.Message.Contains("f.feature:1"));
    }

    private IReadOnlyList<ScenarioPlan> Load(string text)
    {
        var file = Path.Combine(_folder, "one.feature");
        File.WriteAllText(file, text);
        return FeatureCatalog.Load(_folder);
    }
}
