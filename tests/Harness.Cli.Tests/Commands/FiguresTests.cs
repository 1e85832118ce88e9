using Harness.Adversary.Links;
using Harness.Cli.Commands.Figures;

namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness figures</c> and the page that it makes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FiguresTests
{
    [Test]
    public void The_page_has_a_row_an_operation_and_a_column_a_device_and_marks_what_varies()
    {
        var page = FigurePage.Markdown("./harness figures", [
            new DeviceFigures("m4", "qemu, instructions", [new Figure("seal", "a reading | sealed", 16_900, true), new Figure("open", "opened", 1, false)], [new LoginCost("AugPAKE, p256", 8_800, false)]),
            new DeviceFigures("avr", "simavr, cycles", [new Figure("seal", "a reading | sealed", null, true)], [new LoginCost("AugPAKE, p256", 117_000, true), new LoginCost("SCRAM", 9, true)]),
        ], 16);
        Assert.That(page, Does.Contain("| operation | `m4`: qemu, instructions | `avr`: simavr, cycles |\n|---|---:|---:|\n"));
        Assert.That(page, Does.Contain("| `seal`: a reading \\| sealed | 16,900 |  |\n| `open`: opened | ~ 1 |  |\n").And.Contain("`./harness figures`"));
        Assert.That(page, Does.EndWith("| login | `m4`: qemu, instructions | `avr`: simavr, cycles |\n|---|---:|---:|\n| AugPAKE, p256 | ~ 8,800 | 117,000 |\n| SCRAM |  | 9 |\n"));
    }

    [Test]
    public async Task A_rig_without_an_emulated_board_has_no_exact_figures()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("figures", "--rig", TypedCommand.Posix);
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("emulated boards").And.Contain("next: ./harness figures --rig rigs/sim.yaml"));
    }

    [Test]
    [Category("Long")]
    public async Task The_page_in_the_tree_is_that_of_todays_firmware_on_the_Cortex_M4()
    {
        NeedsProgram.Find("qemu-system-arm", "qemu-system-arm");
        using var typed = new TypedCommand();
        var first = await typed.RunAsync("figures", "--device", "m4");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(first.Stdout, Does.Match(@"\| `seal`: [^|]+ \| [\d,]+ \|"));
        var kept = await File.ReadAllTextAsync(Path.Combine(ProductPaths.Root, "rigs", "FIGURES.md"));
        var rows = CellsOfTheFirstDevice(kept).ToDictionary();
        foreach (var (name, cell) in CellsOfTheFirstDevice(first.Stdout))
        {
            // What varies with its input may come out the same three times, and the median of three a little different.
            var (before, isExact) = (rows[name], !cell.StartsWith('~') && !rows[name].StartsWith('~'));
            Assert.That(isExact ? cell == before : Math.Abs(Count(cell) - Count(before)) < 0.01 * Count(before), Is.True, $"{name}: {cell}, and {before} on the page; next: ./harness figures > rigs/FIGURES.md");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> CellsOfTheFirstDevice(string page) =>
        from line in page.Split('\n')
        where line.StartsWith("| ", StringComparison.Ordinal) && !line.Contains(" | `", StringComparison.Ordinal)
        let cells = line.Split(" | ")
        select KeyValuePair.Create(cells[0], cells[1].TrimEnd('|', ' '));

    private static double Count(string cell) => double.Parse(cell.TrimStart('~', ' '), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [Test]
    public void The_README_says_of_a_login_the_same_as_the_page()
    {
        var page = File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "FIGURES.md"));
        var logins = page[page.IndexOf("## A login", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.That(logins, Has.Count.GreaterThan(3));
        Assert.That(File.ReadAllText(Path.Combine(ProductPaths.Root, "README.md")), Does.Contain(string.Join('\n', logins) + "\n"), "next: copy the table \"A login\" of rigs/FIGURES.md");
    }

    [Test]
    public void The_page_of_links_has_a_row_a_scheme_a_column_a_link_and_no_delivery_of_a_login_alone()
    {
        var page = LinkPage.Markdown("./harness figures --links", [
            new LinkFigure("password", "300 ms", 4, [1.2, 1.25, 1.3, 2], 2, [0.6, 0.7]), new LinkFigure("password", "5 % loss", 4, [], 2, []),
            new LinkFigure("jwt", "300 ms", 2, [0.61], 0, []), new LinkFigure("jwt", "5 % loss", 2, [0.1, 0.1], 0, []),
        ], 2, 1);
        Assert.That(page, Does.Contain("| scheme | 300 ms | 5 % loss |\n|---|---|---|\n| `password` | 4 of 4, 1.30 s (2.00 s) | 0 of 4 |\n| `jwt` | 1 of 2, 0.61 s (0.61 s) | 2 of 2, 0.10 s (0.10 s) |\n"));
        Assert.That(page, Does.Contain("| `password` | 2 of 2, 0.70 s (0.70 s) | 0 of 2 |\n").And.Contain("seeds 1 to 2"));
        Assert.That(page[page.IndexOf("## Deliveries", StringComparison.Ordinal)..], Does.Not.Contain("jwt"));
    }

    [Test]
    public void The_page_of_links_in_the_tree_has_every_scheme_over_every_link()
    {
        var kept = File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "LINKS.md"));
        Assert.That(kept, Does.Contain($"| scheme | {string.Join(" | ", LinkSurvey.Links.Select(l => l.Name))} |"));
        Assert.That(SchemeNames.All.Where(scheme => !Row(kept, scheme).Any()), Is.Empty, "next: ./harness figures --links > rigs/LINKS.md");
    }

    /// <summary>The waiting is the link's and seeded: what the machine adds is allowed for.</summary>
    [Test]
    [Category("Long")]
    [NonParallelizable]
    public async Task The_page_of_links_in_the_tree_is_that_of_today()
    {
        using var typed = new TypedCommand();
        await using var program = HarnessProcess.Start(typed.Folder, "figures", "--links");
        var now = await program.EndAsync(TimeSpan.FromMinutes(10));
        Assert.That(now.ExitCode, Is.Zero, now.ToString());
        var kept = await File.ReadAllTextAsync(Path.Combine(ProductPaths.Root, "rigs", "LINKS.md"));
        Assert.Multiple(() =>
        {
            foreach (var scheme in SchemeNames.All)
            {
                foreach (var (before, today) in Row(kept, scheme).Zip(Row(now.Stdout, scheme)))
                {
                    Assert.That(today.Succeeded, Is.EqualTo(before.Succeeded), scheme);
                    Assert.That(today.Median, Is.EqualTo(before.Median).Within(0.3 + (0.3 * before.Median)), scheme);
                }
            }
        });
    }

    /// <summary>Cells of both tables of a scheme, in order: successes with their number, and the median.</summary>
    private static List<(string Succeeded, double Median)> Row(string page, string scheme) =>
        [.. page.Split('\n').Where(line => line.StartsWith($"| `{scheme}` |", StringComparison.Ordinal)).SelectMany(line => line.Split('|', StringSplitOptions.TrimEntries)[2..^1])
            .Select(cell => (cell.Split(',')[0], cell.Contains(',', StringComparison.Ordinal) ? double.Parse(cell.Split(", ")[1].Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN))];
}
