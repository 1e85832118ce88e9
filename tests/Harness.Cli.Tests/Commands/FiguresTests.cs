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
        foreach (var row in first.Stdout.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.Contains(" | `", StringComparison.Ordinal) && !line.Contains('~', StringComparison.Ordinal)))
        {
            Assert.That(kept, Does.Contain(row), "next: ./harness figures > rigs/FIGURES.md");
        }
    }
}
