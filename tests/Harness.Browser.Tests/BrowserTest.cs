using Harness.Reporting.Html;
using Harness.Reporting.Tests.Claims;
using Harness.Reporting.Tests.Html;
using Harness.Reporting.Tests.Trends;
using Microsoft.Playwright.NUnit;

namespace Harness.Browser.Tests;

/// <summary>A report in Debian's Chromium, with everything that the page says on the console and asks the network for.</summary>
public abstract class BrowserTest : PlaywrightTest
{
    private readonly List<string> _console = [];
    private readonly List<string> _requests = [];
    private TemporaryRun? _run;
    private IBrowser? _browser;

    /// <summary>Lines of the console that are no mere information, and errors of the page.</summary>
    protected IReadOnlyList<string> Console => _console;

    /// <summary>Requests other than the one for the page.</summary>
    protected IReadOnlyList<string> Requests => _requests;

    /// <summary>Path of the report.</summary>
    protected string Report { get; private set; } = "";

    [SetUp]
    public async Task StartBrowserAsync()
    {
        _console.Clear();
        _requests.Clear();
        // A browser without a sandbox of its own: tests of a container run as root, which has none.
        _browser = await Playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = NeedsProgram.Find("chromium", "chromium"), Args = ["--no-sandbox"] });
    }

    [TearDown]
    public async Task StopBrowserAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _run?.Dispose();
        _run = null;
    }

    /// <summary>A run with claims, failures, numbers by three clocks and hostile names.</summary>
    protected static IReadOnlyList<RunEvent> Everything()
    {
        const string Attack = "<script>window.hacked = true</script>";
        var samples = Enumerable.Range(0, 200).SelectMany(i => new[]
        {
            Runs.Sample(Runs.Seal, "seal", 16_900 + (i * i % 97), ClockKind.Device), Runs.Sample(Runs.Seal, "seal", 16_950 + (i * 7 % 60), ClockKind.Trigger),
            Runs.Sample(Runs.Seal, "seal", 0.8 + (i * 0.001), ClockKind.Host) with { Unit = Unit.Milliseconds, Provenance = Provenance.Host },
        });
        var budget = new BudgetJudged
        {
            Scenario = Runs.Seal, Device = "m4", Operation = "seal", Statistic = "max", N = 200, Observed = 16_996, Limit = 17_000, Unit = Unit.Instructions,
            Provenance = Provenance.EmulatedInstructions, Verdict = Verdict.Pass,
        };
        return Runs.Numbered(
        [
            Runs.Started(6) with { Wiring = [new("m4", "device", "board: qemu-stm32f405", "", "line of the emulator"), new("harness-broker", "broker", "embedded", "", "MQTT")] },
            .. Runs.Mixed().Skip(1).SkipLast(1), .. samples, budget, .. ClaimRuns.Mixed().Skip(1).SkipLast(1),
            Runs.Begin("features/a.feature:9", Attack, Attack, 6), Runs.Step("features/a.feature:9", "Given", Attack), Runs.End("features/a.feature:9", Attack, Verdict.Pass, 1),
            RunFinished.From(new VerdictCounts(3, 1, 1, 1, 0), 8250),
        ]);
    }

    /// <summary>Opens the report of a run.</summary>
    /// <param name="events">The run.</param>
    /// <param name="hash">The text behind # in the address.</param>
    /// <param name="options">Window, colours, script.</param>
    protected async Task<IPage> OpenAsync(IEnumerable<RunEvent> events, string hash = "", BrowserNewContextOptions? options = null)
    {
        _run = new TemporaryRun(events);
        Report = Path.Combine(_run.Path, HtmlReport.FileName);
        await File.WriteAllTextAsync(Report, Pages.Whole(_run.Path, _ => [AnyTrend.Of(60) with { Device = "m4" }]));
        return await OpenFileAsync(Report, hash, options);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="hash">The text behind # in the address.</param>
    /// <param name="options">Window, colours, script.</param>
    protected async Task<IPage> OpenFileAsync(string file, string hash = "", BrowserNewContextOptions? options = null)
    {
        var page = await OpenUriAsync(new Uri(new Uri(file).AbsoluteUri + hash), options);
        _requests.RemoveAt(0);
        return page;
    }

    /// <summary>Opens an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="options">Window, colours, script.</param>
    protected async Task<IPage> OpenUriAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var context = await _browser!.NewContextAsync(options);
        var page = await context.NewPageAsync();
        page.Console += (_, line) => _console.Add($"{line.Type}: {line.Text}");
        page.PageError += (_, error) => _console.Add(error);
        page.Request += (_, request) => _requests.Add(request.Url);
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>The faults that axe-core finds in a page as it is.</summary>
    protected static async Task<string[]> AxeAsync(IPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var axe = Path.Combine(PageTools.Folder, "node_modules", "axe-core", "axe.min.js");
        await page.AddScriptTagAsync(new PageAddScriptTagOptions { Content = await File.ReadAllTextAsync(axe) });
        return await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 200)).slice(0, 3).join(' | ')}`)");
    }

    /// <summary>Takes a picture of the whole page, for people to look at.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The picture's name in the folder that HARNESS_SHOTS names; without that variable none is taken.</param>
    protected static async Task ShotAsync(IPage page, string name)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Environment.GetEnvironmentVariable("HARNESS_SHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name), FullPage = true });
        }
    }
}
