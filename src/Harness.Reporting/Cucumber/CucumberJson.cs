using Io.Cucumber.Messages.Types;
using System.ComponentModel;
using System.Reflection;

namespace Harness.Reporting.Cucumber;

/// <summary>The JSON of Cucumber's messages: names in camelCase, no members without a value, enumerations by the words of their schema. The package leaves it to its users.</summary>
internal static class CucumberJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new Words() },
    };

    /// <summary>A message on one line.</summary>
    public static string Line(Envelope envelope) => JsonSerializer.Serialize(envelope, _options);

    private sealed class Words : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => (JsonConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class Word<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> _words = Enum.GetValues<T>().ToDictionary(
            value => value, value => typeof(T).GetField(value.ToString())?.GetCustomAttribute<DescriptionAttribute>()?.Description ?? value.ToString());

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var word = reader.GetString();
            return _words.Where(known => known.Value == word).Select(known => (T?)known.Key).FirstOrDefault() ?? throw new JsonException($"unknown word \"{word}\"");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(_words[value]);
    }
}
