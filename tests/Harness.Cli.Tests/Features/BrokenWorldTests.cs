namespace Harness.Cli.Tests.Features;

/// <summary>Checks for each <c>Then</c> that it fails where its condition does not hold.</summary>
[NonParallelizable]
public sealed class BrokenWorldTests
{
    private const string Undecided = "an attack or a control that did not run is inconclusive by design";
    private const string Exact = "exact counts need an emulator that counts; tests/Harness.Timing.Tests breaks the judge itself";
    private const string Driven = "broken in tests/Harness.Steps.Tests, by another observation";
    private const string Hardened = "no party here does what it must not; tests/Harness.Schemes.Tests and tests/Harness.Sessions.Tests break it by another message";
    private const string External = "broken below, on the rig of an external device";

    // By the sentence as `harness steps` prints it.
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["on its positive control it succeeds"] = Undecided,
        ["the attack ends as the claims table expects"] = "the step below it with the end taken from the table: tests/Harness.Cli.Tests/Claims holds the table",
        ["with the repair it fails"] = "the repair is part of the product: tests/Harness.Adversary.Tests runs each finding with and without it",
        ["DEVICE still answers ID"] = "a board that does not answer is the rig's: rig-error",
        ["it answers CODE"] = "the firmware as a Linux process has a generator of its own and is never unseeded",
        ["the broker closes that connection"] = "the judge's broker closes each of them: tests/Harness.Mqtt.Tests breaks it byte by byte",
        ["the longest costs more to seal and to open than the shortest"] = Exact,
        ["each leaves at least N % of its stack untouched"] = "no board here tells its stack: tests/Harness.Steps.Tests breaks it by another observation",
        ["no listener takes again what was sent before"] = Hardened,
        ["the late listener opens nothing that was published before it joined"] = Hardened,
        ["the broker refuses the clone and tells that the pseudonym of DEVICE came again"] = Hardened,
        ["the wire names no client and no topic, and no ClientId twice"] = Hardened,
        ["DEVICE logs in by itself"] = External,
        ["the broker refuses DEVICE for its password"] = External,
        ["DEVICE aborts without a proof"] = External,
        ["DEVICE leaves without going on"] = "not broken: no device here goes on after an altered V_S",
        ["the message \"TEXT\" of DEVICE reaches the listener"] = External,
        ["DEVICE logs in by TLS"] = External,
        ["DEVICE sends it nothing"] = External,
        ["all N session keys differ"] = Driven,
        ["no handshake message occurs twice"] = Driven,
        ["the traffic key is the session key of neither"] = Driven,
        ["the stranger receives no key wrap"] = Driven,
        ["a stranger who connects later receives no key wrap"] = "it is the step above after a subscription",
        ["no key wrap came out of the broker's store"] = Driven,
        ["a reading sent in clear would have been found"] = Undecided,
        ["the attack was carried out"] = Undecided,
        ["the rule \"...\" was carried out"] = Undecided,
        ["all samples of \"TEXT\" of DEVICE are equal"] = Exact,
        ["the device clock{ of DEVICE|} agrees with the trigger clock"] = Exact,
        ["the time of \"TEXT\" of DEVICE tells nothing about its secrets{ over N samples|}"] = Exact,
        ["\"TEXT\" of DEVICE took the same in both logins"] = Exact,
    };

    private static IReadOnlyList<ScenarioPlan> Broken() => FeatureCatalog.Load(
        Path.Combine(ProductPaths.Root, "tests", "Harness.Cli.Tests", "Features", "broken.feature"));

    [Test]
    public void Each_broken_property_is_seen_by_the_step_that_judges_it()
    {
        var judged = InProcessRun.RunAtOnce(File.ReadAllText(Broken()[0].Feature.Path));
        Assert.That(judged, Has.Count.GreaterThan(50));
        Assert.That(judged.Where(s => s.Verdict != Verdict.Fail || s.Failure!.Step != $"{s.Plan.Steps[^1].Keyword} {s.Plan.Steps[^1].Text}"), Is.Empty);
    }

    [Test]
    public void Every_Then_of_the_vocabulary_is_broken_there_or_it_is_said_where_else()
    {
        var thens = StepCatalog.Load(FeatureCatalog.Load(ProductPaths.DefaultFeatures)).Where(s => s.Kind == "Then").ToList();
        var last = Broken().Select(plan => plan.Steps[^1].Text).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(thens.Where(s => !Elsewhere.ContainsKey(s.Sentence) && !last.Any(text => Regex.IsMatch(text, s.Pattern))).Select(s => s.Sentence), Is.Empty);
            Assert.That(thens.Where(s => Elsewhere.ContainsKey(s.Sentence) && last.Any(text => Regex.IsMatch(text, s.Pattern))).Select(s => s.Sentence), Is.Empty);
            Assert.That(Elsewhere.Keys.Except(thens.Select(s => s.Sentence)), Is.Empty);
        });
    }

    [Test]
    public void Each_broken_property_of_TLS_of_an_external_device_is_seen()
    {
        NeedsProgram.Find("python3", "python3");
        const string start = """

                Given a broker with enhanced authentication
                And the broker holds the account of external
            """;
        var sensor = File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "external", "sensor.py"));
        const string careful = "ssl.create_default_context(cafile=authority)";
        Assert.That(sensor, Does.Contain(careful), "the shipped sensor changed: adapt this test");
        var folder = Directory.CreateTempSubdirectory("harness-sensor-");
        try
        {
            string Rig(string context)
            {
                var copy = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.py");
                File.WriteAllText(copy, sensor.Replace(careful, context, StringComparison.Ordinal));
                return File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "external.yaml")).Replace("external/sensor.py", Harness.Record.ShellWord.Quote(copy), StringComparison.Ordinal);
            }

            var trusting = InProcessRun.Run(
                $"""
                Feature: A device that checks nothing

                  Scenario: a certificate that it should refuse
                {start}
                    And external has logged in by TLS at a broker that presents a valid certificate
                    When external is started at a broker that presents a self-signed certificate
                    Then external sends it nothing
                """,
                Rig("ssl._create_unverified_context()"));
            var stranger = InProcessRun.Run(
                $"""
                Feature: A device that trusts other authorities

                  Scenario: a certificate that it should take
                {start}
                    When external is started at a broker that presents a valid certificate
                    Then external logs in by TLS
                """,
                Rig("ssl.create_default_context()"));
            Assert.That(trusting.Concat(stranger).Where(s => s.Verdict != Verdict.Fail), Is.Empty);
            Assert.That(trusting[0].Failure!.Seen, Does.Contain("CONNECT of MQTT 5.0: ClientId 8 bytes (bytes ").And.Contain("Authentication Data 256 bytes"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Each_broken_property_of_an_external_device_is_seen()
    {
        NeedsProgram.Find("python3", "python3");
        const string start = """

                Given a broker with enhanced authentication
                And the broker holds the account of external
            """;
        var judged = InProcessRun.Run(
            $"""
            Feature: An external device

              Scenario: another password
            {start}
                And the account of external was made from another password
                When external is started
                Then external logs in by itself

              Scenario: the right password
            {start}
                When external is started
                Then the broker refuses external for its password

              Scenario: another message
            {start}
                And a listener on "lab/external"
                When external is started
                Then the message "another" of external reaches the listener

              Scenario: a proof that comes after Y
            {start}
                And a tap between external and the broker
                When the tap sends V_C twice
                And external is started
                Then external aborts without a proof

              Scenario: a device that goes on
            {start}
                And a tap between external and the broker
                When the tap replaces Y by another valid element
                And external is started
                Then external aborts without a proof
            """,
            File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "external.yaml"))
                .Replace("external/sensor.py", Harness.Record.ShellWord.Quote(Path.Combine(ProductPaths.Root, "rigs", "external", "sensor.py")), StringComparison.Ordinal)
                .Replace("handshake: 30 s", "handshake: 10 s", StringComparison.Ordinal));
        Assert.That(judged.Where(s => s.Verdict != Verdict.Fail), Is.Empty);
    }
}
