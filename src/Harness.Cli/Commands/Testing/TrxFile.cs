using System.Xml.Linq;

namespace Harness.Cli.Commands.Testing;

/// <summary>A file of results in the form that Visual Studio gave its name.</summary>
internal static class TrxFile
{
    /// <summary>Reads the tests of a file.</summary>
    /// <param name="path">The file.</param>
    public static TestPartResult Read(string path)
    {
        var document = XDocument.Load(path);
        var space = document.Root!.Name.Namespace;
        var classes = document.Descendants(space + "UnitTest").ToDictionary(
            test => (string)test.Attribute("id")!, test => (string?)test.Element(space + "TestMethod")?.Attribute("className"));
        var outcomes = document.Descendants(space + "UnitTestResult").ToList();
        string NameOf(XElement result) => FullName(classes.GetValueOrDefault((string?)result.Attribute("testId") ?? ""), (string?)result.Attribute("testName") ?? "");

        var failed = outcomes.FindAll(result => Outcome(result) is not ("Passed" or "NotExecuted"));
        return new TestPartResult(
            new TestCounts(outcomes.Count(result => Outcome(result) == "Passed"), failed.Count, outcomes.Count(result => Outcome(result) == "NotExecuted")),
            string.Concat(failed.Select(result => $"    FAILED {NameOf(result)}\n"
                + TestPartResult.Indent((string?)result.Descendants(space + "Message").FirstOrDefault(), 12)
                + TestPartResult.Indent((string?)result.Descendants(space + "StackTrace").FirstOrDefault(), 4))),
            [.. outcomes.Select(result => new TestTime(
                NameOf(result), TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out var took) ? took : TimeSpan.Zero))]);
    }

    // Where a test's name has a dot the writer takes what stands before it for a part of the class: "N.Tests.MQTT 3" of "MQTT 3.1".
    private static string FullName(string? holder, string test)
    {
        if (holder is null || test.StartsWith(holder, StringComparison.Ordinal))
        {
            return test;
        }

        var wrong = Enumerable.Range(0, holder.Length).FirstOrDefault(at => holder[at] == '.' && test.StartsWith(holder[(at + 1)..], StringComparison.Ordinal), holder.Length);
        return $"{holder[..wrong]}.{test}";
    }

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");
}
