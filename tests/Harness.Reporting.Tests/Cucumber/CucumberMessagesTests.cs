using System.Text.Json.Nodes;
using Cucumber.HtmlFormatter;
using Harness.Reporting.Cucumber;

namespace Harness.Reporting.Tests.Cucumber;

public sealed class CucumberMessagesTests
{
    [Test]
    public void Messages_refer_only_to_what_was_said_before_them()
    {
        var known = new HashSet<string>();
        foreach (var (kind, message) in Messages(Runs.Mixed()))
        {
            var reference = kind is "pickle" or "gherkinDocument" ? [] : References(message).ToList();
            Assert.That(reference.Where(id => !known.Contains(id)), Is.Empty, $"{kind}: {message}");
            known.UnionWith(Ids(message));
        }
    }

    [Test]
    public void Every_scenario_is_a_case_with_the_status_of_its_verdict()
    {
        var messages = Messages(Runs.Mixed());
        var pickles = messages.Where(m => m.Kind == "pickle").ToDictionary(m => (string)m.Message["id"]!, m => (string)m.Message["name"]!);
        var cases = messages.Where(m => m.Kind == "testCase").ToDictionary(m => (string)m.Message["id"]!, m => pickles[(string)m.Message["pickleId"]!]);
        var started = messages.Where(m => m.Kind == "testCaseStarted").ToDictionary(m => (string)m.Message["id"]!, m => cases[(string)m.Message["testCaseId"]!]);
        var statuses = messages.Where(m => m.Kind == "testStepFinished")
            .GroupBy(m => started[(string)m.Message["testCaseStartedId"]!], m => (string)m.Message["testStepResult"]!["status"]!).ToDictionary(g => g.Key, g => g.Last());
        Assert.That(statuses, Is.EqualTo(new Dictionary<string, string>
        {
            ["The right password opens a session"] = "PASSED", ["A wrong password is refused"] = "FAILED", ["A silent board"] = "UNKNOWN", ["Sealing leaves time for the control loop"] = "PENDING",
        }));
        var told = messages.Where(m => m.Kind == "testStepFinished").Select(m => (string?)m.Message["testStepResult"]!["message"]).OfType<string>().ToList();
        Assert.That(told, Has.Some.Contains("0x87 NotAuthorized").And.Some.Contains("verdict: rig-error"));
        Assert.That((bool)messages.Single(m => m.Kind == "testRunFinished").Message["success"]!, Is.False);
    }

    [Test]
    public void A_green_run_is_a_success_and_its_document_has_the_place_of_each_scenario()
    {
        var messages = Messages(Runs.Green());
        Assert.That((bool)messages.Single(m => m.Kind == "testRunFinished").Message["success"]!);
        var document = messages.Single(m => m.Kind == "gherkinDocument").Message;
        Assert.That((string)document["uri"]!, Is.EqualTo("features/handshake/login.feature"));
        Assert.That((int)document["feature"]!["children"]![0]!["scenario"]!["location"]!["line"]!, Is.EqualTo(12));
        Assert.That(document.ToJsonString(), Does.Not.Contain("null"));
    }

    [Test]
    public void Transcripts_of_a_failure_are_attached_as_far_as_they_are_there()
    {
        using var run = new TemporaryRun(Runs.Mixed());
        Directory.CreateDirectory(Path.Combine(run.Path, "transcripts"));
        File.WriteAllBytes(Path.Combine(run.Path, "transcripts", "login-20.m4.txt"), [(byte)'>', 0x0a, 0xff, 0x00, 0x0a]);
        var attached = Messages(RunResult.Load(run.Path)).Single(m => m.Kind == "attachment").Message;
        Assert.That(((string)attached["fileName"]!, (string)attached["mediaType"]!, (string)attached["contentEncoding"]!), Is.EqualTo(("transcripts/login-20.m4.txt", "text/plain", "IDENTITY")));
        Assert.That((string)attached["body"]!, Does.Contain("\\xff"));
    }

    [Test]
    public void Names_of_any_characters_and_a_record_of_nothing_are_messages_too()
    {
        var noise = string.Concat(Enumerable.Range(0, 0x100).Select(i => (char)i)) + "\ud800 <script>";
        Assert.That(Messages(Html.Pages.With(noise)), Has.Count.GreaterThan(8));
        Assert.That(Messages([]).Select(m => m.Kind), Is.EqualTo(new[] { "meta", "hook", "testRunStarted", "testRunFinished" }));
    }

    [Test]
    public async Task The_HTML_formatter_of_Cucumber_takes_every_message()
    {
        using var page = new MemoryStream();
        var count = 0;
        await using (var writer = new MessagesToHtmlWriter(page, async (stream, envelope) => await stream.WriteAsync(CucumberJson.Line(envelope))))
        {
            foreach (var envelope in CucumberMessages.Of(RunResult.From(Runs.Mixed())))
            {
                await writer.WriteAsync(envelope);
                count++;
            }
        }

        var html = System.Text.Encoding.UTF8.GetString(page.ToArray());
        Assert.That(count, Is.GreaterThan(20));
        Assert.That(html, Does.Contain("A wrong password is refused").And.Contain("window.CUCUMBER_MESSAGES"));
    }

    private static IReadOnlyList<(string Kind, JsonNode Message)> Messages(RunEvent[] events) => Messages(RunResult.From(events));

    private static IReadOnlyList<(string Kind, JsonNode Message)> Messages(RunResult result)
    {
        using var text = new StringWriter();
        CucumberMessages.Write(result, text);
        return [.. text.ToString().TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject().Single()).Select(message => (message.Key, message.Value!))];
    }

    private static IEnumerable<string> Ids(JsonNode? node) => Members(node).Where(m => m.Key == "id").Select(m => (string)m.Value!);

    private static IEnumerable<string> References(JsonNode? node) => Members(node).Where(m => m.Key.EndsWith("Id", StringComparison.Ordinal)).Select(m => (string)m.Value!);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Value is JsonValue ? [m] : Members(m.Value)),
        JsonArray items => items.SelectMany(Members),
        _ => [],
    };
}
