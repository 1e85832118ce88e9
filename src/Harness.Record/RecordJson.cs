using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Harness.Record;

/// <summary>The JSON format of events: one object a line, snake_case names, enums as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(VerdictWord), typeof(ProvenanceWord), typeof(ClockWord), typeof(UnitWord)])]
[JsonSerializable(typeof(RunEvent))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    internal const string KindName = "event";
}

/// <summary>The options of a line's JSON. A class of its own, since static members of a generated partial class have no stated order.</summary>
internal static class EventJson
{
    /// <summary>Leaves characters such as µ and &lt; readable: no line is ever put into HTML unescaped.</summary>
    internal static JsonTypeInfo<RunEvent> Line { get; } = new RecordJson(
        new JsonSerializerOptions(RecordJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).RunEvent;

    /// <summary>One kind alone, whose name is not looked for: of samples a record may hold a million.</summary>
    internal static JsonTypeInfo<SampleTaken> Sample => RecordJson.Default.SampleTaken;
}

/// <summary>Converts verdicts to words such as <c>rig-error</c>.</summary>
internal sealed class VerdictWord() : KebabEnum<Verdict>;

/// <summary>Converts provenances to words such as <c>emulated-instructions</c>.</summary>
internal sealed class ProvenanceWord() : KebabEnum<Provenance>;

/// <summary>Converts clocks to words such as <c>trigger</c>.</summary>
internal sealed class ClockWord() : KebabEnum<ClockKind>;

/// <summary>Converts enum values to kebab-case words; a number is refused, because it would change its meaning when the enum is reordered.</summary>
internal abstract class KebabEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Converts units to symbols such as <c>ms</c>.</summary>
internal sealed class UnitWord : JsonConverter<Unit>
{
    public override Unit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.GetString();
        return Units.TryParse(word, out var unit)
            ? unit
            : throw new JsonException($"unknown unit \"{word}\", expected one of {Units.Known}");
    }

    public override void Write(Utf8JsonWriter writer, Unit value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Symbol());
}
