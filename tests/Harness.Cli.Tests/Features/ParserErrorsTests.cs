namespace Harness.Cli.Tests.Features;

/// <summary>Errors of the Gherkin parser, as an author reads them.</summary>
public sealed class ParserErrorsTests
{
    [TestCase("Feature: F\n  Scenario: S\n    Given a bench\n    Wehn host logs in\n", 4, "\"Wehn host logs in\"", "\"When\"")]
    [TestCase("Feature: F\n  Scenario: S\n    Given a bench\n    Adn host logs in\n", 4, "\"Adn host logs in\"", "\"And\"")]
    [TestCase("Feature: F\n  Scenario Outline: S\n    Given <x>\n    Exampels:\n      | x |\n", 4, "\"Exampels:\"", "\"Examples\"")]
    [TestCase("# language: de\nFunktionalität: F\n  Szenario: S\n    Angenommen a bench\n    Wen host logs in\n", 5, "\"Wen host logs in\"", "\"Wenn\"")]
    [TestCase("Feature: F\r\n  Scenario: S\r\n    Given a bench\r\n    Thne host logs in\r\n", 4, "\"Thne host logs in\"", "\"Then\"")]
    public void A_misspelt_keyword_below_a_step_names_line_text_nearest_keyword_and_next_command(string text, int line, string quoted, string nearest) => Assert.That(
        () => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains($"f.feature:{line}: {quoted} is neither a step nor a heading").And.Message.Contains($"nearest known: {nearest}")
            .And.Message.Contains($"next: ${{EDITOR:-nano}} +{line} ").And.Message.Not.Contains("#StepLine"));

    [TestCase("Feature: F\n  Scenario: S\n    Given a bench\n      | a | b |\n      | a |\n", 5)]
    [TestCase("# language: xx\nFeature: F\n", 1)]
    [TestCase("@tag\n", 2)]
    public void Other_errors_name_line_and_next_command_too(string text, int line) => Assert.That(
        () => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains($"f.feature:{line}: ").And.Message.Contains($"+{line} ").And.Message.Not.Contains($"({line}:"));

    private static IReadOnlyList<ScenarioPlan> Load(string text)
    {
        using var work = new Shell.WorkFolder();
        return FeatureCatalog.Load(work.Write("f.feature", text));
    }
}
