using System.Text.RegularExpressions;

namespace Harness.Acceptance;

/// <summary>Checks that features/REQUIREMENTS.md and the tags of the scenarios agree.</summary>
public sealed partial class RequirementTests
{
    private const string Prefix = "@req:";
    private static readonly IReadOnlyList<ScenarioPlan> Scenarios = FeatureCatalog.Load(ProductPaths.DefaultFeatures);
    private static readonly List<(string Id, string Source, string Demand)> Listed = Read();

    private static IEnumerable<string> Used => Scenarios.SelectMany(Ids).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> ListedIds => Listed.Select(row => row.Id);

    [Test]
    public void The_list_is_read_and_names_each_id_once()
    {
        Assert.That(Listed, Has.Count.GreaterThanOrEqualTo(20));
        Assert.That(ListedIds, Is.Unique);
    }

    [Test]
    public void Every_scenario_has_at_least_one_requirement() =>
        Assert.That(Scenarios.Where(scenario => !Ids(scenario).Any()).Select(scenario => $"{scenario.Id}  {scenario.Title}"), Is.Empty);

    [Test]
    public void Every_id_that_a_scenario_uses_is_listed() =>
        Assert.That(Used.Except(ListedIds), Is.Empty);

    [Test]
    public void Every_listed_id_has_a_scenario() =>
        Assert.That(ListedIds.Except(Used), Is.Empty);

    [TestCaseSource(nameof(ListedIds))]
    public void An_id_names_sources_of_a_known_form_and_a_demand_of_one_sentence(string id)
    {
        var (_, source, demand) = Listed.Single(row => row.Id == id);
        Assert.That(source.Split(';', StringSplitOptions.TrimEntries), Has.All.Match(Source().ToString()), "RFC section, MQTT 5 section, paper equation or section, or design rule");
        Assert.That(demand, Has.Length.InRange(20, 200).And.EndsWith("."));
    }

    [Test]
    public void Every_section_of_RFC_6628_that_is_named_is_in_its_table_of_contents()
    {
        string[] contents =
            [
                "1", "1.1", "2", "2.1", "2.2", "2.2.1", "2.3", "2.3.1", "2.3.2", "3", "3.1", "3.2", "3.3", "3.3.1", "3.3.2", "3.3.3", "3.4", "3.5", "4", "5", "5.1",
                "5.2", "5.2.1", "5.2.2",
            ];
        const string rfc = "RFC 6628 section ";
        var named = Listed.SelectMany(row => row.Source.Split(';', StringSplitOptions.TrimEntries)).Where(source => source.StartsWith(rfc, StringComparison.Ordinal)).ToList();

        Assert.That(named, Is.Not.Empty);
        Assert.That(named.Select(source => source[rfc.Length..]).Except(contents), Is.Empty);
    }

    private static IEnumerable<string> Ids(ScenarioPlan scenario) =>
        scenario.Tags.Where(tag => tag.StartsWith(Prefix, StringComparison.Ordinal)).Select(tag => tag[Prefix.Length..]);

    private static List<(string Id, string Source, string Demand)> Read() =>
        [.. File.ReadLines(Path.Combine(ProductPaths.DefaultFeatures, "REQUIREMENTS.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 5 && Id().IsMatch(cells[1]))
            .Select(cells => (cells[1], cells[2], cells[3]))];

    [GeneratedRegex(@"^[A-Z]+-\d+$")]
    private static partial Regex Id();

    // The paper prints equations (1) to (9) and sections 1 to 6.
    [GeneratedRegex(@"^(RFC \d+ section \d+(\.\d+)*|MQTT 5 section \d+(\.\d+)*( \[MQTT-\d+(\.\d+)*-\d+\])*|paper (\([1-9]\)((, | and | to )\([1-9]\))*|section [1-6](\.\d+)*)|design rule)$")]
    private static partial Regex Source();
}
