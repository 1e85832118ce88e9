namespace Harness.Record.Tests;

public sealed class StrictUtf8Tests
{
    [TestCase("a\nb\nfür", 3, 2, 0xfc)]
    [TestCase("für", 1, 2, 0xfc)]
    [TestCase("a\r\n\r\n  naïve\r\n", 3, 5, 0xef)]
    public void Latin_1_is_refused_with_line_column_and_byte(string text, int line, int column, int value)
    {
        var error = Assert.Throws<NotUtf8Exception>(() => Read(Encoding.Latin1.GetBytes(text)));
        Assert.That((error!.Line, error.Column), Is.EqualTo((line, column)));
        Assert.That(error.Message, Does.Contain($"0x{value:x2}"));
    }

    [Test]
    public void Columns_count_characters_and_a_cut_last_character_has_a_place()
    {
        var error = Assert.Throws<NotUtf8Exception>(() => Read([.. Encoding.UTF8.GetBytes("x\näöü "), 0xc3]));
        Assert.That((error!.Line, error.Column), Is.EqualTo((2, 5)));
    }

    [Test]
    public void UTF_8_with_or_without_its_mark_and_marked_UTF_16_are_read()
    {
        const string Text = "Prüfstand\n日本\U0001F600\n";
        foreach (var encoding in new Encoding[] { new UTF8Encoding(false), new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) })
        {
            Assert.That(Read([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]), Is.EqualTo(Text));
        }

        Assert.That(Read([]), Is.Empty);
    }

    [Test]
    public void Half_a_character_of_UTF_16_is_refused_as_well()
    {
        var error = Assert.Throws<NotUtf8Exception>(() => Read([0xff, 0xfe, (byte)'a', 0, (byte)'\n', 0, (byte)'b', 0, 0x00, 0xdc, (byte)'c', 0]));
        Assert.That((error!.Line, error.Column), Is.EqualTo((2, 2)));
    }

    private static string Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(Path.GetDirectoryName(folder.Record)!, "text");
        File.WriteAllBytes(path, bytes);
        return StrictUtf8.ReadFile(path);
    }
}
