namespace Harness.Crypto.Tests.Present;

/// <summary>Contract tests of every PRESENT engine: the published answers and the independent vectors, both ways.</summary>
public abstract class BlockCipherContract
{
    private protected abstract IBlockCipher Create();

    private static IEnumerable<TestCaseData> Vectors() => VectorFile.Section("present")
        .Select(c => new TestCaseData(c.Text("key"), c.Text("plaintext"), c.Text("ciphertext")).SetArgDisplayNames(c.Name));

    // Bogdanov et al., CHES 2007, appendix I; the 128-bit answer, which the paper lacks, is that of other implementations.
    [TestCase("00000000000000000000", "0000000000000000", "5579c1387b228445")]
    [TestCase("ffffffffffffffffffff", "0000000000000000", "e72c46c0f5945049")]
    [TestCase("00000000000000000000", "ffffffffffffffff", "a112ffc72f68417b")]
    [TestCase("ffffffffffffffffffff", "ffffffffffffffff", "3333dcd3213210d2")]
    [TestCase("00000000000000000000000000000000", "0000000000000000", "96db702a2e6900af")]
    [TestCaseSource(nameof(Vectors))]
    public void A_block_has_its_known_answer_both_ways(string key, string plaintext, string ciphertext)
    {
        var cipher = Create();
        var output = new byte[8];
        cipher.Init(true, new KeyParameter(Convert.FromHexString(key)));
        Assert.That(cipher.ProcessBlock(Convert.FromHexString(plaintext), 0, output, 0), Is.EqualTo(8));
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo(ciphertext));
        cipher.Init(false, new KeyParameter(Convert.FromHexString(key)));
        cipher.ProcessBlock(output, 0, output, 0);
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo(plaintext), "deciphered in place");
    }

    [Test]
    public void Offsets_are_kept_and_nothing_else_is_written()
    {
        var cipher = Create();
        cipher.Init(true, new KeyParameter(new byte[10]));
        var input = new byte[11];
        var output = Enumerable.Repeat((byte)0xEE, 12).ToArray();
        cipher.ProcessBlock(input, 3, output, 2);
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo("eeee5579c1387b228445eeee"));
    }

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(11)]
    [TestCase(15)]
    [TestCase(17)]
    [TestCase(32)]
    public void A_key_of_another_size_is_refused(int length) =>
        Assert.That(() => Create().Init(true, new KeyParameter(new byte[length])), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Parameters_without_a_key_are_refused() =>
        Assert.That(() => Create().Init(true, new ParametersWithIV(null, new byte[8])), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void It_names_itself_and_its_block_size()
    {
        var cipher = Create();
        Assert.That(cipher.AlgorithmName, Is.EqualTo("PRESENT"));
        Assert.That(cipher.GetBlockSize(), Is.EqualTo(8));
    }
}

/// <inheritdoc/>
public sealed class PresentReferenceEngineTests : BlockCipherContract
{
    private protected override IBlockCipher Create() => new PresentReferenceEngine();
}

/// <inheritdoc/>
public sealed class PresentEngineTests : BlockCipherContract
{
    private protected override IBlockCipher Create() => new PresentEngine();

    [TestCase(10)]
    [TestCase(16)]
    public void Random_blocks_agree_with_the_reference(int keyLength)
    {
        var random = new Random(keyLength);
        var reference = new PresentReferenceEngine();
        using var engine = new PresentEngine();
        for (var i = 0; i < 50; i++)
        {
            var key = new byte[keyLength];
            var block = new byte[8];
            random.NextBytes(key);
            random.NextBytes(block);
            foreach (var encrypt in new[] { true, false })
            {
                byte[] expected = [.. block], seen = [.. block];
                reference.Init(encrypt, new KeyParameter(key));
                reference.ProcessBlock(block, 0, expected, 0);
                engine.Init(encrypt, key);
                engine.ProcessBlock(block, seen);
                Assert.That(seen, Is.EqualTo(expected), $"key {Convert.ToHexString(key)}, encrypt {encrypt}");
            }
        }
    }

    [Test]
    public void The_layer_without_special_instructions_sends_bit_i_to_16i_mod_63()
    {
        for (var i = 0; i < 64; i++)
        {
            var target = i == 63 ? 63 : 16 * i % 63;
            Assert.That(PresentCore.PermutePortable(1UL << i), Is.EqualTo(1UL << target), $"bit {i}");
            Assert.That(PresentCore.PermuteInversePortable(1UL << target), Is.EqualTo(1UL << i), $"bit {i} back");
        }
    }

    [Test]
    public void Without_a_key_it_refuses_to_work() =>
        Assert.That(() => new PresentEngine().ProcessBlock(new byte[8], new byte[8]), Throws.InvalidOperationException);

    [Test]
    public void Short_buffers_are_refused()
    {
        using var engine = new PresentEngine();
        engine.Init(true, new byte[10]);
        Assert.That(() => engine.ProcessBlock(new byte[7], new byte[8]), Throws.TypeOf<DataLengthException>());
        Assert.That(() => engine.ProcessBlock(new byte[8], new byte[7]), Throws.TypeOf<DataLengthException>());
        Assert.That(() => engine.ProcessBlock(new byte[8], 1, new byte[8], 0), Throws.TypeOf<DataLengthException>());
    }

    [Test]
    public void Dispose_clears_the_round_keys_and_ends_its_use()
    {
        var engine = new PresentEngine();
        engine.Init(true, new byte[16]);
        Assert.That(engine.RoundKeys.ToArray(), Has.Some.Not.Zero);
        engine.Dispose();
        Assert.That(engine.RoundKeys.ToArray(), Is.All.Zero);
        Assert.That(() => engine.ProcessBlock(new byte[8], new byte[8]), Throws.InvalidOperationException);
    }
}
