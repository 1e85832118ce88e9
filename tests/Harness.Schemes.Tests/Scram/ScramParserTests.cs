using Harness.Schemes.Scram;

namespace Harness.Schemes.Tests.Scram;

/// <summary>Checks that each parser of SCRAM gives a typed result for any input, and writes an accepted one again byte for byte.</summary>
public sealed class ScramParserTests
{
    private static readonly string _key = Convert.ToBase64String(new byte[32]);

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void First_messages_of_clients(int count) => Mutations.Check(
        Corpus("n,,n=user,r=abc", "y,,n=a=2Cb=3Dc,r=abcdefgh", "p=tls-exporter,,n=user,r=abc", "n,,n=\u00e9,r=abc,x=more"), 61, count,
        bytes => ScramClientFirst.TryDecode(bytes, out var m) && ScramText.Escape(m.Name) is { } name && m.Bare.StartsWith($"n={name},r={m.Nonce}", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(m.Header + m.Bare) : null);

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void First_messages_of_servers(int count) => Mutations.Check(
        Corpus("r=abcdef,s=c2FsdA==,i=4096", "r=abc!x,s=AAECAwQFBgc=,i=1,x=more", "r=a,s=AAAA,i=999999999"), 62, count,
        bytes => ScramServerFirst.TryDecode(bytes, out var m) && m.Text.StartsWith(ScramServerFirst.Of(m.Nonce, m.Salt, m.Iterations).Text, StringComparison.Ordinal) ? m.Encode() : null);

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Last_messages_of_clients(int count) => Mutations.Check(
        Corpus($"c=biws,r=abcdef,p={_key}", $"c=eSws,r=a,x=more,p={_key}"), 63, count,
        bytes => ScramClientFinal.TryDecode(bytes, out var m) ? Encoding.UTF8.GetBytes($"{m.WithoutProof},p={Convert.ToBase64String(m.Proof.Span)}") : null);

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Last_messages_of_servers(int count)
    {
        var read = 0;
        foreach (var bytes in Mutations.Of(Corpus($"v={_key}", "e=invalid-proof", $"v={_key},x=more"), 64, count))
        {
            if (ScramServerFinal.TryDecode(bytes, out var message))
            {
                read++;
                Assert.That(message.Error is null ? message.Signature.Length : 32, Is.EqualTo(32));
            }
        }

        Assert.That(read, Is.InRange(1, count - 1));
    }

    private static byte[][] Corpus(params string[] messages) => [.. messages.Select(Encoding.UTF8.GetBytes)];
}
