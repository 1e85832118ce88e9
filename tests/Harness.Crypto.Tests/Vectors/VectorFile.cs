using System.Text.Json;

namespace Harness.Crypto.Tests.Vectors;

/// <summary>tests/vectors/vectors.json: answers of an independent implementation.</summary>
internal static class VectorFile
{
    private static readonly JsonDocument _document = JsonDocument.Parse(File.ReadAllBytes(PathOf("vectors.json")));

    // Beside this assembly: the guest runs it from another program's folder.
    public static string PathOf(string name) => Path.Combine(Path.GetDirectoryName(typeof(VectorFile).Assembly.Location)!, "vectors", name);

    public static IReadOnlyList<Case> Section(string name) =>
        [.. _document.RootElement.GetProperty(name).EnumerateArray().Select((e, i) => new Case($"{name}[{i}]", e))];

    public sealed record Case(string Name, JsonElement Element)
    {
        public string Text(string key) => Element.GetProperty(key).GetString()!;

        /// <summary>Gets bytes; some numbers are minimal hex of odd length.</summary>
        public byte[] Bytes(string key)
        {
            var hex = Text(key);
            return Convert.FromHexString(hex.Length % 2 == 0 ? hex : "0" + hex);
        }

        public byte[] Scalar(string key, int length)
        {
            var bytes = Bytes(key);
            return [.. new byte[length - bytes.Length], .. bytes];
        }

        public override string ToString() => Name;
    }
}
