namespace Harness.Cli.Tests.Features;

/// <summary>Features and rigs from the field that once got a wrong outcome. tests/FIELD.md lists them all, with the tests elsewhere.</summary>
[Category("FieldCase")]
[NonParallelizable]
public sealed partial class FieldCaseTests
{
    private const string Good = """
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            When host logs in
            Then the login succeeds
        """;

    [Test]
    public void Words_that_mean_no_rule_are_the_authors_slip_also_where_the_tap_has_rules()
    {
        var ended = InProcessRun.Run("""
            Feature: Rules

              Scenario: misspelt
                Given a broker with enhanced authentication
                And host is enrolled at the broker
                And a tap between host and the broker
                And the tap has the rule "flip V_C bit=3"
                When host logs in
                Then the rule "flipp V_C bit=3" was carried out
            """).Single();
        Assert.That((ended.Verdict, ended.Failure!.Item), Is.EqualTo((Verdict.Unjudgeable, "rule of the tap")), ended.ToString());
    }

    [Test]
    public void Nothing_to_judge_is_no_pass()
    {
        var ended = Run("""
            Feature: Nothing happened, and yet

              Scenario: nobody logged in
                Given a broker with enhanced authentication
                And host is enrolled at the broker
                Then host and the broker hold the same session key

              Scenario: the login was refused
                Given a broker with enhanced authentication
                And host is enrolled at the broker
                And host was given another password
                When host logs in
                Then host and the broker hold the same session key

              Scenario: no further subscriber
                Given a broker with enhanced authentication
                Then every further subscriber opens the 16 bytes too

              Scenario: a budget nothing was measured for
                Given a broker with enhanced authentication
                Then a budget of 40 ms at max for "seal 16 bytes" of host is not judged, being for another provenance
            """);
        Assert.That(ended, Is.All.Property("Verdict").EqualTo(Verdict.Unjudgeable));
        Assert.That(ended[0].Failure!.Add, Is.EqualTo("Given host is logged in"));
        Assert.That(ended.Select(s => s.Failure!.Expected), Has.None.Null.And.None.Empty, "what is missing is said");
    }

    [Test]
    public void Mistakes_in_features_stop_no_run()
    {
        string Scenario(string name, string steps) => $"  Scenario: {name}\n{steps}\n\n";
        var slip = string.Join('\n', Good.Split('\n')[1..]).Replace("And host", "Given host", StringComparison.Ordinal);
        var ended = Run(
            "Feature: f\n\n" + string.Concat(Enumerable.Range(0, 3).Select(i => Scenario($"slip {i}", slip))) + string.Concat(Enumerable.Range(0, 4).Select(i => Scenario($"good {i}", Good))));
        Assert.That(ended.Select(s => s.Verdict), Is.EqualTo(Enumerable.Repeat(Verdict.Unjudgeable, 3).Concat(Enumerable.Repeat(Verdict.Pass, 4))));
        Assert.That(ended.Take(3).Select(s => s.Failure!.Add), Is.All.EqualTo("Given a broker with enhanced authentication"));
    }

    [Test]
    public void A_misspelt_first_keyword_is_refused()
    {
        var thrown = Assert.Throws<FeatureFileException>(() => Run($"Feature: f\n  Scenario: the wrong password must be refused\n    Givn host was given another password\n{Good}"))!;
        Assert.That(thrown.Message, Does.Contain("f.feature:3").And.Contain("Givn").And.Contain("Given"));
    }

    [Test]
    public void A_German_feature_passes()
    {
        var ended = Run("""
            # language: de
            Funktionalität: Anmeldung am Prüfstand

              Szenario: Das richtige Kennwort
                Angenommen a broker with enhanced authentication
                Und host is enrolled at the broker
                Wenn host logs in
                Dann the login succeeds
            """);
        Assert.That(ended.Single().Verdict, Is.EqualTo(Verdict.Pass));
    }

    [Test]
    public void Two_scenarios_of_one_name_have_their_own_verdicts()
    {
        var refused = Good.Replace("    When host", "    And host was given another password\n    When host", StringComparison.Ordinal);
        var ended = Run($"Feature: f\n\n  Scenario: same\n{Good}\n\n  Scenario: same\n{refused}\n");
        Assert.That(ended.Select(s => s.Verdict), Is.EqualTo(new[] { Verdict.Pass, Verdict.Fail }));
        Assert.That(ended.Select(s => FileNames.Of(s.Plan.Id)), Is.Unique, "transcripts");
    }

    [Test]
    public void A_rig_with_a_merge_key_is_read()
    {
        var rig = RigFile.Parse(
            """
            rig: own
            server: s
            devices:
              host: {kind: host}
              b1: &b
                kind: serial
                driver: tty
                port: /dev/ttyUSB0
              b2:
                <<: *b
                port: /dev/ttyUSB1
            roles: {host: host, board: b1}
            """, "/tmp/r.yaml");
        Assert.That((rig.Devices["b1"].Port, rig.Devices["b2"].Port, rig.Devices["b2"].Driver), Is.EqualTo(("/dev/ttyUSB0", "/dev/ttyUSB1", BoardDriver.Tty)));
    }

    [Test]
    public void The_index_names_tests_that_are_there()
    {
        var tests = Path.Combine(ProductPaths.Root, "tests");
        var rows = File.ReadAllLines(Path.Combine(tests, "FIELD.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.That(rows, Has.Count.GreaterThanOrEqualTo(19));
        foreach (var row in rows)
        {
            var quoted = Quoted().Matches(row.Split('|')[3]).Select(m => m.Groups[1].Value).ToList();
            var source = File.ReadAllText(Path.Combine(tests, quoted[0]));
            var whole = source.Contains("[Category(\"FieldCase\")]\n[", StringComparison.Ordinal) || source.Contains("[Category(\"FieldCase\")]\npublic", StringComparison.Ordinal);
            Assert.That(quoted, Has.Count.GreaterThan(1), row);
            Assert.That(
                quoted.Skip(1), Is.All.Matches<string>(name => Regex.IsMatch(source, (whole ? "" : @"\[Category\(""FieldCase""\)\]\s+") + $@"public [^\n]* {name}\(")), row);
        }
    }

    // With the waits of the shipped rig: a busy machine is no slow device.
    private static IReadOnlyList<Judged> Run(string feature) =>
        InProcessRun.Run(feature, WorkFolder.PosixRigText().Replace("group: modp2048-q256", "group: p256", StringComparison.Ordinal));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
