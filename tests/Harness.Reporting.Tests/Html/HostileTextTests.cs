namespace Harness.Reporting.Tests.Html;

/// <summary>Names and payloads are text, never markup: whatever stands in a record, the page has the same tags and attributes.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Plain = Pages.Markup(Pages.Of(Pages.With("plain")));

    private static readonly string[] Known =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\" autofocus onfocus=\"alert(1)", "</title><svg onload=alert(1)>", "</style></script><b>",
        "<!--", "-->", "]]>", "&lt;b&gt;&#60;", "javascript:alert(1)", "\0\u0001\u001b[31m", "\ud800 alone", "\u202ereversed", "a\nb\r\nc\td", "${x}{{y}}", "../../etc/passwd", "a?b#c&d=e%20f", "\u2028\u2029",
    ];

    [TestCaseSource(nameof(Known))]
    public void Markup_in_every_field_of_a_record_stays_text(string text) => Assert.That(Pages.Markup(Pages.Of(Pages.With(text))), Is.EqualTo(Plain));

    [Test]
    public void Random_markup_stays_text([Values(1, 2, 3)] int seed)
    {
        string[] pieces = ["<", ">", "\"", "'", "&", "/", "=", " ", "script", "img", "on", "x", "\n", "\0", "\ud83d", "\ude00", "`", "-", "!", "é", ";", "#", "%", ":", "."];
        var random = new Random(seed);
        for (var i = 0; i < 6; i++)
        {
            var text = "t" + string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.That(Pages.Markup(Pages.Of(Pages.With(text))), Is.EqualTo(Plain), () => string.Join(' ', text.Select(c => $"{(int)c:x}")));
        }
    }

    [Test]
    public void Escaped_text_has_no_character_that_ends_text_or_a_value()
    {
        var every = string.Concat(Enumerable.Range(0, 0x10000).Select(c => (char)c));
        var escaped = HtmlText.Escape(every);
        Assert.That(escaped, Does.Not.Contain("<").And.Not.Contains(">").And.Not.Contains("\"").And.Not.Contains("'").And.Not.Contains("\0").And.Not.Contains("\u202e"));
        Assert.That(Encoding.UTF8.GetByteCount(escaped), Is.GreaterThan(0));
        Assert.That(HtmlText.Escape("<a&\"b'>"), Is.EqualTo("&lt;a&amp;&quot;b&#39;&gt;"));
    }

    [Test]
    public void A_page_names_no_address_but_its_own_places_and_files_beside_it()
    {
        var body = Pages.Of(Pages.With("https://example.org/x"));
        Assert.That(body, Does.Not.Contain("src=").And.Not.Contains("href=\"h").And.Not.Contains("url(").And.Not.Contains("<link").And.Not.Contains("<iframe"));
        using var run = new TemporaryRun(Runs.Green());
        Assert.That(Pages.Whole(run.Path)[..1000], Does.Contain("default-src &#39;none&#39;"));
    }

    [Test]
    public void A_transcript_of_every_byte_value_is_shown_as_text()
    {
        var page = Pages.Of(
            [.. Runs.Mixed().Select(e => e is ScenarioFinished { Verdict: Verdict.Fail } s ? s with { Transcripts = ["transcripts/m4.txt"] } : e)],
            folder =>
            {
                Directory.CreateDirectory(Path.Combine(folder, "transcripts"));
                File.WriteAllBytes(Path.Combine(folder, "transcripts", "m4.txt"), [.. "<b>"u8, .. Enumerable.Range(0, 256).SelectMany(b => new[] { (byte)b, (byte)'\n' }), .. "grün"u8]);
            });
        Assert.That(page, Does.Contain("&lt;b&gt;\\u{0}\n\\u{1}\n").And.Contains("\n\\x80\n\\x81\n").And.Contains("\n\\xff\ngrün"));
    }
}
