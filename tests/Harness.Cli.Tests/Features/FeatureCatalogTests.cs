using Harness.Cli.Features;

namespace Harness.Cli.Tests.Features;

public sealed class FeatureCatalogTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("features with a space ").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

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

    [TestCase("Feature: F\n  Rule: R\n    Scenario: S\n      Given x\n", ":2")]
    [TestCase("Feature: F\n  Scenario Outline: S\n    Given <x>\n", "would never run")]
    [TestCase("Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      | x |\n", "would never run")]
    [TestCase("Scenario: S\n", "1:1")]
    [TestCase("", "holds no feature")]
    public void What_would_silently_not_run_is_an_error(string text, string says)
    {
        Assert.That(() => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains(says));
    }

    [Test]
    public void A_missing_path_names_the_next_command()
    {
        Assert.That(() => FeatureCatalog.Load(Path.Combine(folder, "none")),
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
        var file = Path.Combine(folder, "one.feature");
        File.WriteAllText(file, text);
        return FeatureCatalog.Load(folder);
    }
}
