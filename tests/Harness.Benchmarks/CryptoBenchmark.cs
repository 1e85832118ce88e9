using System.Security.Cryptography;
using Harness.Crypto.Ascon;
using Harness.Crypto.AugPake;
using Harness.Crypto.Backends;
using Harness.Crypto.Groups;
using Harness.Crypto.Present;

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
        Handshakes(output, AugPakeGroup.Rfc3526Group14, 100);
        LongScalar(output);
        Ciphers(output);
        Together(output);
        Paths(output);
        Single(output);
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

    /// <summary>Measures the cost of a scalar as long as q, which rfc3526-14 pays for its safe prime in spite of short x and y.</summary>
    private static void LongScalar(TextWriter output)
    {
        var group = AugPakeGroup.Rfc3526Group14;
        var x = group.DrawScalar();
        var z = new byte[group.ScalarLength];
        group.InvertScalar(x, z);
        var element = group.PowerOfGenerator(x);
        var results = new Interleaved($"One exponentiation, {group}, {CryptoBackend.Current}", 200, 30)
            .Add("x or y, 256 bits (stated assumption)", () => group.PowerOfGenerator(x))
            .Add("z, 2047 bits: K = Y^z", () => group.Power(element, z))
            .Add("z itself: inverse modulo q of 2047 bits", () => group.InvertScalar(x, z))
            .Run(output);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  => {group}: z costs the client {(results[1].Median + results[2].Median) / 1000:F2} ms a handshake (medians), "
            + $"{(results[1].Minimum + results[2].Minimum) / 1000:F2} ms (minima); a power of 256 bits {results[0].Minimum / 1000:F2} ms"));
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
        var ciphertext = PresentModes.EncryptEcb(key, data);
        var results = new Interleaved($"Encrypting 16 KiB, PRESENT on {PresentBulk.Width} bits, key set-up included", 1000, 300)
            .Add("AES-128-GCM (.NET), keyed before", () => aes.Encrypt(nonce, data, sealedData, tag))
            .Add("PRESENT-128-CTR, into the caller's memory", () => PresentModes.Ctr(key, counter, data, sealedData))
            .Add("PRESENT-128-CTR", () => PresentModes.Ctr(key, counter, data))
            .Add("PRESENT-128-ECB", () => PresentModes.EncryptEcb(key, data))
            .Add("PRESENT-128-ECB, deciphering", () => PresentModes.TryDecryptEcb(key, ciphertext, out _))
            .Run(output);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  => PRESENT-128-CTR {results[1].Median / 16:F2} µs/KiB, AES-128-GCM {results[0].Median / 16:F2} µs/KiB (medians)"));
        new Interleaved("Sealing 16 KiB with a tag", 100, 30)
            .Add("AES-128-GCM (.NET), keyed before", () => aes.Encrypt(nonce, data, sealedData, tag))
            .Add("PRESENT-128-EAX", () => PresentModes.EaxSeal(key, counter, nonce, data))
            .Run(output);
    }

    /// <summary>Seals what a busy gateway sends in one go, together and one by one, on the widest registers and on 256 bits.</summary>
    private static void Together(TextWriter output)
    {
        const int Messages = 64;
        const int Length = 1024;
        var key = RandomNumberGenerator.GetBytes(16);
        var topic = "lab/climate"u8.ToArray();
        using var eax = new PresentEax(key);
        using var aes = new AesGcm(key, 16);
        var plaintexts = Enumerable.Range(0, Messages).Select(_ => RandomNumberGenerator.GetBytes(Length)).ToArray();
        var messages = plaintexts.Select(p => new EaxMessage(RandomNumberGenerator.GetBytes(16), p, new byte[Length + PresentEax.TagSize])).ToArray();
        var nonces = messages.Select(m => m.Nonce[..12].ToArray()).ToArray();
        var (sealedData, tag) = (new byte[Length], new byte[16]);
        void SealTogether(int width)
        {
            using var use = PresentBulk.Use(width);
            eax.SealTogether(topic, messages);
        }

        var widths = new[] { 256, PresentBulk.Width }.Distinct().Where(w => w <= PresentBulk.Width).ToList();
        var bench = new Interleaved($"Sealing {Messages} messages of {Length} bytes, keyed before", 300, 200)
            .Add("AES-128-GCM (.NET), one by one", () =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    aes.Encrypt(nonces[i], plaintexts[i], sealedData, tag, topic);
                }
            })
            .Add("PRESENT-128-EAX, one by one", () =>
            {
                foreach (var message in messages)
                {
                    eax.Seal(message.Nonce.Span, topic, message.Plaintext.Span, message.Sealed.Span);
                }
            })
            .Add("Ascon-AEAD128, one by one", () =>
            {
                foreach (var message in messages)
                {
                    AsconAead128.Seal(key, message.Nonce.Span, topic, message.Plaintext.Span);
                }
            });
        widths.ForEach(w => bench.Add($"PRESENT-128-EAX, together on {w} bits", () => SealTogether(w)));
        var results = bench.Run(output);
        foreach (var (width, result) in widths.Zip(results.Skip(3)))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  => {width} bits: together {result.Median / results[0].Median:F1} times AES-128-GCM by median, {result.Minimum / results[0].Minimum:F1} by minimum; "
                + $"one by one {results[1].Median / results[0].Median:F1} and {results[1].Minimum / results[0].Minimum:F1}"));
        }
    }

    /// <summary>
    /// Measures the code paths of narrower processors; a width that this processor lacks runs in halves, so its time says nothing about a processor
    /// that has it.
    /// </summary>
    private static void Paths(TextWriter output)
    {
        var key = RandomNumberGenerator.GetBytes(16);
        var counter = RandomNumberGenerator.GetBytes(PresentModes.CounterSize);
        var data = RandomNumberGenerator.GetBytes(Message);
        var sealedData = new byte[Message];
        var bench = new Interleaved("PRESENT-128-CTR of 16 KiB by path", 200, 300);
        foreach (var width in PresentBulk.Widths.Reverse())
        {
            bench.Add(width == PresentBulk.Scalar ? "block after block" : $"{width} bits", () =>
            {
                using var use = PresentBulk.Use(width);
                PresentModes.Ctr(key, counter, data, sealedData);
            });
        }

        bench.Run(output);
    }

    private static void Single(TextWriter output)
    {
        const int Times = 1000;
        var key80 = RandomNumberGenerator.GetBytes(10);
        var key128 = RandomNumberGenerator.GetBytes(16);
        var block = RandomNumberGenerator.GetBytes(PresentEngine.BlockSize);
        using var encrypt = new PresentEngine();
        using var decrypt = new PresentEngine();
        using var setUp = new PresentEngine();
        encrypt.Init(true, key128);
        decrypt.Init(false, key128);
        using var aes = Aes.Create();
        aes.Key = key128;
        var aesBlock = new byte[16];
        new Interleaved($"{Times} dependent single blocks or key set-ups: µs here are ns of one", 200, 100)
            .Add("PRESENT-128 block, enciphered", () => Repeat(Times, () => encrypt.ProcessBlock(block, block)))
            .Add("PRESENT-128 block, deciphered", () => Repeat(Times, () => decrypt.ProcessBlock(block, block)))
            .Add("PRESENT-80 key set-up", () => Repeat(Times, () => setUp.Init(true, key80)))
            .Add("PRESENT-128 key set-up", () => Repeat(Times, () => setUp.Init(true, key128)))
            .Add("AES-128 block (.NET, one call)", () => Repeat(Times, () => aes.EncryptEcb(aesBlock, aesBlock, PaddingMode.None)))
            .Run(output);
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
