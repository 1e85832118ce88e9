namespace Harness.Bench.Vectors;

/// <summary>Reads the sections of a file of test vectors and their cases.</summary>
internal static class VectorReader
{
    private const int SessionKeyBytes = 32;
    private static readonly int[] PresentKeys = [10, 16];

    /// <exception cref="VectorFileException">A section, key or value is unknown.</exception>
    public static IReadOnlyList<VectorCase> Read(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new VectorFileException(path, "", $"expected an object of sections, saw {CaseFields.Kind(root)}");
        }

        var cases = new List<VectorCase>();
        foreach (var section in root.EnumerateObject())
        {
            if (!VectorFile.Sections.Contains(section.Name))
            {
                throw new VectorFileException(path, "", CaseFields.Unknown("section", section.Name, VectorFile.Sections));
            }

            if (section.Name == VectorFile.PairRun && section.Value.ValueKind == JsonValueKind.Object)
            {
                cases.Add(Read(section.Name, 0, section.Value, path)); // the one that there is
                continue;
            }

            if (section.Value.ValueKind != JsonValueKind.Array)
            {
                throw new VectorFileException(path, section.Name, $"expected a list of cases, saw {CaseFields.Kind(section.Value)}");
            }

            var index = 0;
            foreach (var item in section.Value.EnumerateArray())
            {
                cases.Add(Read(section.Name, index++, item, path));
            }
        }

        return cases.Count > 0 ? cases
            : throw new VectorFileException(path, "", $"no case in it; expected cases in one of {string.Join(", ", VectorFile.Sections)}");
    }

    private static VectorCase Read(string section, int index, JsonElement item, string path) => section switch
    {
        VectorFile.AugPake => AugPake(index, new CaseFields(
            path, section, index, item, "group", "profile", "client", "server", "password", "x", "y", "w", "W", "X", "r", "Y", "K", "Vc", "Vs", "SK")),
        VectorFile.AugPakeReject => Reject(index, new CaseFields(path, section, index, item, "group", "why", "element")),
        VectorFile.Present => Present(index, new CaseFields(path, section, index, item, "key", "plaintext", "ciphertext")),
        VectorFile.PresentModes => Modes(index, new CaseFields(
            path, section, index, item, "key", "nonce", "ad", "plaintext", "ecb_pkcs7", "ctr_iv_nonce", "cmac", "eax_ciphertext", "eax_tag")),
        VectorFile.AesGcm => Gcm(index, new CaseFields(path, section, index, item, "key", "nonce", "ad", "plaintext", "ciphertext", "tag")),
        VectorFile.HopSeal => Hop(index, new CaseFields(path, section, index, item, "sk", "direction", "counter", "topic", "plaintext", "payload")),
        VectorFile.Scram => Scram(index, new CaseFields(
            path, section, index, item, "client", "password", "client_nonce", "server_nonce", "salt", "iterations", "client_first", "server_first", "client_final", "server_final")),
        VectorFile.Esfahani => EsfahaniCase.Read(index, new CaseFields(path, section, index, item, "client", "f2", "f3", "r1", "first", "second", "third", "key")),
        not VectorFile.MqttPresent => HardenedReader.Read(section, index, item, path),
        _ => MqttPresent(index, new CaseFields(
            path, section, index, item, "skp", "sks", "ks", "key_bytes", "wrapped_for_publisher", "wrapped_for_subscriber", "payload", "published")),
    };

    private static AugPakeCase AugPake(int index, CaseFields f) => new(index)
    {
        Group = f.Word("group"), Profile = f.Word("profile"), Client = f.Text("client"), Server = f.Text("server"), Password = f.Text("password"),
        SmallX = f.Scalar("x"), SmallY = f.Scalar("y"), SmallW = f.Scalar("w"), W = f.Hex("W"), X = f.Hex("X"), R = f.Scalar("r"), Y = f.Hex("Y"),
        K = f.Hex("K"), Vc = f.Hex("Vc", SessionKeyBytes), Vs = f.Hex("Vs", SessionKeyBytes), Sk = f.Hex("SK", SessionKeyBytes),
    };

    private static RejectCase Reject(int index, CaseFields f) => new(index) { Group = f.Word("group"), Reason = f.Text("why"), Element = f.Hex("element") };

    private static PresentCase Present(int index, CaseFields f) => new(index)
    {
        Key = f.Hex("key", PresentKeys), Plaintext = f.Hex("plaintext", 8), Ciphertext = f.Hex("ciphertext", 8),
    };

    private static ModesCase Modes(int index, CaseFields f) => new(index)
    {
        Key = f.Hex("key", PresentKeys), Nonce = f.Hex("nonce", 8), Ad = f.Hex("ad"), Plaintext = f.Hex("plaintext"), EcbPkcs7 = f.Hex("ecb_pkcs7"),
        CtrIvNonce = f.Hex("ctr_iv_nonce"), Cmac = f.Hex("cmac", 8), EaxCiphertext = f.Hex("eax_ciphertext"), EaxTag = f.Hex("eax_tag", 8),
    };

    private static AesGcmCase Gcm(int index, CaseFields f) => new(index)
    {
        Key = f.Hex("key", 16), Nonce = f.Hex("nonce", 12), Ad = f.Hex("ad"), Plaintext = f.Hex("plaintext"), Ciphertext = f.Hex("ciphertext"),
        Tag = f.Hex("tag", 16),
    };

    private static HopSealCase Hop(int index, CaseFields f) => new(index)
    {
        Sk = f.Hex("sk", SessionKeyBytes), Direction = (HopDirection)f.Number("direction", 0, 1),
        Counter = BinaryPrimitives.ReadUInt64BigEndian(f.Hex("counter", 8)), Topic = f.Text("topic"), Plaintext = f.Hex("plaintext"), Payload = f.Hex("payload"),
    };

    private static ScramCase Scram(int index, CaseFields f) => new(index)
    {
        Client = f.Text("client"), Password = f.Text("password"), ClientNonce = f.Text("client_nonce"), ServerNonce = f.Text("server_nonce"), Salt = f.Hex("salt"),
        Iterations = (int)Math.Min(f.Unsigned("iterations"), int.MaxValue), ClientFirst = f.Text("client_first"), ServerFirst = f.Text("server_first"), ClientFinal = f.Text("client_final"),
        ServerFinal = f.Text("server_final"),
    };

    private static MqttPresentCase MqttPresent(int index, CaseFields f) => new(index)
    {
        PublisherKey = f.Hex("skp", SessionKeyBytes), SubscriberKey = f.Hex("sks", SessionKeyBytes), TrafficKey = f.Hex("ks", SessionKeyBytes),
        KeyBits = 8 * f.Number("key_bytes", PresentKeys), WrappedForPublisher = f.Hex("wrapped_for_publisher"),
        WrappedForSubscriber = f.Hex("wrapped_for_subscriber"), Payload = f.Hex("payload"), Published = f.Hex("published"),
    };
}
