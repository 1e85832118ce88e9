namespace Harness.Record.Tests;

public sealed class ShellWordTests
{
    [TestCase("rigs/sim.yaml", "rigs/sim.yaml")]
    [TestCase("Prüfstand.yaml", "Prüfstand.yaml")]
    [TestCase("my rig.yaml", "'my rig.yaml'")]
    [TestCase("", "''")]
    public void A_word_is_quoted_where_the_shell_would_change_it(string word, string quoted) => Assert.That(ShellWord.Quote(word), Is.EqualTo(quoted));

    [Test]
    public void Bash_reads_every_word_back()
    {
        string[] words = ["plain", "a b", "it's", "$(reboot)", "`x`", "a;b", "~", "*", "!!", "-n", "a\\b", "new\nline", "tab\there", "esc\u001b[31m", "bell\u0007 it's \\", "c1\u009b", "ä'ö", "#x", "{a,b}"];
        var start = new ProcessStartInfo("bash", ["-c", $"for w in {string.Join(' ', words.Select(ShellWord.Quote))}; do printf '%s\\0' \"$w\"; done"]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var said = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.That(said.TrimEnd('\0').Split('\0'), Is.EqualTo(words));
        Assert.That(words.Select(ShellWord.Quote), Has.None.Matches<string>(quoted => quoted.Any(char.IsControl)));
    }
}
