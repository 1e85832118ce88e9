namespace Harness.Reporting.Tests;

public sealed class ConsoleSummaryTests
{
    private static readonly string Golden = """
        FAILED  A wrong password is refused
          at        features/handshake/login.feature:20
          phase     then
          step      Then the broker refuses it with 0x87
          item      CONNACK of m4
          expected  0x87 NotAuthorized
          seen      0x00 Success
          next      ./harness run features/handshake/login.feature:20
          said      transcripts/login-20.m4.txt

        RIG ERROR  A silent board
          at        features/resilience/board.feature:8
          phase     given
          step      Given "m4" is ready
          item      link of m4
          expected  a reply within 2000 ms
          seen      silence after 2000 ms
          next      ./harness doctor

        INCONCLUSIVE  Sealing leaves time for the control loop
          at        features/timing/seal.feature:5
          seen      a limit in ms says nothing about emulated-instructions samples

        m4 (emulated-instructions)
          operation  n         min     p50         max  clock
          aug.init   3  34,900,000   exact  34,900,000  device, instructions
          seal       2      16,900  17,000      17,100  device, instructions

        not shown: 1 row of the host's wall time around emulated boards (--verbose shows them)

        left out: 1 (tagged @hardware, and rig sim has none)

        FAILED  4 scenarios: 1 passed, 1 failed, 1 rig error, 1 inconclusive in 8.3 s
        record  /a b/run.jsonl

        """.ReplaceLineEndings("\n");

    [Test]
    public void The_whole_summary_is_as_documented()
    {
        using var folder = new TemporaryRun(Runs.Mixed());
        var text = ConsoleSummary.Render(RunResult.Load(folder.Path));
        Assert.That(text, Is.EqualTo(Golden.Replace("/a b/run.jsonl", folder.Record, StringComparison.Ordinal)));
    }

    [Test]
    public void Wall_time_around_an_emulated_board_is_shown_where_it_is_asked_for()
    {
        var text = ConsoleSummary.Render(RunResult.From(Runs.Mixed()), verbose: true);
        Assert.That(text, Does.Match(@"m4 \(host\)\n  operation  n +min +p50 +max  clock\n  seal +1  800 µs  800 µs  800 µs  host\n"));
        Assert.That(text, Does.Not.Contain("not shown"));
    }

    [Test]
    public void Unjudgeable_scenarios_are_counted_apart_with_line_and_sentence_to_add()
    {
        var missing = new FailureDetail("then", "Then m4 is still connected", "session of m4", "m4 to be logged in", "it is not", null, null)
        {
            At = "features/a.feature:7", Add = "Given m4 is logged in",
        };
        var result = RunResult.From(Runs.One("n", "f", missing, Verdict.Unjudgeable));
        var text = ConsoleSummary.Render(result);
        Assert.That(text, Does.Contain("UNJUDGEABLE  n\n").And.Contain("  line      features/a.feature:7\n").And.Contain("  add       Given m4 is logged in\n")
            .And.Contain("UNJUDGEABLE  1 scenario: 1 unjudgeable in"));
        Assert.That((result.Verdict, result.ExitCode, result.Problems), Is.EqualTo((Verdict.Unjudgeable, 2, Array.Empty<string>())));
        Assert.That(MarkdownSummary.Render(result), Does.StartWith("# UNJUDGEABLE: 1 scenario: 1 unjudgeable").And.Contain("Given m4 is logged in"));
    }

    [Test]
    public void A_green_run_is_short() => Assert.That(
        ConsoleSummary.Render(RunResult.From(Runs.Green())),
        Is.EqualTo("left out: 1 (tagged @hardware, and rig sim has none)\n\nPASSED  1 scenario: 1 passed in 1.6 s\n"));

    [Test]
    public void A_run_that_was_cut_short_says_so_at_the_end()
    {
        var lines = ConsoleSummary.Render(RunResult.From(Runs.Mixed().Take(12))).TrimEnd().Split('\n');
        Assert.That(lines, Has.One.StartsWith("record: the record has no run-finished"));
        Assert.That(lines[^2], Does.StartWith("ABORTED  2 scenarios: 1 passed, 1 aborted"));
        Assert.That(lines[^1], Is.EqualTo("incomplete: 2 of 4 selected scenarios never began"));
    }

    [TestCase(40)]
    [TestCase(60)]
    [TestCase(80)]
    [TestCase(100)]
    public void Lines_fit_the_width_but_for_what_is_copied(int width)
    {
        var lines = ConsoleSummary.Render(RunResult.From(Runs.Mixed()), width: width).Split('\n');
        var prose = lines.Where(l => !l.StartsWith("  at ", StringComparison.Ordinal) && !l.StartsWith("  next ", StringComparison.Ordinal)
            && !l.StartsWith("  said ", StringComparison.Ordinal));
        Assert.That(prose.Select(l => l.Length), Has.All.LessThanOrEqualTo(width));
        Assert.That(lines, Has.One.EndsWith("./harness run features/handshake/login.feature:20"), "a command is never cut");
    }

    [TestCase(40)]
    [TestCase(70)]
    [TestCase(88)]
    public void A_narrow_table_never_cuts_a_number_its_unit_or_its_provenance(int width)
    {
        var text = ConsoleSummary.Render(RunResult.From(Runs.Mixed()), width: width).ReplaceLineEndings(" ");
        Assert.That(text, Does.Contain("34,900,000").And.Contains("instructions").And.Contains("emulated-instructions"));
    }

    [Test]
    public void Wide_characters_keep_a_table_straight()
    {
        var sample = Runs.Sample(Runs.Login, "seal", 1, ClockKind.Device);
        var lines = ConsoleSummary.Render(RunResult.From([sample with { Device = "\u6e29\u5ea6" }, sample with { Device = "abcd" }])).Split('\n');
        var wide = lines.Single(l => l.StartsWith('\u6e29'));
        var narrow = lines.Single(l => l.StartsWith("abcd", StringComparison.Ordinal));
        Assert.That(wide.Length, Is.EqualTo(narrow.Length - 2), "two characters that are two columns each");
    }

    [Test]
    public void Colour_is_only_added_when_asked_for_and_changes_no_word()
    {
        var result = RunResult.From(Runs.Mixed());
        var plain = ConsoleSummary.Render(result);
        var coloured = ConsoleSummary.Render(result, color: true);
        Assert.That(plain, Does.Not.Contain("\u001b"));
        Assert.That(coloured, Does.Contain("\u001b[31mFAILED  A wrong password is refused\u001b[0m\n"));
        Assert.That(System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9]*m", ""), Is.EqualTo(plain));
    }

    [Test]
    public void Nothing_a_board_says_steers_the_terminal()
    {
        const string Noise = "\u001b]0;owned\a\u001b[2J\u009b31m\b\r\u202eevil\ud800";
        var text = ConsoleSummary.Render(RunResult.From(Runs.One(Noise, Noise, new FailureDetail(Noise, Noise, Noise, Noise, Noise, Noise, Noise))));
        Assert.That(text.Where(c => c != '\n' && (char.IsControl(c) || char.IsSurrogate(c) || c == '\u202e')), Is.Empty);
        Assert.That(text, Does.Contain("\\u{1b}]0;owned\\u{7}"));
    }

    [Test]
    public void An_empty_record_has_a_summary() => Assert.That(
        ConsoleSummary.Render(RunResult.From([])), Does.Contain("ABORTED  no scenario ran").And.Contains("the record is empty"));
}
