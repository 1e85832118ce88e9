namespace Harness.Schemes.Tests.MqttPresent;

public sealed class WrapMessageTests
{
    private static readonly byte[] Wrap = [.. Enumerable.Range(0, MqttPresentCipher.WrapLength).Select(i => (byte)i)];

    [Test]
    public void It_is_written_as_the_design_says()
    {
        byte[] expected = [1, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0, 3, (byte)'p', 0xC3, 0xA9, .. Wrap];
        Assert.That(new WrapMessage("a/b", "pé", Wrap).Encode(), Is.EqualTo(expected));
    }

    [Test]
    public void It_reads_what_it_writes()
    {
        Assert.That(WrapMessage.TryDecode(new WrapMessage("t", "p", Wrap).Encode(), out var message), Is.True);
        Assert.That((message!.Topic, message.Peer), Is.EqualTo(("t", "p")));
        Assert.That(message.Wrap.ToArray(), Is.EqualTo(Wrap));
    }

    [Test]
    public void Every_cut_is_refused()
    {
        var whole = new WrapMessage("topic", "peer", Wrap).Encode();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(WrapMessage.TryDecode(whole.AsSpan(0, length), out _), Is.False, $"{length} bytes");
        }

        Assert.That(WrapMessage.TryDecode([.. whole, 0], out _), Is.False, "one byte more");
    }

    [Test]
    public void Another_version_is_refused()
    {
        var bytes = new WrapMessage("t", "p", Wrap).Encode();
        bytes[0] = 2;
        Assert.That(WrapMessage.TryDecode(bytes, out _), Is.False);
    }

    [Test]
    public void Text_that_is_no_utf8_is_refused()
    {
        var bytes = new WrapMessage("t", "p", Wrap).Encode();
        bytes[3] = 0xFF;
        Assert.That(WrapMessage.TryDecode(bytes, out _), Is.False);
    }
}
