namespace Harness.Crypto.Tests;

public sealed class OperationCountsTests
{
    [Test]
    public void An_ECB_message_is_one_call_and_its_blocks()
    {
        using var counts = OperationCounts.Begin();
        PresentModes.EncryptEcb(new byte[10], new byte[8]);
        Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((1L, 2L)), "8 bytes and a block of padding");
    }

    [Test]
    public void Scopes_nest_and_count_only_while_open()
    {
        using var outer = OperationCounts.Begin();
        using (var inner = OperationCounts.Begin())
        {
            AugPakeGroup.P256.PowerOfGenerator([2]);
            Assert.That(inner.Exponentiations, Is.EqualTo(1));
        }

        AugPakeGroup.P256.PowerOfGenerator([3]);
        Assert.That(outer.Exponentiations, Is.EqualTo(2));
        outer.Dispose();
        AugPakeGroup.P256.PowerOfGenerator([4]);
        Assert.That(outer.Exponentiations, Is.EqualTo(2));
    }

    [Test]
    public void Parallel_work_of_one_flow_is_counted_whole()
    {
        using var counts = OperationCounts.Begin();
        Parallel.For(0, 32, _ => PresentModes.Ctr(new byte[16], new byte[8], new byte[24]));
        Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((32L, 96L)));
    }

    [Test]
    public void SHA_256_blocks_include_the_padding()
    {
        // rfc6628: prefix 1, C 1, S 1, password 52 and the suffix: 56 bytes need two blocks, twice.
        using var counts = OperationCounts.Begin();
        Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "c", "s", new string('x', 52));
        Assert.That((counts.Hashes, counts.Sha256Blocks), Is.EqualTo((1L, 4L)));
    }
}
