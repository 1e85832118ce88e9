using System.Xml;

namespace Harness.Reporting;

/// <summary>
/// Writes a run as JUnit XML: a suite for each feature, a case for each scenario. fail = failure; rig-error, unjudgeable and aborted = error
/// of type <c>rig</c>, <c>feature</c> and <c>aborted</c>; inconclusive = skipped. A suite has every attribute that the Ant schema requires and none that the Jenkins one
/// lacks, so the root carries none; a case has what GitLab, Jenkins and GitHub show beyond them: properties, and lines that attach files.
/// </summary>
public static class JUnitReport
{
    /// <summary>Writes UTF-8 without a byte order mark and leaves the stream open.</summary>
    public static void Write(RunResult result, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var xml = XmlWriter.Create(stream, Settings());
        Write(result, xml);
    }

    /// <summary>Writes to a text writer and leaves it open.</summary>
    public static void Write(RunResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var xml = XmlWriter.Create(writer, Settings());
        Write(result, xml);
    }

    private static XmlWriterSettings Settings() => new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CloseOutput = false,
    };

    private static void Write(RunResult result, XmlWriter xml)
    {
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        var id = 0;
        var classes = FeatureName.OfAll(result.Scenarios.Select(s => s.File), result.Started?.FeaturePaths);
        foreach (var feature in result.Scenarios.GroupBy(s => (s.File, s.Feature)))
        {
            Suite(xml, result, id++, feature.Key.Feature.Length > 0 ? feature.Key.Feature : feature.Key.File, classes[feature.Key.File], [.. feature]);
        }

        if (RunItselfFailed(result))
        {
            RunSuite(xml, result, id);
        }

        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    // A run that was cut short, or whose rig never came up, must not look green because the scenarios that ran passed.
    private static bool RunItselfFailed(RunResult result) =>
        !result.IsComplete || (result.Verdict != Verdict.Pass && result.Counts.Verdict != result.Verdict);

    private static void Suite(XmlWriter xml, RunResult result, int id, string name, string package, ScenarioResult[] scenarios)
    {
        var counts = VerdictCounts.Of(scenarios.Select(s => s.Verdict));
        var timing = TimingRow.From(scenarios);
        SuiteStart(xml, result, id, name, package, counts, scenarios.Sum(s => s.DurationMs), scenarios[0].StartedAt, timing);
        var repeated = scenarios.GroupBy(s => s.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        foreach (var scenario in scenarios)
        {
            CaseStart(xml, CaseName(scenario, repeated), ClassName(package), scenario.DurationMs);
            Properties(xml, RunProperties.Of(scenario, package));
            if (scenario.Verdict != Verdict.Pass)
            {
                Outcome(xml, scenario.Verdict, scenario.Failure, scenario.Id);
            }

            var attached = string.Join('\n', JUnitAttachments.Lines(result, scenario));
            if (attached.Length > 0)
            {
                xml.WriteElementString("system-out", ForeignText.Lines(attached));
            }

            xml.WriteEndElement();
        }

        SuiteEnd(xml, scenarios);
    }

    // Readers identify a case by class and name, and take two of one name for one. The line, which moves with every edit of the file, is added only
    // where the name is not unique: the rows of an outline.
    private static string CaseName(ScenarioResult scenario, HashSet<string> repeated) =>
        scenario.Name.Length == 0 ? scenario.Id
        : repeated.Contains(scenario.Name) ? $"{scenario.Name} [{scenario.Id[(scenario.Id.LastIndexOf(':') + 1)..]}]"
        : scenario.Name;

    // features/handshake/login.feature becomes features.handshake.login, which readers show as a tree.
    private static string ClassName(string file) =>
        (file.EndsWith(".feature", StringComparison.Ordinal) ? file[..^".feature".Length] : file).Trim('/').Replace('/', '.');

    private static void RunSuite(XmlWriter xml, RunResult result, int id)
    {
        var counts = default(VerdictCounts).Plus(result.Verdict);
        SuiteStart(xml, result, id, "the run itself", "harness", counts, result.DurationMs, result.Started?.At, []);
        CaseStart(xml, "The run ends by itself", "harness.run", result.DurationMs);
        Outcome(xml, result.Verdict, new FailureDetail(
            "setup",
            null,
            "the run",
            result.IsComplete ? "a pass" : "every selected scenario to run",
            result.Problems.Count > 0 ? string.Join("; ", result.Problems) : result.Verdict.Word(),
            null,
            result.Verdict == Verdict.Unjudgeable ? "./harness steps" : "./harness doctor"), null);
        xml.WriteEndElement();
        SuiteEnd(xml, []);
    }

    private static void SuiteStart(
        XmlWriter xml, RunResult result, int id, string name, string package, VerdictCounts counts, double ms, DateTimeOffset? at,
        IReadOnlyList<TimingRow> timing)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", Named(name));
        Attribute(xml, "package", Named(package));
        Attribute(xml, "id", id.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "timestamp", (at ?? result.Started?.At ?? default)
            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        Attribute(xml, "hostname", "localhost");
        Attribute(xml, "tests", counts.Total.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", counts.Failed.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", (counts.RigErrors + counts.Unjudgeable + counts.Aborted).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "skipped", counts.Inconclusive.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "time", Seconds(ms));
        Properties(xml, RunProperties.Of(result).Concat(RunProperties.Of(timing)));
    }

    private static void Properties(XmlWriter xml, IEnumerable<(string Name, string Value)> properties)
    {
        xml.WriteStartElement("properties");
        foreach (var (property, value) in properties)
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", property);
            Attribute(xml, "value", value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void SuiteEnd(XmlWriter xml, ScenarioResult[] scenarios)
    {
        var transcripts = scenarios.Where(s => s.Verdict != Verdict.Pass).SelectMany(s => s.Transcripts).Distinct();
        xml.WriteElementString("system-out", ForeignText.Lines(string.Join('\n', transcripts)));
        xml.WriteElementString("system-err", "");
        xml.WriteEndElement();
    }

    private static void CaseStart(XmlWriter xml, string name, string className, double ms)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", Named(name));
        Attribute(xml, "classname", Named(className));
        Attribute(xml, "time", Seconds(ms));
    }

    private static void Outcome(XmlWriter xml, Verdict verdict, FailureDetail? detail, string? id)
    {
        xml.WriteStartElement(verdict switch
        {
            Verdict.Fail => "failure",
            Verdict.Inconclusive => "skipped",
            _ => "error",
        });
        if (detail is not null)
        {
            Attribute(xml, "message", $"{detail.Item}: expected {Text.WithUnit(detail.Expected, detail.Unit)},"
                + $" saw {Text.WithUnit(detail.Seen, detail.Unit)}");
        }

        if (verdict != Verdict.Inconclusive)
        {
            Attribute(xml, "type", TypeOf(verdict)); // required of the other two; the Ant schema does not allow it on skipped
        }

        if (detail is not null)
        {
            var lines = FailureLines.Of(detail).Select(l => $"{l.Label}: {l.Value}");
            xml.WriteString(ForeignText.Lines(string.Join('\n', id is null ? lines : lines.Prepend($"at: {id}"))));
        }

        xml.WriteEndElement();
    }

    // The type tells whether the rig or the feature needs repair.
    private static string TypeOf(Verdict verdict) => verdict switch
    {
        Verdict.RigError => "rig",
        Verdict.Unjudgeable => "feature",
        _ => verdict.Word(),
    };

    // Readers need a non-empty name, which a record may lack.
    private static string Named(string name) => string.IsNullOrWhiteSpace(name) ? "unnamed" : name;

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, ForeignText.Line(value));

    private static string Seconds(double ms) =>
        (double.IsFinite(ms) ? Math.Max(0, ms) / 1000 : 0).ToString("0.000", CultureInfo.InvariantCulture);
}
