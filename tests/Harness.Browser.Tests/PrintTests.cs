namespace Harness.Browser.Tests;

/// <summary>The report on paper.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class PrintTests : BrowserTest
{
    // A4 without margins of 1 cm, at 96 dots an inch.
    private const int PaperWidth = 718;

    [Test]
    public async Task A_printed_report_is_black_on_white_as_wide_as_the_paper_and_without_what_needs_a_screen([Values] bool opened)
    {
        var page = await OpenAsync(Everything(), options: new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark, ViewportSize = new ViewportSize { Width = PaperWidth, Height = 1000 } });
        if (opened)
        {
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        }

        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        await page.EvaluateAsync("() => dispatchEvent(new Event('beforeprint'))");
        Assert.Multiple(async () =>
        {
            Assert.That(await page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"), Is.EqualTo("rgb(255, 255, 255)rgb(0, 0, 0)"));
            Assert.That(await page.Locator("nav, .filter, .buttons").EvaluateAllAsync<string[]>("all => all.map((e) => getComputedStyle(e).display)"), Has.All.EqualTo("none"));
            Assert.That(await Wide(page), Is.Empty);
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            await Expect(page.Locator(".matrix")).ToBeVisibleAsync();
        });
        await ShotAsync(page, $"print-{(opened ? "opened" : "folded")}.png");
        Assert.That(await page.PdfAsync(new PagePdfOptions { Format = "A4" }), Has.Length.GreaterThan(10_000));
        Assert.That(Console, Is.Empty);
    }

    [Test]
    public async Task The_evidence_of_a_verdict_is_unfolded_on_paper_and_folded_again_after_it()
    {
        var page = await OpenAsync(Everything());
        var evidence = page.Locator(".cell, .operation, .scenario:not([data-verdict=pass])");
        var passed = page.Locator(".scenario[data-verdict=pass]");
        Task<bool[]> Open(ILocator parts) => parts.EvaluateAllAsync<bool[]>("all => all.map((e) => e.open)");
        var before = await Open(evidence);
        await page.EvaluateAsync("() => dispatchEvent(new Event('beforeprint'))");
        Assert.That(await Open(evidence), Is.Not.Empty.And.All.True);
        Assert.That(await Open(passed), Is.Not.Empty.And.All.False);
        await Expect(page.GetByText("evidence of di-flip-wire").First).ToBeVisibleAsync();
        await page.EvaluateAsync("() => dispatchEvent(new Event('afterprint'))");
        Assert.That(await Open(evidence), Is.EqualTo(before).And.Some.False);
    }

    // What reaches over the edge of the paper is cut off, and nobody can scroll there.
    private static Task<string[]> Wide(IPage page) => page.EvaluateAsync<string[]>(
        $$"""
        () => [...document.querySelectorAll("main *, header *")].filter((e) => e.getClientRects().length > 0 && e.getBoundingClientRect().right > {{PaperWidth + 1}})
            .map((e) => `${e.tagName} ${e.className.baseVal ?? e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8)
        """);
}
