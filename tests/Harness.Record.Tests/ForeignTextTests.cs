namespace Harness.Record.Tests;

/// <summary>Checks that text from outside cannot be taken for the harness's own.</summary>
public sealed class ForeignTextTests
{
    [TestCase("sensor-7", "\"sensor-7\"")]
    [TestCase("", "\"\"")]
    [TestCase("Küche 2 / größe", "\"Küche 2 / größe\"")]
    [TestCase("e\u0301", "\"e\u0301\"")]
    [TestCase("温度", "\"温度\"")]
    [TestCase("\U0001f321", "\"\U0001f321\"")]
    [TestCase("a\" Accepted fp=00 \"b", "\"a\\\" Accepted fp=00 \\\"b\"")]
    [TestCase("a\\", "\"a\\\\\"")]
    [TestCase("\\u{202e}", "\"\\\\u{202e}\"")]
    [TestCase("a\r\n\t\0\u001b[2J\u009b\u007f", "\"a\\u{d}\\u{a}\\u{9}\\u{0}\\u{1b}[2J\\u{9b}\\u{7f}\"")]
    [TestCase("\u202e\u2066\u200b\u200d\ufeff\u00ad\u2028\u2029\u061c", "\"\\u{202e}\\u{2066}\\u{200b}\\u{200d}\\u{feff}\\u{ad}\\u{2028}\\u{2029}\\u{61c}\"")]
    [TestCase("a\u00a0\u3000\u2003b", "\"a\\u{a0}\\u{3000}\\u{2003}b\"")]
    [TestCase("\u3164\u115f\u2800\u034f\ufe0f", "\"\\u{3164}\\u{115f}\\u{2800}\\u{34f}\\u{fe0f}\"")]
    [TestCase("\u0301a", "\"\\u{301}a\"")]
    [TestCase("\ue000\ufffe", "\"\\u{e000}\\u{fffe}\"")]
    [TestCase("\U000e0041", "\"\\u{e0041}\"")]
    public void A_name_is_quoted_and_what_does_not_show_is_escaped(string name, string shown) => Assert.That(ForeignText.Quote(name), Is.EqualTo(shown));

    [Test]
    public void Halves_of_surrogate_pairs_are_escaped() =>
        Assert.That(ForeignText.Quote("a\ud800b\udc00"), Is.EqualTo("\"a\\u{d800}b\\u{dc00}\""));

    [Test]
    public void A_cut_is_marked_outside_the_quotation_marks()
    {
        Assert.That(ForeignText.Quote(new string('x', 64)), Is.EqualTo($"\"{new string('x', 64)}\""));
        Assert.That(ForeignText.Quote(new string('x', 65)), Is.EqualTo($"\"{new string('x', 64)}\"... (65 characters)"));
        Assert.That(ForeignText.Quote(new string('x', 65_535)), Is.EqualTo($"\"{new string('x', 64)}\"... (65,535 characters)"));
        Assert.That(ForeignText.Quote(new string('x', 40) + "\"... (65 characters)"), Does.EndWith("\\\"... (65 characters)\""));
    }

    [Test]
    public void No_two_names_that_are_shown_whole_look_alike_in_a_log()
    {
        string[] parts = ["a", "\"", "\\", "\u202e", "u{202e}", "\n", "\\n", "\u200b", " ", "\u00a0"];
        var names = from a in parts from b in parts from c in parts select a + b + c;
        var shown = names.Distinct().Select(n => ForeignText.Quote(n)).ToList();
        Assert.That(shown, Is.Unique);
        Assert.That(shown.SelectMany(s => s), Has.None.Matches<char>(c => char.IsControl(c) || c > '\u007f'));
    }

    [Test]
    public void Prose_is_escaped_and_cut_without_quotation_marks()
    {
        Assert.That(ForeignText.Escape("it said \"no\"\u001b[2J", 100), Is.EqualTo("it said \"no\"\\u{1b}[2J"));
        Assert.That(ForeignText.Escape(new string('y', 11), 10), Is.EqualTo("yyyyyyyyyy... (11 characters)"));
    }

    [TestCase("bell \u0007 esc \u001b[31mred\u001b[0m nul \u0000 end", @"bell \u{7} esc \u{1b}[31mred\u{1b}[0m nul \u{0} end")]
    [TestCase("one\ntwo\tthree\rfour", @"one\u{a}two\u{9}three\u{d}four")]
    [TestCase("c1 \u009b2J rlo \u202e zwsp \u200b bom \ufeff tag \U000e0041 none \uffff", @"c1 \u{9b}2J rlo \u{202e} zwsp \u{200b} bom \u{feff} tag \u{e0041} none \u{ffff}")]
    [TestCase("Prüfstand 日本 😀 \"x\" C:\\y", "Prüfstand 日本 😀 \"x\" C:\\y")]
    [TestCase("Scénario\u00a0: la clé", "Scénario\u00a0: la clé")]
    public void A_name_in_running_text_cannot_steer_a_terminal(string name, string shown) => Assert.That(ForeignText.Name(name), Is.EqualTo(shown));

    [Test]
    public void Line_breaks_of_running_text_stay_or_become_spaces_and_half_a_pair_is_escaped()
    {
        Assert.That(ForeignText.Lines("a\n\tb\r\ud800"), Is.EqualTo("a\n\tb\\u{d}\\u{d800}"));
        Assert.That(ForeignText.Line("a\n\tb\u001b"), Is.EqualTo("a  b\\u{1b}"));
    }

    [Test]
    public void JSON_is_escaped_in_its_own_notation()
    {
        var json = ForeignText.Json("{\n\t\"x\": \"é\u202e\U000e0041\u2028\"}");
        Assert.That(json, Is.EqualTo("{\n\t\"x\": \"é\\u202e\\udb40\\udc41\\u2028\"}"));
        Assert.That(System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("x").GetString(), Is.EqualTo("é\u202e\U000e0041\u2028"));
    }
}
