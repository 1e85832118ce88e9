namespace Harness.Bench.Vectors;

/// <summary>Reads the cases of the scheme hardened.</summary>
internal static class HardenedReader
{
    private static readonly string[] _run = ["client", "server", "password", "x", "y", "W", "X", "Y", "Vc", "Vs", "SK"];

    public static VectorCase Read(string section, int index, JsonElement item, string path) => section switch
    {
        VectorFile.Pseudonyms => Pseudonym(index, new CaseFields(path, section, index, item, "u", "j", "pseudonym")),
        VectorFile.Logins => Login(index, new CaseFields(path, section, index, item, [.. _run, "u", "j"])),
        VectorFile.PairRun => new BoundRunCase(section, index) { Run = Run(index, new CaseFields(path, section, index, item, _run)) },
        VectorFile.Signatures => Signature(index, new CaseFields(path, section, index, item, "private", "public", "message", "signature")),
        VectorFile.Schemes => Epoch(index, item, path),
        _ => Sealed(section, index, new CaseFields(path, section, index, item, "key", "nonce", "ad", "plaintext", "sealed")),
    };

    private static PseudonymCase Pseudonym(int index, CaseFields f) => new(index) { Secret = f.Hex("u", 16), Attempt = f.Unsigned("j"), Pseudonym = f.Word("pseudonym") };

    private static BoundRunCase Login(int index, CaseFields f) => new(VectorFile.Logins, index) { Run = Run(index, f), Secret = f.Hex("u", 16), Attempt = f.Unsigned("j") };

    private static AugPakeCase Run(int index, CaseFields f) => new(index)
    {
        Group = AugPakeGroup.P256.Name, Profile = AugPakeProfile.Framed.Name(), Client = f.Text("client"), Server = f.Text("server"), Password = f.Text("password"),
        SmallX = f.Scalar("x"), SmallY = f.Scalar("y"), SmallW = [], W = f.Hex("W", 65), X = f.Hex("X", 65), R = [], Y = f.Hex("Y", 65), K = [],
        Vc = f.Hex("Vc", 32), Vs = f.Hex("Vs", 32), Sk = f.Hex("SK", 32),
    };

    private static SealedCase Sealed(string section, int index, CaseFields f) => new(section, index)
    {
        Key = f.Hex("key", 16), Nonce = f.Hex("nonce", 16), Ad = f.Hex("ad"), Plaintext = f.Hex("plaintext"), Sealed = f.Hex("sealed"),
    };

    private static SignatureCase Signature(int index, CaseFields f) => new(index)
    {
        Private = f.Hex("private", 32), Public = f.Hex("public", 65), Message = f.Hex("message"), Signature = f.Hex("signature", 64),
    };

    private static EpochCase Epoch(int index, JsonElement item, string path)
    {
        var f = new CaseFields(
            path, VectorFile.Schemes, index, item, "cipher", "sk", "sk_ps", "topic", "kek", "epoch", "tk", "sender", "start", "key_count", "pair_topic", "pair_messages", "messages",
            "message_key", "counter_mask", "wire_topic");
        var pair = f.Items("pair_messages", "kind", "direction", "count", "peer", "body", "wire");
        var messages = f.Items("messages", "counter", "plaintext", "signature", "wire");
        return new EpochCase(index)
        {
            Cipher = f.OneOf("cipher", HardenedCipher.All.ToDictionary(c => c.Name)), Sk = f.Hex("sk", 32), Topic = f.Text("topic"),
            Keys = ((uint)f.Unsigned("epoch"), f.Hex("tk", 16), (uint)f.Unsigned("sender"), f.Unsigned("start")), PairTopic = f.Text("pair_topic"), WireTopic = f.Text("wire_topic"),
            PairMessages = [.. pair.Select(m => (m.Number("direction", 0, 1), m.Unsigned("count"), m.Text("peer"), m.Hex("body"), m.Hex("wire")))],
            Messages = [.. messages.Select(m => (m.Unsigned("counter"), (byte[])[.. m.Hex("plaintext"), .. m.Hex("signature")], m.Hex("wire")))],
        };
    }
}
