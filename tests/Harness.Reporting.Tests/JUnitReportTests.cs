using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Harness.Reporting.Tests;

public sealed class JUnitReportTests
{
    [Test]
    public void Verdicts_become_failure_error_and_skipped()
    {
        var cases = Render(Runs.Mixed()).Descendants("testcase").ToDictionary(c => (string)c.Attribute("name")!, c => c.Elements().SingleOrDefault(e => e.Name.LocalName is not ("properties" or "system-out")));
        Assert.That(cases["The right password opens a session"], Is.Null);
        Assert.That(cases["A wrong password is refused"]!.Name.LocalName, Is.EqualTo("failure"));
        Assert.That(cases["A silent board"]!.Name.LocalName, Is.EqualTo("error"));
        Assert.That(cases["Sealing leaves time for the control loop"]!.Name.LocalName, Is.EqualTo("skipped"));
        Assert.That((string)cases["A silent board"]!.Attribute("type")!, Is.EqualTo("rig"));
    }

    [Test]
    public void A_suite_a_feature_counts_its_own_cases_in_seconds()
    {
        var suites = Render(Runs.Mixed()).Root!.Elements("testsuite").ToArray();
        Assert.That(suites.Select(s => (string)s.Attribute("name")!), Is.EqualTo(new[] { "Login", "Boards", "Sealing" }));
        string[] Of(string name) => [.. suites.Select(s => (string)s.Attribute(name)!)];
        Assert.That(Of("tests"), Is.EqualTo(new[] { "2", "1", "1" }));
        Assert.That(Of("failures"), Is.EqualTo(new[] { "1", "0", "0" }));
        Assert.That(Of("errors"), Is.EqualTo(new[] { "0", "1", "0" }));
        Assert.That(Of("skipped"), Is.EqualTo(new[] { "0", "0", "1" }));
        Assert.That(Of("time"), Is.EqualTo(new[] { "3.750", "4.000", "0.500" }));
        Assert.That(Of("timestamp")[0], Is.EqualTo("2026-03-14T15:09:26"));
        Assert.That(suites[0].Elements("testcase").Select(c => (string)c.Attribute("classname")!), Has.All.EqualTo("features.handshake.login"));
    }

    // The folder of a CI's checkout must not appear in a report that is compared from run to run.
    [TestCase("../features/handshake/login.feature", "../features", "features.handshake.login")]
    [TestCase("../../p/features/login.feature", "../../p/features", "p.features.login")]
    [TestCase("/builds/x/p/features/handshake/login.feature", "/builds/x/p/features", "features.handshake.login")]
    [TestCase("/builds/x/p/features/handshake/login.feature", "/builds/x/p/features/", "features.handshake.login")]
    [TestCase("/builds/x/p/features/handshake/login.feature", "/builds/x/p/features/handshake/login.feature:12", "login")]
    [TestCase("/builds/x/p/features/handshake/login.feature", "/builds/x/p/features/handshake/login.feature", "login")]
    [TestCase("/builds/x/p/features/handshake/login.feature", null, "login")]
    [TestCase("features/handshake/login.feature", "features", "features.handshake.login")]
    public void A_class_is_named_relative_to_what_was_typed(string file, string? typed, string expected)
    {
        var events = new RunEvent[]
        {
            Runs.Started(selected: 1) with { FeaturePaths = typed is null ? null : [typed, "elsewhere"] },
            Runs.Begin($"{file}:3", "F", "S", 1), Runs.End($"{file}:3", "S", Verdict.Pass, 1), RunFinished.From(new VerdictCounts(1, 0, 0, 0, 0), 1),
        };
        var suite = Render(events).Descendants("testsuite").Single();
        Assert.That((string)suite.Element("testcase")!.Attribute("classname")!, Is.EqualTo(expected));
        Assert.That(suite.ToString(), Does.Not.Contain("/builds"));
    }

    [TestCase("/builds/x/a/features/login.feature", "/builds/x/b/features/login.feature", "a.features.login", "b.features.login")]
    [TestCase("/builds/a/features/login.feature", "/builds/b/features/board.feature", "features.login", "features.board")]
    [TestCase("/x/login.feature", "/y/login.feature", "x.login", "y.login")]
    [TestCase("../features/login.feature", "features/login.feature", "features.login", "2.features.login")]
    public void Two_files_are_two_classes_also_where_their_roots_have_one_name(string one, string other, string first, string second)
    {
        var events = new RunEvent[]
        {
            Runs.Started(selected: 2) with { FeaturePaths = [Path.GetDirectoryName(one)!, Path.GetDirectoryName(other)!, "/x/login.feature", "/y/login.feature"] },
            Runs.Begin($"{one}:3", "F", "S", 1), Runs.End($"{one}:3", "S", Verdict.Pass, 1), Runs.Begin($"{other}:3", "F", "S", 2), Runs.End($"{other}:3", "S", Verdict.Pass, 1),
            RunFinished.From(new VerdictCounts(2, 0, 0, 0, 0), 1),
        };
        Assert.That(Render(events).Descendants("testcase").Select(c => (string)c.Attribute("classname")!), Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public void Two_scenarios_of_one_name_are_two_cases()
    {
        var events = new RunEvent[]
        {
            Runs.Started(selected: 2), Runs.Begin("f.feature:3", "F", "same", 1), Runs.End("f.feature:3", "same", Verdict.Pass, 1),
            Runs.Begin("f.feature:9", "F", "same", 2), Runs.End("f.feature:9", "same", Verdict.Pass, 1), RunFinished.From(new VerdictCounts(2, 0, 0, 0, 0), 1),
        };
        Assert.That(Render(events).Descendants("testcase").Select(c => (string)c.Attribute("name")!), Is.EqualTo(new[] { "same [3]", "same [9]" }));
    }

    [Test]
    public void A_failure_says_where_phase_step_item_expected_seen_and_what_to_type_next()
    {
        var failure = Render(Runs.Mixed()).Descendants("failure").Single();
        Assert.That((string)failure.Attribute("message")!, Is.EqualTo("CONNACK of m4: expected 0x87 NotAuthorized, saw 0x00 Success"));
        Assert.That(failure.Value.Split('\n'), Is.EqualTo(new[]
        {
            "at: features/handshake/login.feature:20",
            "phase: then",
            "step: Then the broker refuses it with 0x87",
            "item: CONNACK of m4",
            "expected: 0x87 NotAuthorized",
            "seen: 0x00 Success",
            "next: ./harness run features/handshake/login.feature:20",
        }));
        Assert.That(failure.Parent!.Parent!.Element("system-out")!.Value, Is.EqualTo("transcripts/login-20.m4.txt"));
    }

    [Test]
    public void Properties_carry_host_devices_and_numbers_with_provenance()
    {
        var suites = Render(Runs.Mixed()).Root!.Elements("testsuite").Select(s => s.Element("properties")!.Elements()
            .ToDictionary(p => (string)p.Attribute("name")!, p => (string)p.Attribute("value")!)).ToArray();
        var login = suites[0];
        Assert.That(login["run.id"], Is.EqualTo("20260314-150926-a1b2"));
        Assert.That(login["run.rig.name"], Is.EqualTo("sim"));
        Assert.That(login["host.governor"], Is.EqualTo("performance"));
        Assert.That(login["device.m4"], Does.Contain("build 9f2c11aa").And.Contains("clock 1 GHz").And.Contains("tick = instructions"));
        Assert.That(login["device.m4.provenance"], Is.EqualTo("emulated-instructions"));
        Assert.That(
            login["timing.m4.aug.init.device"],
            Is.EqualTo("n=3 min=34900000 p50=34900000 max=34900000 instructions (device clock, emulated-instructions)"));
        Assert.That(login.Keys, Has.None.StartsWith("timing.m4.seal"), "that was measured in another feature");
        Assert.That(suites[2]["timing.m4.seal.host"], Is.EqualTo("n=1 min=0.8 p50=0.8 max=0.8 ms (host clock, host)"));
    }

    [Test]
    public void An_unjudgeable_scenario_is_an_error_of_the_feature_not_of_the_rig()
    {
        var report = Render(Runs.One("n", "f", Missing, Verdict.Unjudgeable));
        var error = report.Descendants("error").Single();
        Assert.That((string)error.Attribute("type")!, Is.EqualTo("feature"));
        Assert.That(error.Value, Does.Contain("line: features/a.feature:7").And.Contain("add: Given m4 is logged in"));
        Assert.That(report.Descendants("testsuite").Select(s => ((string)s.Attribute("errors")!, (string)s.Attribute("failures")!)), Is.EqualTo(new[] { ("1", "0") }));
    }

    private static readonly FailureDetail Missing = new("then", "Then m4 is still connected", "session of m4", "m4 to be logged in", "it is not", null, null)
    {
        At = "features/a.feature:7", Add = "Given m4 is logged in",
    };

    [Test]
    public void A_run_that_was_cut_short_is_never_green()
    {
        foreach (var events in (RunEvent[][])[Runs.Mixed()[..10], Runs.Green()[..1], []])
        {
            var error = Render(events).Descendants("testcase").Single(c => (string)c.Attribute("classname")! == "harness.run").Element("error");
            Assert.That((string)error!.Attribute("type")!, Is.EqualTo("aborted"));
            Assert.That(error.Value, Does.Contain("run was aborted"));
        }
    }

    [Test]
    public void A_rig_that_broke_before_the_first_scenario_is_an_error()
    {
        var rigBroken = RunFinished.From(new VerdictCounts(0, 0, 0, 1, 0), 5) with { RigErrors = 0 };
        var report = Render(Runs.Numbered([Runs.Started(4), rigBroken]));
        Assert.That((string)report.Descendants("error").Single().Attribute("type")!, Is.EqualTo("rig"));
    }

    [Test]
    public void A_green_run_has_no_case_for_the_run_itself() =>
        Assert.That(Render(Runs.Green()).Descendants("testcase").Count(), Is.EqualTo(1));

    [Test]
    public void Rows_of_an_outline_keep_names_of_their_own()
    {
        var report = Render(Runs.Numbered(
        [
            Runs.Started(2),
            Runs.Begin("f.feature:30", "F", "An element outside the group", 1),
            Runs.End("f.feature:30", "An element outside the group", Verdict.Pass, 1),
            Runs.Begin("f.feature:31", "F", "An element outside the group", 2),
            Runs.End("f.feature:31", "An element outside the group", Verdict.Pass, 1),
            RunFinished.From(new VerdictCounts(2, 0, 0, 0, 0), 5),
        ]));
        Assert.That(
            report.Descendants("testcase").Select(c => (string)c.Attribute("name")!),
            Is.EqualTo(new[] { "An element outside the group [30]", "An element outside the group [31]" }));
    }

    [Test]
    public void Nothing_a_board_says_breaks_the_XML()
    {
        var noise = string.Concat(Enumerable.Range(0, 0x100).Select(i => (char)i)) + "\ud800 \udc00 \ufffe\uffff ]]> <x a=\"'&\"/> \U0001f600";
        var report = Render(Runs.One(noise, noise, new FailureDetail(noise, noise, noise, noise, noise, noise, noise)));
        Assert.That((string)report.Descendants("failure").Single().Attribute("message")!, Does.Contain("\\u{0}\\u{1}").And.Contains("]]> <x a=\"'&\"/> \U0001f600"));
    }

    [Test]
    public void A_case_has_properties_of_its_own()
    {
        var properties = Render(Runs.Mixed()).Descendants("testcase").Single(c => (string)c.Attribute("name")! == "A wrong password is refused").Element("properties")!.Elements()
            .ToDictionary(p => (string)p.Attribute("name")!, p => (string)p.Attribute("value")!);
        Assert.That(properties, Is.EqualTo(new Dictionary<string, string>
        {
            ["scenario.at"] = "features/handshake/login.feature:20", ["scenario.verdict"] = "fail", ["scenario.tags"] = "@req:AUG-1",
        }));
    }

    [Test]
    public void Files_beside_the_record_of_a_failure_are_attached_and_nothing_else()
    {
        string[] names = ["transcripts/login-20.m4.txt", "transcripts/gone.txt", "../../../etc/hostname", "transcripts/]].txt"];
        using var run = new TemporaryRun(Runs.Mixed().Select(e => e is ScenarioFinished { Verdict: Verdict.Fail } s ? s with { Transcripts = names } : e));
        foreach (var name in new[] { names[0], names[3] })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(run.Path, name))!);
            File.WriteAllText(Path.Combine(run.Path, name), "> 1 ID");
        }

        using var stream = new MemoryStream();
        JUnitReport.Write(RunResult.Load(run.Path), stream);
        stream.Position = 0;
        var attached = XDocument.Load(stream).Descendants("testcase").Elements("system-out").Select(e => e.Value);
        Assert.That(attached, Is.EqualTo(new[] { $"[[ATTACHMENT|{Path.Combine(run.Path, names[0])}]]" }));
    }

    [Test]
    public void A_scenario_without_a_name_or_a_detail_is_still_a_case()
    {
        var report = Render(Runs.Numbered(
        [
            Runs.Begin(Runs.Login, "", "", 1),
            Runs.End(Runs.Login, "", Verdict.Fail, double.NaN),
        ]));
        var failed = report.Descendants("testcase").Single(c => c.Element("failure") is not null);
        Assert.That((string)failed.Attribute("name")!, Is.EqualTo(Runs.Login));
    }

    [Test]
    public void Identifiers_of_nothing_but_blanks_are_valid_too() =>
        Assert.That(Render([Runs.Begin(" ", " ", " ", 1), Runs.End(" ", " ", Verdict.Pass, 1), Runs.Begin("/", "", "", 1)]).Descendants("testcase").Count(), Is.EqualTo(3));

    private static XDocument Render(RunEvent[] events)
    {
        using var stream = new MemoryStream();
        JUnitReport.Write(RunResult.From(events), stream);
        Assert.That(stream.ToArray().Take(5), Is.EqualTo("<?xml"u8.ToArray()), "no byte order mark");
        stream.Position = 0;
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        using var schema = typeof(JUnitReportTests).Assembly.GetManifestResourceStream("junit.xsd")!;
        settings.Schemas.Add(XmlSchema.Read(schema, (_, e) => throw e.Exception)!);
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, e) => throw e.Exception;
        using var reader = XmlReader.Create(stream, settings);
        return XDocument.Load(reader);
    }
}
