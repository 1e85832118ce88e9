namespace Harness.Reporting;

/// <summary>The output of <c>--json</c>: one object with the fields of <see cref="JsonRun"/> in snake_case.</summary>
public static class JsonSummary
{
    private static readonly JsonRunContext Context = new(new JsonSerializerOptions(JsonRunContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Renders the object, indented, without a line end after it.</summary>
    public static string Render(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ForeignText.Json(JsonSerializer.Serialize(JsonRun.From(result), Context.JsonRun));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(JsonRun))]
internal sealed partial class JsonRunContext : JsonSerializerContext;
