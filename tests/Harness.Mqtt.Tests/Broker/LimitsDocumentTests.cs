using System.Reflection;
using System.Text.RegularExpressions;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>src/Harness.Mqtt/Broker/LIMITS.md names, in each of its rows, the tests that hold it.</summary>
public sealed partial class LimitsDocumentTests
{
    private static readonly Lazy<string[][]> Rows = new(() =>
        [.. File.ReadLines(Document()).Where(line => line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))]);

    private static IEnumerable<TestCaseData> EachRow() => Rows.Value.Select(row => new TestCaseData(row[^1]).SetArgDisplayNames(row[0]));

    [TestCaseSource(nameof(EachRow))]
    public void A_row_names_tests_that_exist(string tests)
    {
        var known = Assembly.GetExecutingAssembly().GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(TestAttribute)) || method.IsDefined(typeof(TestCaseAttribute)) || method.IsDefined(typeof(TestCaseSourceAttribute)))
            .Select(method => method.Name).ToHashSet();
        var named = Name().Matches(tests).Select(match => match.Groups[1].Value).ToList();
        Assert.That(named, Is.Not.Empty.And.All.Matches<string>(known.Contains));
    }

    [Test]
    public void Every_packet_of_a_client_has_a_row()
    {
        var first = Rows.Value.Select(row => row[0]).ToList();
        foreach (var packet in (string[])["CONNECT", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "UNSUBSCRIBE", "PINGREQ", "DISCONNECT", "AUTH"])
        {
            Assert.That(first, Has.Some.StartsWith(packet), packet);
        }

        Assert.That(Rows.Value, Is.All.Property(nameof(Array.Length)).EqualTo(5));
    }

    private static string Document()
    {
        for (var folder = AppContext.BaseDirectory; ; folder = Path.GetDirectoryName(folder)!)
        {
            var path = Path.Combine(folder, "src", "Harness.Mqtt", "Broker", "LIMITS.md");
            if (File.Exists(path))
            {
                return path;
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
