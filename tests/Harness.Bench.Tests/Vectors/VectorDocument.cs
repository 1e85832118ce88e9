namespace Harness.Bench.Tests.Vectors;

/// <summary>The shipped file as a document that tests shorten and falsify.</summary>
internal sealed class VectorDocument(JsonObject root)
{
    public static string Shipped { get; } = Path.Combine(TestEnvironment.Root, "tests", "vectors", "vectors.json");

    public static string ShippedHardened { get; } = Path.Combine(TestEnvironment.Root, "tests", "vectors", "hardened.json");

    /// <summary>Test cases: section, index, the field with a wrong digit, and the field that the error must name.</summary>
    public static IEnumerable<TestCaseData> Falsifications()
    {
        // A wrong input of a computation shows in the computed field.
        (string Section, int Index, string Field, string Named)[] all =
        [
            ("augpake", 0, "x", "X"), ("augpake", 0, "y", "K"), ("augpake", 0, "w", "w"), ("augpake", 0, "W", "W"), ("augpake", 0, "X", "X"), ("augpake", 0, "r", "r"),
            ("augpake", 0, "Y", "Y"), ("augpake", 0, "K", "K"), ("augpake", 0, "Vc", "Vc"), ("augpake", 0, "Vs", "Vs"), ("augpake", 0, "SK", "SK"),
            ("augpake", 6, "x", "X"), ("augpake", 6, "X", "X"), ("augpake", 6, "Y", "Y"), ("augpake", 6, "W", "W"), ("augpake", 6, "K", "K"),
            ("augpake_reject", 0, "element", "element"),
            ("present", 0, "key", "ciphertext"), ("present", 0, "plaintext", "plaintext"), ("present", 0, "ciphertext", "ciphertext"),
            ("present_modes", 3, "key", "ecb_pkcs7"), ("present_modes", 3, "nonce", "ctr_iv_nonce"), ("present_modes", 3, "ad", "eax_tag"),
            ("present_modes", 3, "plaintext", "plaintext"), ("present_modes", 3, "ecb_pkcs7", "ecb_pkcs7"), ("present_modes", 3, "ctr_iv_nonce", "ctr_iv_nonce"),
            ("present_modes", 3, "cmac", "cmac"), ("present_modes", 3, "eax_ciphertext", "eax_ciphertext"), ("present_modes", 3, "eax_tag", "eax_tag"),
            ("mqtt_present", 0, "skp", "ks"), ("mqtt_present", 0, "sks", "ks"), ("mqtt_present", 0, "ks", "ks"),
            ("mqtt_present", 0, "wrapped_for_publisher", "wrapped_for_publisher"), ("mqtt_present", 0, "wrapped_for_subscriber", "wrapped_for_subscriber"),
            ("mqtt_present", 0, "payload", "payload"), ("mqtt_present", 0, "published", "published"),
            ("aes128_gcm", 8, "key", "ciphertext"), ("aes128_gcm", 8, "nonce", "ciphertext"), ("aes128_gcm", 8, "ad", "tag"),
            ("aes128_gcm", 8, "plaintext", "plaintext"), ("aes128_gcm", 8, "ciphertext", "ciphertext"), ("aes128_gcm", 8, "tag", "tag"),
            ("hop_seal", 2, "counter", "counter"), ("hop_seal", 2, "topic", "payload"), ("hop_seal", 2, "plaintext", "plaintext"), ("hop_seal", 2, "payload", "payload"),
            ("hop_seal", 7, "counter", "counter"), ("hop_seal", 7, "topic", "payload"), ("hop_seal", 7, "plaintext", "plaintext"), ("hop_seal", 7, "payload", "payload"),
        ];
        return all.Select(f => new TestCaseData(f.Section, f.Index, f.Field, f.Named).SetArgDisplayNames($"{f.Section}[{f.Index}].{f.Field}"));
    }

    public static VectorDocument Load() => new(JsonNode.Parse(File.ReadAllText(Shipped))!.AsObject());

    public JsonObject Case(string section, int index) => root[section]![index]!.AsObject();

    public void FlipLastDigit(string section, int index, string field)
    {
        var text = (string)Case(section, index)[field]!;
        var other = (Convert.ToInt32(text[^1..], 16) ^ 5).ToString("x", null);
        Case(section, index)[field] = text[..^1] + other;
    }

    /// <summary>Creates a file with only the given cases of a section.</summary>
    public VectorFile Only(string section, params int[] indices) => VectorFile.Parse(
        Encoding.UTF8.GetBytes(new JsonObject { [section] = new JsonArray([.. indices.Select(i => Case(section, i).DeepClone())]) }.ToJsonString()), "cut.json");

    /// <summary>Creates a file with the cases that a test wants.</summary>
    public VectorFile Where(Func<string, JsonObject, bool> wanted)
    {
        foreach (var (section, cases) in root.Where(part => part.Value is JsonArray).Select(part => (part.Key, part.Value!.AsArray())))
        {
            cases.Where(vector => !wanted(section, vector!.AsObject())).ToList().ForEach(vector => cases.Remove(vector));
        }

        return Whole();
    }

    public VectorFile Whole() => VectorFile.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "whole.json");
}
