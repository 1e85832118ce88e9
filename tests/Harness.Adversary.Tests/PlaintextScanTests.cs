using System.Text;

namespace Harness.Adversary.Tests;

public sealed class PlaintextScanTests
{
    private static readonly byte[] Plaintext = "21.53C 48%"u8.ToArray();

    public static IEnumerable<TestCaseData> Leaks()
    {
        TestCaseData Case(string name, byte[] wire, string encoding) => new TestCaseData(wire, encoding).SetArgDisplayNames(name);

        yield return Case("raw", [1, 2, .. Plaintext, 3], "raw");
        yield return Case("8 bytes of it", [1, .. Plaintext[2..], 3], "raw");
        yield return Case("lower hex", Ascii("x" + Convert.ToHexStringLower(Plaintext)), "hex");
        yield return Case("upper hex", Ascii(Convert.ToHexString(Plaintext) + "x"), "hex");
        for (var before = 0; before < 3; before++)
        {
            var around = (byte[])[.. Enumerable.Repeat((byte)0xFE, before), .. Plaintext, 0xFE];
            yield return Case($"base64 after {before}", Ascii("{\"v\":\"" + Convert.ToBase64String(around)), "base64");
        }
    }

    [TestCaseSource(nameof(Leaks))]
    public void A_leak_is_found(byte[] wire, string encoding)
    {
        var findings = new PlaintextScan(Plaintext).Scan([Bytes(wire, 3, PacketDirection.ToClient)]);
        Assert.That(findings, Is.Not.Empty);
        Assert.That(findings[0], Is.EqualTo(new PlaintextFinding(3, PacketDirection.ToClient, findings[0].Offset, encoding, 0)));
    }

    [Test]
    public void A_leak_in_the_base64_url_alphabet_is_found()
    {
        byte[] plaintext = [0xFB, 0xFF, 0xBF, 0xFB, 0xFF, 0xBF, 0xFB, 0xFF, 0xBF];
        var url = Convert.ToBase64String(plaintext).Replace('+', '-').Replace('/', '_');
        Assert.That(url, Does.Contain("-").Or.Contain("_"));
        Assert.That(new PlaintextScan(plaintext).Scan([Bytes(Ascii(url))]), Is.Not.Empty);
    }

    [Test]
    public void A_leak_cut_by_the_network_is_found() =>
        Assert.That(new PlaintextScan(Plaintext).Scan([Bytes(Plaintext[..4]), Bytes(Plaintext[4..])]), Is.Not.Empty);

    [Test]
    public void Seven_bytes_are_no_leak() =>
        Assert.That(new PlaintextScan(Plaintext).Scan([Bytes([.. Plaintext[..7], 0, .. Plaintext[3..]])]), Is.Empty);

    [Test]
    public void Pieces_of_different_directions_are_not_joined() =>
        Assert.That(new PlaintextScan(Plaintext).Scan([Bytes(Plaintext[..5]), Bytes(Plaintext[5..], 1, PacketDirection.ToClient)]), Is.Empty);

    [Test]
    public void Ciphertext_is_no_leak() =>
        Assert.That(new PlaintextScan(Plaintext).Scan([Bytes(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4096))]), Is.Empty);

    [Test]
    public void An_empty_capture_proves_nothing()
    {
        Assert.That(() => new PlaintextScan(Plaintext).Scan([]), Throws.InstanceOf<Harness.Record.InconclusiveException>());
        Assert.That(() => new PlaintextScan(Plaintext).Scan([Bytes([])]), Throws.InstanceOf<Harness.Record.InconclusiveException>());
    }

    [Test]
    public void A_plaintext_under_8_bytes_is_an_error() =>
        Assert.That(() => new PlaintextScan(new byte[7]), Throws.ArgumentException);

    [Test]
    public void The_second_plaintext_is_named()
    {
        var findings = new PlaintextScan(Plaintext, "another reading"u8.ToArray()).Scan([Bytes("xx another reading"u8.ToArray())]);
        Assert.That(findings.Single().Plaintext, Is.EqualTo(1));
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static CapturedBytes Bytes(byte[] bytes, int connection = 1, PacketDirection direction = PacketDirection.ToBroker) =>
        new(connection, direction, DateTimeOffset.UnixEpoch, bytes);
}
