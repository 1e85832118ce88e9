using System.Globalization;
using System.Security.Cryptography;
using Harness.Crypto;

namespace Harness.Benchmarks;

/// <summary>AugPAKE on libcrypto against BouncyCastle, and PRESENT-128-CTR against AES-128-GCM.</summary>
internal sealed class CryptoBenchmark : IBenchmark
{
    private const int Message = 16 * 1024;

    public string Name => "crypto";

    public void Run(TextWriter output)
    {
        output.WriteLine($"back ends: {string.Join("; ", CryptoBackend.Available)}");
        Handshakes(output, AugPakeGroup.Modp2048Q256, 200);
        Handshakes(output, AugPakeGroup.P256, 500);
        Ciphers(output);
    }

    private static void Handshakes(TextWriter output, AugPakeGroup group, int rounds)
    {
        var w = Verifier.ComputeW(group, AugPakeProfile.Rfc6628, "client", "server", "password");
        var bench = new Interleaved($"Full AugPAKE handshake, both sides (5 exponentiations), {group}", rounds, 30);
        foreach (var backend in CryptoBackend.Available)
        {
            bench.Add(backend.Description, () => Handshake(backend, group, w));
        }

        var results = bench.Run(output);
        output.WriteLine(results.Count == 2
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"  => {group}: libcrypto is {results[1].Median / results[0].Median:F1} times faster than BouncyCastle by median, "
                + $"{results[1].Minimum / results[0].Minimum:F1} by minimum")
            : "  => no libcrypto here, nothing to compare with");
    }

    private static void Handshake(CryptoBackend backend, AugPakeGroup group, byte[] w)
    {
        using var use = CryptoBackend.Use(backend);
        using var client = new AugPakeClient(group, AugPakeProfile.Rfc6628, "client", "server", "password");
        using var server = new AugPakeServer(group, AugPakeProfile.Rfc6628, "client", "server", w);
        var vc = client.Respond(server.Respond(client.Start()));
        if (!server.TryVerify(vc))
        {
            throw new InvalidOperationException("V_C does not verify; a benchmark must not time a failed handshake.");
        }

        using var clientKey = client.Finish(server.Authenticator);
        using var serverKey = server.TakeKey();
        if (clientKey.Fingerprint != serverKey.Fingerprint)
        {
            throw new InvalidOperationException("Both sides hold different keys.");
        }
    }

    private static void Ciphers(TextWriter output)
    {
        var key = RandomNumberGenerator.GetBytes(16);
        var counter = RandomNumberGenerator.GetBytes(PresentModes.CounterSize);
        var nonce = RandomNumberGenerator.GetBytes(12);
        var data = RandomNumberGenerator.GetBytes(Message);
        var sealedData = new byte[Message];
        var tag = new byte[16];
        using var aes = new AesGcm(key, 16);
        var results = new Interleaved("Encrypting 16 KiB", 400, 100)
            .Add("AES-128-GCM (.NET)", () => aes.Encrypt(nonce, data, sealedData, tag))
            .Add("PRESENT-128-CTR", () => PresentModes.Ctr(key, counter, data))
            .Add("PRESENT-128-ECB", () => PresentModes.EncryptEcb(key, data))
            .Add("PRESENT-128-EAX", () => PresentModes.EaxSeal(key, counter, nonce, data))
            .Run(output);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  => PRESENT-128-CTR {results[1].Median / 16:F2} µs/KiB, AES-128-GCM {results[0].Median / 16:F2} µs/KiB (medians)"));
    }
}
