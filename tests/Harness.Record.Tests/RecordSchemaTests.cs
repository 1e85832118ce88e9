using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Json.Schema;

namespace Harness.Record.Tests;

/// <summary>Checks that run.schema.json is the schema of the events as they are, that every event keeps it, and that src/Harness.Record/RECORD.md names each.</summary>
public sealed partial class RecordSchemaTests : TemporaryFolderTests
{
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, IndentSize = 1 };

    private static readonly Lazy<JsonSchema> _schema = new(() => JsonSchema.FromText(File.ReadAllText(RecordDocument.SchemaPath)));

    [Test]
    public void The_schema_beside_the_source_is_that_of_the_events()
    {
        var made = Made();
        if (made != File.ReadAllText(RecordDocument.SchemaPath))
        {
            // In a folder of its own: other users share the temporary one.
            var fresh = Path.Combine(Directory.CreateTempSubdirectory("schema ").FullName, "run.schema.json");
            File.WriteAllText(fresh, made);
            Assert.Fail($"the events changed; next: cp '{fresh}' '{RecordDocument.SchemaPath}', and raise RunStarted.CurrentSchema where older readers would err");
        }
    }

    [Test]
    public void Every_event_keeps_the_schema()
    {
        using (var writer = RecordWriter.Create(_folder.Path))
        {
            foreach (var e in Any.OfEachKind())
            {
                writer.Write(e);
            }

            writer.Write(Any.Sample(double.NaN));
        }

        AssertKept(_folder.Record);
    }

    [TestCase("schema-2.jsonl")]
    public void A_kept_record_keeps_the_schema(string name) => AssertKept(Path.Combine(TestContext.CurrentContext.TestDirectory, "Kept", name));

    [TestCase("""{"event":"note-taken","seq":1,"at":"2026-03-14T15:09:26Z"}""")]
    [TestCase("""{"event":"note-taken","seq":"1","at":"2026-03-14T15:09:26Z","text":"a"}""")]
    [TestCase("""{"event":"coffee-made","seq":1,"at":"2026-03-14T15:09:26Z"}""")]
    [TestCase("""{"event":"run-finished","seq":1,"at":"2026-03-14T15:09:26Z","verdict":"passed","exit_code":0}""")]
    [TestCase("""{"event":"record-signed","seq":1,"at":"2026-03-14T15:09:26Z","previous":"0","algorithm":"a","public_key":"b","signature":"c"}""")]
    public void A_line_that_is_no_event_does_not_keep_the_schema(string line) => Assert.That(_schema.Value.Evaluate(JsonNode.Parse(line)).IsValid, Is.False);

    [Test]
    public void The_document_names_every_event_and_the_schema_of_today()
    {
        var kinds = Any.OfEachKind().Select(e => JsonNode.Parse(RecordWriter.Line(e))!["event"]!.GetValue<string>());
        Assert.That(kinds.Where(kind => !RecordDocument.Text.Contains($"| `{kind}` |", StringComparison.Ordinal)), Is.Empty);
        Assert.That(RecordDocument.Text, Does.Contain($"| {RunStarted.CurrentSchema} |"));
    }

    private static void AssertKept(string record)
    {
        foreach (var line in File.ReadLines(record))
        {
            var result = _schema.Value.Evaluate(JsonNode.Parse(line), new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.That(result.IsValid, line);
        }
    }

    private static string Made()
    {
        var comments = XDocument.Load(Path.ChangeExtension(typeof(RunEvent).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, member => Blanks().Replace(Plain(member.Element("summary")), " ").Trim());
        var options = new JsonSerializerOptions(EventJson.Line.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var node = options.GetJsonSchemaAsNode(typeof(RunEvent), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Described(context, schema, comments),
        });
        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A line of run.jsonl",
            ["description"] = $"Schema {RunStarted.CurrentSchema} of the run record of Harness; RECORD.md says more. Readers pass over members and events that they do not know.",
        };
        foreach (var (name, value) in node.AsObject())
        {
            document[name] = value?.DeepClone();
        }

        return document.ToJsonString(_readable) + "\n";
    }

    private static JsonNode Described(JsonSchemaExporterContext context, JsonNode schema, Dictionary<string, string> comments)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(Unit))
        {
            schema = new JsonObject { ["enum"] = new JsonArray([.. Units.Known.Split(' ').Select(word => (JsonNode)word)]) };
        }
        else if (type == typeof(DateTimeOffset) && schema is JsonObject time)
        {
            time["format"] = "date-time";
        }

        if (context.PropertyInfo is not { AttributeProvider: PropertyInfo member } || schema is not JsonObject described)
        {
            return schema;
        }

        if (member.Name == nameof(RunEvent.Previous))
        {
            described["pattern"] = "^[0-9a-f]{64}$";
        }

        var owner = member.DeclaringType!.FullName!;
        if (comments.TryGetValue($"P:{owner}.{member.Name}", out var words) && words.Length > 0)
        {
            described["description"] = words;
        }

        return described;
    }

    private static string Plain(XElement? summary) => summary is null ? "" : string.Concat(summary.DescendantNodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref") ?? "").Split('.')[^1],
        _ => "",
    }));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
