using Gherkin;

namespace Harness.Cli.Tests.Features;

/// <summary>Features in every language of Gherkin.</summary>
public sealed class LanguageTests
{
    private static readonly string[] Kinds = ["given", "when", "then", "and", "but"];

    [TestCaseSource(nameof(Languages))]
    public void Every_keyword_means_what_the_language_says(string language)
    {
        using var work = new WorkFolder();
        var words = Dialects.GetProperty(language);
        string First(string name) => words.GetProperty(name)[0].GetString()!;
        var given = words.GetProperty("given").EnumerateArray().Last().GetString()!; // the star comes first
        foreach (var kind in Kinds)
        {
            foreach (var keyword in words.GetProperty(kind).EnumerateArray().Select(word => word.GetString()!))
            {
                var file = work.Write("one.feature",
                    $"# language: {language}\n{First("feature")}: F\n  {First("background")}:\n    {given}a broker\n  {First("rule")}: R\n    {First("background")}:\n      {given}a tap\n"
                    + $"    {First("scenario")}: S\n      {keyword}a bench\n    {First("scenarioOutline")}: O\n      {keyword}<x>\n      {First("examples")}:\n        | x |\n        | y |\n");
                var plans = FeatureCatalog.Load(file);
                Assert.That(plans.Select(p => p.Steps.Count), Is.EqualTo(new[] { 3, 3 }), keyword);
                var step = plans[0].Steps[2];

                // Some languages use one word for two kinds: the first of them is meant.
                var expected = keyword == "* " ? "*" : Kinds.First(k => words.GetProperty(k).EnumerateArray().Any(word => word.GetString() == keyword));
                Assert.That(step.Keyword, Is.EqualTo(expected).IgnoreCase, keyword);
                Assert.That((step.Written, step.Text), Is.EqualTo((keyword.Trim(), "a bench")));
            }
        }
    }

    [Test]
    public void Every_listed_key_bit_is_tried() => Assert.That(Languages(), Has.Count.GreaterThan(70).And.Member("de").And.Member("zh-CN"));

    [Test]
    public async Task A_German_feature_runs_and_its_unknown_step_is_reported_in_German()
    {
        using var work = new WorkFolder();
        work.Write("f/german.feature", """
            # language: de
            Funktionalität: Anmeldung am Prüfstand

              Regel: Das Kennwort zählt
                Grundlage:
                  Angenommen a broker with enhanced authentication
                  Und host is enrolled at the broker

                Szenario: Das richtige Kennwort
                  Wenn host logs in
                  Dann the login succeeds

                Szenario: Ein falsches Kennwort
                  Aber host was given another password
                  Wenn host logs in
                  Dann the login succeeds
            """.ReplaceLineEndings("\r\n"));
        var ended = await HarnessProcess.RunAsync(work.Path, "run", "f", "--rig", WorkFolder.Posix, "--parallel", "1", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("Dann the login succeeds"));
        var events = work.Record("r");
        Assert.That(events.OfType<ScenarioFinished>().Select(s => s.Verdict), Is.EqualTo(new[] { Verdict.Pass, Verdict.Fail }));
        Assert.That(events.OfType<ScenarioFinished>().Last().Failure!.Phase, Is.EqualTo("then"));
        Assert.That(events.OfType<StepFinished>().Take(4).Select(s => s.Keyword), Is.EqualTo(new[] { "Given", "And", "When", "Then" }));

        work.Write("f/unknown.feature", "# language: de\nFunktionalität: F\n  Szenario: S\n    Wenn der Mond scheint\n");
        var unknown = await HarnessProcess.RunAsync(work.Path, "steps", "--check", "f");
        Assert.That(unknown.Stderr, Does.Contain("unknown.feature:4: no such step: Wenn der Mond scheint").And.Contain("nearest: When"));
    }

    private static readonly JsonElement Dialects = Load();

    private static List<string> Languages() => [.. Dialects.EnumerateObject().Select(language => language.Name)];

    private static JsonElement Load()
    {
        var assembly = typeof(Parser).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("gherkin-languages.json", StringComparison.Ordinal)))!;
        using var parsed = JsonDocument.Parse(stream);
        return parsed.RootElement.Clone();
    }
}
