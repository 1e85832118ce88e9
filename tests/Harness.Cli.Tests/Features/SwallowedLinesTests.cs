namespace Harness.Cli.Tests.Features;

/// <summary>Lines that Gherkin takes for a description although their author meant steps or headings.</summary>
public sealed class SwallowedLinesTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("harness swallowed ").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [TestCase("Givn host was given another password", "Given host was given another password")]
    [TestCase("Givne the moon is full", "Given the moon is full", Description = "a sentence that nobody knows, behind a near keyword")]
    [TestCase("Wehn the moon is full", "When the moon is full")]
    [TestCase("Thne the moon is full", "Then the moon is full")]
    [TestCase("Adn the moon is full", "And the moon is full")]
    [TestCase("Andd the moon is full", "And the moon is full")]
    [TestCase("Btu the moon is full", "But the moon is full")]
    [TestCase("Given: the moon is full", "Given the moon is full")]
    [TestCase("given the moon is full", "Given the moon is full")]
    [TestCase("host logs in", "When host logs in", Description = "the keyword was forgotten")]
    [TestCase("- host logs in", "When host logs in")]
    [TestCase("Suppose host logs in", "When host logs in", Description = "a word that is no keyword, before a known sentence")]
    [TestCase("Backgroud:", "Background:")]
    [TestCase("Exampels:", "Examples:")]
    [TestCase("Senario: another", "Scenario: another")]
    [TestCase("scenario: another", "Scenario: another")]
    [TestCase("Scenario another", "Scenario: another")]
    [TestCase("Scenario Outline another", "Scenario Outline: another")]
    [TestCase("Rul: another", "Rule: another")]
    [TestCase("Background", "Background:")]
    public void A_line_meant_otherwise_is_refused_below_every_heading_with_its_line_and_the_nearest(string line, string nearest)
    {
        foreach (var (text, number) in new (string, int)[]
        {
            ($"Feature: F\n\n\n  {line}\n\n  # a comment\n  Scenario: S\n    Given a bench\n", 4),
            ($"Feature: F\n  Some prose first.\n  {line}\n  Scenario: S\n    Given a bench\n", 3),
            ($"Feature: F\n  Background:\n    {line}\n    Given a bench\n  Scenario: S\n    Given a bench\n", 3),
            ($"Feature: F\n  Rule: R\n    {line}\n    Scenario: S\n      Given a bench\n", 3),
            ($"Feature: F\n  Scenario: S\n    {line}\n    Given a bench\n", 3),
            ($"Feature: F\r\n  Scenario: S\r\n    {line}\r\n    Given a bench\r\n", 3),
            ($"Feature: F\n  Rule: R\n    Scenario: S\n      {line}\n      Given a bench\n", 4),
            ($"Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      {line}\n      | x |\n      | a |\n", 5),
        })
        {
            Assert.That(() => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains($"one.feature:{number}: ")
                .And.Message.Contains(line).And.Message.Contains($"nearest: {nearest}\n"), text);
        }
    }

    [TestCase("# language: de\nFunktionalität: F\n  Szenario: S\n    Wen der Mond scheint\n    Dann x\n", ":4", "Wenn der Mond scheint")]
    [TestCase("# language: de\nFunktionalität: F\n  Szenairo: S\n  Szenario: T\n    Dann x\n", ":3", "Szenario: S")]
    [TestCase("# language: fr\nFonctionnalité: F\n  Scénario: S\n    Étant doné que host logs in\n    Alors x\n", ":4", "Étant donné que host logs in")]
    [TestCase("# language: ja\n機能: F\n  シナリオ: S\n    host logs in\n    前提x\n", ":4", "host logs in")]
    [TestCase("Feature: F\n  Scenario: S\n    Wenn host logs in\n    Then x\n", ":3", "When host logs in", Description = "the language line was forgotten")]
    public void The_keywords_are_those_of_the_features_language(string text, string place, string nearest)
    {
        Assert.That(() => Load(text), Throws.TypeOf<FeatureFileException>().With.Message.Contains($"one.feature{place}: ").And.Message.Contains(nearest));
    }

    [TestCase("Given the moon is full")]
    [TestCase("Then the login succeeds")]
    public void A_step_whose_scenario_is_missing_is_refused(string step) =>
        Assert.That(() => Load($"Feature: F\n  {step}\n  Scenario: S\n    Given a bench\n"), Throws.TypeOf<FeatureFileException>().With.Message.Contains(":2: "));

    [Test]
    public void Every_line_is_told_at_once() =>
        Assert.That(() => Load("Feature: F\n  Scenario: S\n    Givn x is\n    and host logs in\n    Given a bench\n"),
            Throws.TypeOf<FeatureFileException>().With.Message.Contains(":3: ").And.Message.Contains(":4: "));

    [TestCase("The broker refuses what it does not know.")]
    [TestCase("They never meet. Gives nothing away.")]
    [TestCase("As a lab engineer\n  I want to see it\n  So that I sleep")]
    [TestCase("In order to sleep, a long line is wrapped where it is full\n  and goes on with a word that is also a keyword,\n  then ends.")]
    [TestCase("Examples of attacks: many.\n  Note: nothing. Role: publisher. Stability: good.")]
    [TestCase("Nothing of 6 bytes or more is a client's own.")]
    [TestCase("Any board will do; an echo is no reply.")]
    public void A_line_of_prose_is_no_step(string prose) =>
        Assert.That(Load($"Feature: F\n  {prose}\n\n  Scenario: S\n    {prose}\n    Given a bench\n"), Has.Count.EqualTo(1));

    private IReadOnlyList<ScenarioPlan> Load(string text)
    {
        var file = Path.Combine(_folder, "one.feature");
        File.WriteAllText(file, text);
        return FeatureCatalog.Load(file);
    }
}
