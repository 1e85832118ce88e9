namespace Harness.Reporting.Tests;

public sealed class MarkdownSummaryTests
{
    [Test]
    public void A_summary_of_any_run_is_short_enough_for_a_comment_and_counts_what_had_no_room()
    {
        var long10k = string.Concat(Enumerable.Repeat("<n>@", 2560));
        var failed = Enumerable.Range(1, 2000).SelectMany(i => (RunEvent[])
        [
            Runs.Begin($"features/{long10k}.feature:{i}", "F", $"{i} {long10k}", i),
            Runs.End($"features/{long10k}.feature:{i}", $"{i} {long10k}", i % 2 == 0 ? Verdict.Fail : Verdict.RigError, 1, new FailureDetail("then", long10k, long10k, long10k, long10k, null, long10k)) with { Transcripts = [.. Enumerable.Repeat(long10k, 20)] },
        ]);
        var summary = MarkdownSummary.Render(RunResult.From(Runs.Numbered([Runs.Started(2000), .. failed, RunFinished.From(new VerdictCounts(0, 1000, 0, 1000, 0), 1)])));
        Assert.That(summary, Has.Length.LessThan(65_536));
        Assert.That(summary, Does.StartWith("# FAILED").And.Contain("more are in the record; this summary has no more room."));
    }

    private static readonly string Golden = """
        # FAILED: 4 scenarios: 1 passed, 1 failed, 1 rig error, 1 inconclusive in 8.3 s

        | passed | failed | unjudgeable | rig error | inconclusive | aborted | never began | deselected |
        |---|---|---|---|---|---|---|---|
        | 1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 |

        Run `20260314-150926-a1b2` of harness 0.1.0 on rig sim (`rigs/sim.yaml`), started 2026-03-14 15:09:26 UTC.
        Host: Some CPU, 2 cores, x64, Debian GNU/Linux 12 (bookworm), kernel 6.1.0-18, .NET 10.0.0, governor performance.

        ## Failed (1)

        ### A wrong password is refused

        `features/handshake/login.feature:20`

        - phase: then
        - step: Then the broker refuses it with 0x87
        - item: CONNACK of m4
        - expected: 0x87 NotAuthorized
        - seen: 0x00 Success
        - next: `./harness run features/handshake/login.feature:20`
        - transcript: `transcripts/login-20.m4.txt`

        ## Rig error (1)

        ### A silent board

        `features/resilience/board.feature:8`

        - phase: given
        - step: Given "m4" is ready
        - item: link of m4
        - expected: a reply within 2000 ms
        - seen: silence after 2000 ms
        - next: `./harness doctor`

        ## Inconclusive (1)

        ### Sealing leaves time for the control loop

        `features/timing/seal.feature:5`

        - phase: then
        - step: Then "seal" takes at most 1.5 ms
        - item: max of seal of m4
        - expected: at most 1.5 ms
        - seen: a limit in ms says nothing about emulated-instructions samples

        ## Timing

        | device | operation | n | min | p50 | max | clock | provenance |
        |---|---|---|---|---|---|---|---|
        | m4 | aug.init | 3 | 34,900,000 | exact | 34,900,000 | device, instructions | emulated-instructions |
        | m4 | seal | 2 | 16,900 | 17,000 | 17,100 | device, instructions | emulated-instructions |
        | m4 | seal | 1 | 800 µs | 800 µs | 800 µs | host | host |

        exact: at least 3 equal values of an exact clock; percentiles would say nothing more.

        An emulated number is not a time on hardware: no hardware budget is judged by it.

        ## Budgets

        | device | operation | statistic | n | observed | limit | provenance | verdict | reason |
        |---|---|---|---|---|---|---|---|---|
        | m4 | seal | max | 2 | none | 1.5 ms | emulated-instructions | inconclusive | a limit in ms says nothing about emulated-instructions samples |

        ## Devices

        | device | kind | driver | board | firmware | build | clock | tick | provenance | ready after |
        |---|---|---|---|---|---|---|---|---|---|
        | m4 | serial | qemu | stm32f405 | harness-fw 1.0 | 9f2c11aa | 1 GHz | instructions | emulated-instructions | 813 ms |
        | host | host | in-process |  |  |  | none | ns | host | 1 ms |

        ## Link faults

        | device | fault | times | last detail |
        |---|---|---|---|
        | m4 | timeout | 2 | no reply to 18 ID within 2 s |

        ## Deselected

        | scenario | where | reason |
        |---|---|---|
        | Seals in time on a Pi | features/timing/pi.feature:3 | tagged &#64;hardware, and rig sim has none |

        """.ReplaceLineEndings("\n");

    [Test]
    public void The_whole_summary_is_as_documented() => Assert.That(MarkdownSummary.Render(RunResult.From(Runs.Mixed())), Is.EqualTo(Golden));

    [Test]
    public void A_green_run_has_no_section_without_content()
    {
        var md = MarkdownSummary.Render(RunResult.From(Runs.Green()));
        Assert.That(md, Does.StartWith("# PASSED: 1 scenario: 1 passed in 1.6 s\n"));
        Assert.That(md.Split('\n').Where(l => l.StartsWith("##", StringComparison.Ordinal)), Is.EqualTo(new[] { "## Deselected" }));
    }

    [Test]
    public void A_run_that_was_cut_short_says_so_at_the_top()
    {
        var md = MarkdownSummary.Render(RunResult.From(Runs.Mixed().Take(12)));
        Assert.That(md, Does.StartWith("# ABORTED: 2 scenarios: 1 passed, 1 aborted"));
        Assert.That(md, Does.Contain("**Incomplete:** this run was aborted before it ended; 2 of 4 selected scenarios never began."));
        Assert.That(md, Does.Contain("> the record has no run-finished"));
    }

    [Test]
    public void An_empty_record_has_a_summary() =>
        Assert.That(MarkdownSummary.Render(RunResult.From([])), Does.StartWith("# ABORTED: no scenario ran").And.Contains("the record is empty"));

    [Test]
    public void Foreign_text_stays_text()
    {
        const string Hostile = "<img src=x> | `code` **bold** _it_ [a](b) @team #1 $x$ \\ \u001b[31m\r\n# head";
        var md = MarkdownSummary.Render(RunResult.From(Runs.One(Hostile, "F", new FailureDetail("then", Hostile, "i", Hostile, Hostile, null, "echo `id`"))));
        var seen = md.Split('\n').Single(l => l.StartsWith("- seen:", StringComparison.Ordinal));
        Assert.That(seen, Is.EqualTo(
            "- seen: &lt;img src=x&gt; \\| \\`code\\` \\*\\*bold\\*\\* \\_it\\_ \\[a\\](b) &#64;team &#35;1 &#36;x&#36; \\\\ \\\\u{1b}\\[31m\\\\u{d} &#35; head"));
        Assert.That(md, Does.Contain("- next: `echo 'id'`\n"));
        Assert.That(md.Split('\n').Where(l => l.StartsWith("# ", StringComparison.Ordinal)), Has.One.Items);
    }
}
