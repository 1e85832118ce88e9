namespace Harness.Schemes.Tests;

public sealed class TextFieldTests
{
    [Test]
    public void It_is_written_as_the_design_says() => Assert.That(TextField.Encode("pé", "a name"), Is.EqualTo(new byte[] { 0, 3, (byte)'p', 0xC3, 0xA9 }));

    [TestCase("")]
    [TestCase("plant/1")]
    [TestCase("é\0x")]
    public void It_reads_what_it_writes_and_leaves_what_follows(string text)
    {
        ReadOnlySpan<byte> rest = [.. TextField.Encode(text, "a name"), 7, 8];
        Assert.That(TextField.TryTake(ref rest, out var read), Is.True);
        Assert.That(read, Is.EqualTo(text));
        Assert.That(rest.ToArray(), Is.EqualTo(new byte[] { 7, 8 }));
    }

    [Test]
    public void The_longest_text_goes_and_a_longer_one_says_what_it_is_of()
    {
        ReadOnlySpan<byte> rest = TextField.Encode(new string('a', 65_535), "a name");
        Assert.That(TextField.TryTake(ref rest, out var read), Is.True);
        Assert.That(read, Has.Length.EqualTo(65_535));
        Assert.That(() => TextField.Encode(new string('a', 65_534) + "é", "a name"), Throws.ArgumentException.With.Message.StartsWith("a name has at most 65,535 bytes, not 65536"));
    }

    [Test]
    public void Half_a_surrogate_pair_is_refused_on_the_way_out() => Assert.That(() => TextField.Encode("\ud800", "a name"), Throws.InstanceOf<ArgumentException>());

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[] { 0, 1 })]
    [TestCase(new byte[] { 0, 2, 65 })]
    [TestCase(new byte[] { 0, 1, 0xFF })]
    public void A_text_field_that_is_cut_or_no_UTF8_is_refused_and_takes_no_bytes(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        Assert.That(TextField.TryTake(ref rest, out var read), Is.False);
        Assert.That((read, rest.Length), Is.EqualTo(((string?)null, bytes.Length)));
    }
}
