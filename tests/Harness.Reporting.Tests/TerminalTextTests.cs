namespace Harness.Reporting.Tests;

public sealed class TerminalTextTests
{
    [TestCase("bell \u0007 esc \u001b[31mred\u001b[0m nul \u0000 end", @"bell \x07 esc \x1b[31mred\x1b[0m nul \x00 end")]
    [TestCase("one\ntwo\tthree\rfour", @"one\ntwo\tthree\x0dfour")]
    [TestCase("c1 \u009b2J rlo \u202e zwsp \u200b bom \ufeff", @"c1 \x9b2J rlo \x202e zwsp \x200b bom \xfeff")]
    [TestCase("Prüfstand 日本 😀", "Prüfstand 日本 😀")]
    public void A_name_cannot_steer_a_terminal(string name, string shown) => Assert.That(TerminalText.Name(name), Is.EqualTo(shown));
}
