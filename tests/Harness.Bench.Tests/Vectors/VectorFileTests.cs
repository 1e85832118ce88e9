namespace Harness.Bench.Tests.Vectors;

/// <summary>Checks that the format is read strictly, and that an error names file, section, index, key and the nearest known one.</summary>
public sealed class VectorFileTests
{
    private const string PresentKeys = """ "key": "00000000000000000000", "plaintext": "0000000000000000", "ciphertext": "5579c1387b228445" """;

    [Test]
    public void Every_case_of_the_shipped_file_is_read()
    {
        var file = VectorFile.Load(VectorDocument.Shipped);
        var root = JsonNode.Parse(File.ReadAllText(VectorDocument.Shipped))!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That(file.Cases, Has.Count.EqualTo(root.Sum(s => s.Value!.AsArray().Count)));
            Assert.That(root.Select(s => s.Key), Is.EquivalentTo(VectorFile.Sections.Except([.. VectorFile.HardenedSections, "scram", "esfahani"])));
        });
    }

    [Test]
    public void Every_section_of_the_answers_for_hardened_is_read()
    {
        var file = VectorFile.Load(VectorDocument.ShippedHardened);
        Assert.That(file.Cases.Select(c => c.Section).Distinct(), Is.EquivalentTo(VectorFile.HardenedSections));
        Assert.That(file.Cases, Has.Count.GreaterThan(60));
    }

    [Test]
    public async Task The_exchange_that_RFC_7677_prints_passes_here_and_falsified_names_the_field()
    {
        var path = Path.Combine(TestEnvironment.Root, "tests", "vectors", "scram.json");
        var vector = VectorFile.Load(path).Cases.Single();
        Assert.That((await new HostVectorDevice("host").RunAsync(vector, default)).Status, Is.EqualTo(CaseStatus.Passed));
        foreach (var field in (string[])["client_first", "client_final", "server_final"])
        {
            var other = File.ReadAllText(path).Replace($"\"{field}\": \"", $"\"{field}\": \"x", StringComparison.Ordinal);
            var outcome = await new HostVectorDevice("host").RunAsync(VectorFile.Parse(Encoding.UTF8.GetBytes(other), "x.json").Cases.Single(), default);
            Assert.That(outcome.Status, Is.EqualTo(CaseStatus.Failed), field);
            Assert.That(outcome.Mismatches.Select(m => m.Field), Does.Contain(field));
        }
    }

    [Test]
    public async Task The_logins_of_a_second_implementation_of_esfahani_pass_here_and_falsified_name_the_field()
    {
        var path = Path.Combine(TestEnvironment.Root, "tests", "vectors", "esfahani.json");
        foreach (var vector in VectorFile.Load(path).Cases)
        {
            Assert.That((await new HostVectorDevice("host").RunAsync(vector, default)).Status, Is.EqualTo(CaseStatus.Passed), vector.Id);
        }

        foreach (var field in (string[])["first", "third", "key", "second"])
        {
            var text = File.ReadAllText(path);
            var at = text.IndexOf($"\"{field}\": \"", StringComparison.Ordinal) + field.Length + 5;
            var other = text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..];
            var outcome = await new HostVectorDevice("host").RunAsync(VectorFile.Parse(Encoding.UTF8.GetBytes(other), "x.json").Cases[0], default);
            Assert.That(outcome.Mismatches.Select(m => m.Field), Does.Contain(field), field);
        }
    }

    [TestCase("{\"presnt\": []}", "x.json: unknown section \"presnt\"", "nearest known: \"present\"")]
    [TestCase("[]", "expected an object of sections, saw a list", "next: ")]
    [TestCase("{}", "no case in it", "augpake")]
    [TestCase("{\"present\": []}", "no case in it", "augpake")]
    [TestCase("{\"present\": {}}", "x.json: present: expected a list of cases, saw an object", "")]
    [TestCase("{\"present\": [7]}", "present[0]: expected an object, saw a number", "")]
    [TestCase("{\"present\": [{\"kye\": \"\"}]}", "present[0]: unknown key \"kye\"", "nearest known: \"key\"")]
    [TestCase("{\"present\": [{\"key\": \"00\"}]}", "present[0]: key \"plaintext\" is missing", "key, plaintext, ciphertext")]
    [TestCase("{\"present\": [", "no valid JSON", "x.json:1:")]
    [TestCase("", "no valid JSON", "x.json:1:")]
    [TestCase("{\"present\": [], \"present\": []}", "no valid JSON", "present")]
    [TestCase("{\"pre\\u001b[2Jsent\": []}", "unknown section \"pre?[2Jsent\"", "")]
    public void A_malformed_file_says_where_and_what(string json, string says, string also) => Assert.That(
        () => VectorFile.Parse(Encoding.UTF8.GetBytes(json), "x.json"),
        Throws.TypeOf<VectorFileException>().With.Message.Contains(says).And.Message.Contains(also));

    [TestCase("key", "\"0g00\"", "present[1].key: expected hex digits, saw 'g' at digit 2 of 4")]
    [TestCase("key", "\"000\"", "present[1].key: expected two hex digits a byte, saw 3 digits")]
    [TestCase("key", "\"0000\"", "present[1].key: expected 10 or 16 bytes, saw 2")]
    [TestCase("key", "17", "present[1].key: expected a string, saw a number")]
    [TestCase("plaintext", "null", "present[1].plaintext: expected a string, saw null")]
    [TestCase("ciphertext", "\"\\ud800\"", "present[1].ciphertext: expected valid Unicode")]
    [TestCase("ciphertext", "\"\\u001b\"", "present[1].ciphertext: expected hex digits, saw U+001B")]
    public void A_wrong_value_names_section_index_and_key(string key, string value, string says)
    {
        var good = "{" + PresentKeys + "}";
        var bad = JsonNode.Parse(good)!.AsObject();
        bad.Remove(key);
        var json = $$"""{"present": [{{good}}, {"{{key}}": {{value}}, {{bad.ToJsonString()[1..]}}]}""";
        Assert.That(
            () => VectorFile.Parse(Encoding.UTF8.GetBytes(json), "x.json"),
            Throws.TypeOf<VectorFileException>().With.Message.Contains(says).And.Message.Contains($": present[1].{key}: "));
    }

    [TestCase("augpake", "group", "\"p 256\"", "expected a name")]
    [TestCase("augpake", "w", "\"\"", "expected a number in hex")]
    [TestCase("augpake", "SK", "\"00\"", "expected 32 bytes, saw 1")]
    [TestCase("mqtt_present", "key_bytes", "\"10\"", "expected a number, saw a string")]
    [TestCase("mqtt_present", "key_bytes", "12", "expected 10 or 16, saw 12")]
    [TestCase("mqtt_present", "key_bytes", "10.5", "expected 10 or 16, saw 10.5")]
    [TestCase("present_modes", "nonce", "\"00\"", "expected 8 bytes, saw 1")]
    public void Each_section_knows_what_its_values_are(string section, string key, string value, string says)
    {
        var document = VectorDocument.Load();
        document.Case(section, 0)[key] = JsonNode.Parse(value);
        Assert.That(document.Whole, Throws.TypeOf<VectorFileException>().With.Message.Contains($"{section}[0].{key}: {says}"));
    }

    [Test]
    public void A_byte_order_mark_and_upper_case_hex_are_read()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("{\"present\": [{" + PresentKeys.ToUpperInvariant().Replace("\"KEY\"", "\"key\"").Replace("\"PLAINTEXT\"", "\"plaintext\"").Replace("\"CIPHERTEXT\"", "\"ciphertext\"") + "}]}")];
        Assert.That(((PresentCase)VectorFile.Parse(json, "x.json").Cases[0]).Ciphertext, Is.EqualTo(Convert.FromHexString("5579c1387b228445")));
    }

    [Test]
    public void A_missing_file_and_a_folder_are_said_so()
    {
        using var folder = new TemporaryFolder();
        Assert.Multiple(() =>
        {
            Assert.That(() => VectorFile.Load(folder.File("none.json")), Throws.TypeOf<VectorFileException>().With.Message.Contains("no such file"));
            Assert.That(() => VectorFile.Load(folder.Path), Throws.TypeOf<VectorFileException>().With.Message.Contains("saw a folder"));
        });
    }

    [Test]
    public void A_case_never_prints_its_secrets() =>
        Assert.That(VectorFile.Load(VectorDocument.Shipped).Cases[0].ToString(), Is.EqualTo("augpake[0]"));
}
