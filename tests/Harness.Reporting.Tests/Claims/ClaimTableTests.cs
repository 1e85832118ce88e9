using Harness.Reporting.Claims;
using Harness.Reporting.Tests.Html;

namespace Harness.Reporting.Tests.Claims;

/// <summary>The tables of the claims, each derived from the record alone.</summary>
public sealed class ClaimTableTests
{
    private static readonly ClaimsResult Claims = ClaimsResult.From(RunResult.From(ClaimRuns.Mixed()));

    private static readonly string Matrix = """
                                               mqtt-present        augmqtt             mqtt-auth
                                               as published        as described        as reconstructed
        claim                                  paper exp. seen     paper exp. seen     paper exp. seen
        UA user anonymity                        ✓    ✗    ✓!
        DI data integrity, wire                  ✓    ✗    ✗         ✓    ✓    ?
        A authorization, leaked                                                          ✓    ✗    ?*
        """.ReplaceLineEndings("\n");

    [Test]
    public void The_console_shows_what_the_paper_says_what_was_expected_and_what_was_seen() =>
        Assert.That(ClaimsConsole.Render(Claims), Does.Contain(Matrix));

    [Test]
    public void Each_scheme_of_the_tables_has_a_sentence_that_says_when_to_choose_it() => Assert.Multiple(() =>
    {
        Assert.That(ClaimsConsole.Render(Claims), Does.Contain("choose augmqtt when the broker may read").And.Not.Contain("choose hardened"));
        Assert.That(ClaimsMarkdown.Render(Claims).Replace("\\", "", StringComparison.Ordinal), Does.Contain("choose mqtt-auth when the broker may read"));
    });

    private static readonly RunEvent[] Grouping = Runs.Numbered(
    [
        Runs.Started(selected: 1) with { Deselected = [] },
        ClaimRuns.Scheme("mqtt-present", "papers"), ClaimRuns.Scheme("augmqtt", "papers"), ClaimRuns.Scheme("mqtt-auth", "papers"), ClaimRuns.Scheme("old", "papers"),
        ClaimRuns.Scheme("hardened", "hardened", "when the broker must not read"), ClaimRuns.Scheme("tls", "today", "when every hop may read"), ClaimRuns.Scheme("unseen", "today"),
        .. ((string[])["tls", "hardened", "old", "mqtt-auth", "augmqtt", "mqtt-present"]).SelectMany(s => (RunEvent[])
            [ClaimRuns.Cell(s, "UA", "", s == "hardened" ? "not-applicable" : "broken"), ClaimRuns.Cell(s, "DI", "wire", "holds")]),
    ]);

    private static readonly ClaimsResult Grouped = ClaimsResult.From(RunResult.From(Grouping));

    [Test]
    public void Columns_stand_by_groups_and_a_scheme_without_a_cell_is_no_column() => Assert.Multiple(() =>
    {
        Assert.That(
            Grouped.Groups.Select(g => $"{g.Name}: {string.Join(' ', g.Schemes.Select(s => s.Scheme))}; {string.Join(' ', g.Rows.Select(r => r.Claim))}"),
            Is.EqualTo(new[] { "papers: mqtt-present augmqtt mqtt-auth old; UA DI", "hardened: hardened; DI", "today: tls; UA DI" }), "a row that applies to no column of a group is left out");
        foreach (var text in (string[])[ClaimsConsole.Render(Grouped, width: 100), ClaimsMarkdown.Render(Grouped), Pages.Of(Grouping)])
        {
            Assert.That(text, Does.Match("(?s)Schemes of the papers.*mqtt-present.*augmqtt.*mqtt-auth.*old.*Our repair.*hardened.*choose hardened when.*What devices log in with today.*tls.*choose tls when every hop may read"));
            Assert.That(text, Does.Not.Contain("unseen"));
        }
    });

    [Test]
    public void Four_columns_of_a_group_are_two_blocks_at_100_columns_and_no_line_is_longer()
    {
        var lines = ClaimsConsole.Render(Grouped, width: 100).Split('\n');
        Assert.That(lines.Select(l => l.Length), Has.All.LessThanOrEqualTo(100));
        Assert.That(lines.Count(l => l.StartsWith("claim ", StringComparison.Ordinal)), Is.EqualTo(4), "three and one of the papers, one each of the others");
    }

    [Test]
    public void Other_systems_of_the_papers_stand_on_the_console_and_in_the_page_too_but_not_where_no_paper_was_asked_for() => Assert.Multiple(() =>
    {
        var events = Runs.Numbered([Runs.Started(selected: 1), ClaimRuns.Scheme("tls", "today"), ClaimRuns.Cell("tls", "UA", "", "broken")]);
        var today = ClaimsResult.From(RunResult.From(events));
        foreach (var (with, without) in ((string, string)[])[(ClaimsConsole.Render(Grouped), ClaimsConsole.Render(today)), (Pages.Of(Grouping), Pages.Of(events)), (ClaimsMarkdown.Render(Grouped), ClaimsMarkdown.Render(today))])
        {
            Assert.That(with, Does.Contain("Singh et al. 2015").And.Contain("Bali et al. 2019"));
            Assert.That(without, Does.Not.Contain("Singh et al. 2015"));
        }
    });

    [Test]
    public void The_papers_other_systems_stand_as_not_decided_each_with_its_reason()
    {
        var md = ClaimsMarkdown.Render(Claims);
        foreach (var number in (int[])[6, 7, 10, 11, 12, 13, 16, 18])
        {
            Assert.That(md.Split('\n').Count(line => line.StartsWith('|') && line.Contains($"[{number}", StringComparison.Ordinal)), Is.EqualTo(1), $"[{number}]");
        }
    }

    [Test]
    public void Every_attack_stands_with_its_evidence_its_control_its_seed_its_reference_and_its_capture()
    {
        foreach (var text in (string[])[ClaimsConsole.Render(Claims, width: 1000), ClaimsMarkdown.Render(Claims).Replace("\\", "", StringComparison.Ordinal)])
        {
            Assert.That(text, Does.Contain("evidence of di-splice-wire").And.Contains("control of di-splice-wire").And.Contains("payloads in clear")
                .And.Contains("seed 7").And.Contains("paper section 5").And.Contains("captures/di-splice-wire.pcapng").And.Contains("m4 to host"));
        }
    }

    [Test]
    public void Cells_that_differ_or_are_undecided_are_named_at_the_end()
    {
        var lines = ClaimsConsole.Render(Claims).TrimEnd().Split('\n');
        Assert.That(lines, Has.One.StartsWith("DIFFERS  mqtt-present: UA user anonymity: holds; expected: broken"));
        Assert.That(lines, Has.One.StartsWith("NOT DECIDED  augmqtt: DI data integrity, wire"));
        Assert.That(lines[^2] + " " + lines[^1], Does.Contain("5 cells: 2 as expected, 1 other than expected, 2 not decided; 1 broken that the paper says hold"));
    }

    [Test]
    public void A_tick_of_user_anonymity_never_stands_without_what_it_leaves_out()
    {
        foreach (var text in (string[])[ClaimsConsole.Render(Claims), ClaimsMarkdown.Render(Claims), ClaimsJson.Render(Claims)])
        {
            Assert.That(text, Does.Contain("IP address, port, timing and length"));
        }
    }

    [Test]
    public void A_scheme_that_is_not_fully_public_is_never_printed_without_its_label()
    {
        var md = ClaimsMarkdown.Render(Claims);
        Assert.That(md, Does.Contain("augmqtt (as described)").And.Contains("mqtt-auth (as reconstructed)"));
        Assert.That(ClaimsConsole.Render(Claims), Does.Contain("augmqtt (as described)").And.Contains("as reconstructed"));
    }

    [Test]
    public void Counts_stand_beside_the_formula_of_the_paper() =>
        Assert.That(ClaimsConsole.Render(Claims, width: 200), Does.Contain("mqtt-present, one login, device and broker: 9 Th + 5 Tex + 0 Ted; the paper prints 6 Th + 4 Tex + 6 Ted")
            .And.Contains("all parties: 9 Th + 5 Tex + 1 Ted"));

    [Test]
    public void A_login_that_was_not_counted_by_itself_is_not_said_to_cost_nothing()
    {
        var totals = CostTotal.Of([ClaimRuns.Cost("hardened", "publisher", "handshake and key delivery", 8, 5, 7)]);
        Assert.That(totals.Select(t => t.What), Is.EqualTo(new[] { "both logins, delivery and one message, all parties" }));
    }

    [Test]
    public void A_message_costs_seal_and_open_and_the_bytes_it_adds()
    {
        var text = ClaimsConsole.Render(Claims);
        Assert.That(text, Does.Match(@"augmqtt \(as described\) +16 +12,000 +13,000\.5 +25,000\.5 +61 +33 +28"));
        Assert.That(text, Does.Contain("none at 1024 bytes: m4 takes at most 256 bytes").And.Contains("emulated-instructions"));
    }

    [Test]
    public void A_scheme_takes_flash_RAM_and_stack_of_a_board_and_the_part_of_its_own_is_told()
    {
        var text = ClaimsConsole.Render(Claims, width: 100);
        Assert.That(text, Does.Contain("What each scheme takes on m4 (stm32f405, build 01234567; bytes; stack emulated-instructions)"));
        Assert.That(text, Does.Match(@"augmqtt \(as described\) +60,000 +7,000 +16,000 +100 +modp2048-q256 +6,816 +16,384"));
        Assert.That(text, Does.Match(@"mqtt-present +60,000 +common +16,000 +common"), "no image leaves it out");
        Assert.That(text.Replace('\n', ' '), Does.Contain("by the linker's map").And.Contain("own paint"), "how it is attributed");
    }

    [Test]
    public void Memory_that_is_not_known_is_never_0_and_has_its_reason_and_the_next_command()
    {
        var text = ClaimsConsole.Render(Claims, width: 200);
        Assert.That(text, Does.Match(@"mqtt-present +not known +not known +not known +not known +modp2048-q256 +not known +not known"));
        Assert.That(text, Does.Contain("mqtt-present: flash and RAM not known, no linker's map of build 01234567 here\n    next: make -C rigs/firmware footprints\n")
            .And.Contain("mqtt-present: stack not known, its firmware does not tell it (STACK)").And.Contain("augmqtt: its firmware does not have it"));
        using var json = JsonDocument.Parse(ClaimsJson.Render(Claims));
        var avr = json.RootElement.GetProperty("footprints").EnumerateArray().First(f => f.GetProperty("device").GetString() == "avr" && f.GetProperty("scheme").GetString() == "mqtt-present");
        Assert.That(new[] { "flash", "own_flash", "ram", "own_ram", "stack" }.Select(name => avr.GetProperty(name).ValueKind), Is.All.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Reports_have_the_table_of_memory_with_provenance()
    {
        var page = Html.Pages.Of(ClaimRuns.Mixed());
        Assert.That(ClaimsMarkdown.Render(Claims), Does.Contain("| m4 | stm32f405 | 01234567 | augmqtt (as described) | 60,000 | 7,000 | 16,000 | 100 | modp2048-q256 | 6,816 | 16,384 | emulated-instructions |"));
        Assert.That(page, Does.Contain("memory, in bytes").And.Contain("<td>6,816</td><td>16,384</td><td>emulated-instructions</td>"));
    }

    [TestCase(40)]
    [TestCase(72)]
    [TestCase(100)]
    public void Lines_fit_the_width_but_for_captures_and_commands(int width)
    {
        var lines = ClaimsConsole.Render(Claims, width: width).Split('\n').Where(l => !l.Contains("captures/", StringComparison.Ordinal) && !l.Contains("next: make", StringComparison.Ordinal));
        Assert.That(lines.Select(l => l.Length), Has.All.LessThanOrEqualTo(width));
    }

    [Test]
    public void Nothing_an_attack_exhibits_steers_the_terminal()
    {
        var events = ClaimRuns.Mixed().Select(e => e is AttackEnded a ? a with { Evidence = "\u001b[2J\u202e", Claim = "\u001b]0;x\a" } : e);
        var text = ClaimsConsole.Render(ClaimsResult.From(RunResult.From(events)));
        Assert.That(text.Where(c => c != '\n' && (char.IsControl(c) || c == '\u202e')), Is.Empty);
    }

    [Test]
    public void Json_holds_every_cell_with_its_attacks()
    {
        using var json = JsonDocument.Parse(ClaimsJson.Render(Claims));
        var cells = json.RootElement.GetProperty("cells").EnumerateArray().ToList();
        Assert.That(cells.Select(c => c.GetProperty("seen").GetString()), Is.EqualTo(new[] { "holds", "broken", "not-applicable", "inconclusive", "not-run" }));
        Assert.That(cells[3].GetProperty("attacks").GetArrayLength(), Is.EqualTo(2));
        Assert.That(json.RootElement.GetProperty("exit_code").GetInt32(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("messages")[1].GetProperty("seal").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_tables_are_written_beside_a_record_that_holds_attacks_and_no_other()
    {
        using var with = new TemporaryRun(ClaimRuns.Mixed());
        using var without = new TemporaryRun(Runs.Green());
        Reports.WriteBeside(with.Path);
        Reports.WriteBeside(without.Path);
        Assert.That(with.Read(Reports.ClaimsName), Does.StartWith("# Claims of the papers").And.Contains("| DI data integrity, wire | ✓ / ✗ / ✗ |"));
        Assert.That(File.Exists(Path.Combine(without.Path, Reports.ClaimsName)), Is.False);
    }
}
