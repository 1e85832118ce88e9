using Harness.Reporting.Tests.Live;

namespace Harness.Browser.Tests;

/// <summary>The page of a run under way in a real browser.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class WatchPageTests : BrowserTest
{
    private static readonly BrowserNewContextOptions _phone = new() { ViewportSize = new ViewportSize { Width = 360, Height = 800 } };

    [Test]
    public async Task A_run_is_followed_from_its_begin_to_its_verdict()
    {
        using var run = new WatchedRun(() => "about 7 s left");
        var events = Everything().ToList();
        run.Write(events[0]);
        var page = await OpenUriAsync(run.Page);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Running");
        await Expect(page.Locator("#left")).ToHaveTextAsync("about 7 s left");
        await Expect(page.Locator("#devices")).ToContainTextAsync("m4: not used yet");

        var first = events.FindIndex(e => e is ScenarioFinished);
        run.Write(events[1..first]);
        run.Write(new StepStarted { Scenario = Runs.Login, Keyword = "When", Text = "m4 logs in" });
        await Expect(page.Locator("#devices")).ToContainTextAsync("m4: ready by qemu");
        await Expect(page.Locator("#current")).ToContainTextAsync("Login: The right password opens a session");
        await Expect(page.Locator("#current")).ToContainTextAsync("When m4 logs in");

        run.Write(events[first..]);
        await Expect(page.Locator("h1")).ToHaveTextAsync("FAILED");
        await Expect(page.Locator("#failures .reason h3").First).ToHaveTextAsync("FAILED: A wrong password is refused");
        await Expect(page.Locator("#failures .reason").First).ToContainTextAsync("CONNACK of m4: expected 0x87 NotAuthorized, saw 0x00 Success");
        await Expect(page.Locator("#features")).ToContainTextAsync("1 of 2 passed");
        await Expect(page.Locator("#current li")).ToHaveCountAsync(0);
        await Expect(page.Locator("#left")).ToHaveTextAsync("");
        Assert.That(Console, Is.Empty);
        await ShotAsync(page, "watch.png");
    }

    [Test]
    public async Task Names_are_text_and_what_would_run_is_refused()
    {
        const string Hostile = "<script>window.hacked = true</script><img src=x onerror='window.hacked=true'>\u202e";
        using var run = new WatchedRun();
        run.Write(Runs.Started(1) with { RigName = Hostile, Features = Hostile, Wiring = [new(Hostile, "device", "", "", "")] });
        run.Write(new FaultSeen { Device = Hostile, Fault = Hostile, Detail = Hostile });
        run.Write(new ScenarioStarted { Id = Hostile, Feature = Hostile, Name = Hostile, Index = 1, Of = 2 });
        run.Write(new StepStarted { Scenario = Hostile, Keyword = Hostile, Text = Hostile });
        var page = await OpenUriAsync(run.Page);
        await Expect(page.Locator("#current")).ToContainTextAsync("<script>window.hacked = true</script>");
        run.Write(Runs.End(Hostile, Hostile, Verdict.Fail, 5, new FailureDetail("then", Hostile, Hostile, Hostile, Hostile, Hostile, Hostile)));
        await Expect(page.Locator("#failures")).ToContainTextAsync("onerror='window.hacked=true'>\\u{202e}");
        Assert.That(await page.EvaluateAsync<bool>("() => 'hacked' in window || document.querySelectorAll('img').length > 0"), Is.False);
        Assert.That(Console, Is.Empty);

        // The control: a script that got into the page all the same would not run.
        await page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.hacked = true'; document.body.append(s); }");
        Assert.That(await page.EvaluateAsync<bool>("() => 'hacked' in window"), Is.False);
        Assert.That(Console, Has.Some.Contains("Content Security Policy"));
    }

    [Test]
    public async Task A_connection_that_is_cut_costs_no_event_and_shows_none_twice()
    {
        using var run = new WatchedRun();
        using var network = new CutProxy(run.Page.Port);
        var events = Runs.Mixed();
        run.Write(events[..11]);
        var page = await OpenUriAsync(new UriBuilder(run.Page) { Port = network.Port }.Uri);
        await Expect(page.Locator("#count")).ToHaveTextAsync("1 of 4");
        network.Cut();
        await Expect(page.Locator("#connection")).ToContainTextAsync("No connection");
        run.Write(events[11..18]);
        network.Mend();
        await Expect(page.Locator("#connection")).ToHaveTextAsync("");
        run.Write(events[18..]);
        await Expect(page.Locator("h1")).Not.ToHaveTextAsync("Running");
        await Expect(page.Locator("#count")).ToContainTextAsync("4 of 4, 1 fail, 1 rig-error, 1 inconclusive");
        await Expect(page.Locator("#failures .reason")).ToHaveCountAsync(3);
    }

    [Test]
    public async Task A_program_that_ended_is_said()
    {
        var run = new WatchedRun();
        run.Write(Runs.Mixed(finished: false));
        var page = await OpenUriAsync(run.Page);
        await Expect(page.Locator("#count")).ToContainTextAsync("4 of 4");
        run.Dispose();
        await Expect(page.Locator("#connection")).ToContainTextAsync("has ended or does not answer");
    }

    [Test]
    public async Task Twenty_thousand_scenarios_are_shown_within_seconds()
    {
        using var run = new WatchedRun();
        run.Write([Runs.Started(20_000), .. Enumerable.Range(0, 20_000).SelectMany(i => new RunEvent[]
        {
            Runs.Begin($"f{i % 50}.feature:{i}", $"Feature {i % 50}", $"Scenario {i}", i), Runs.End($"f{i % 50}.feature:{i}", $"Scenario {i}", i % 5 == 0 ? Verdict.Fail : Verdict.Pass, 5),
        })]);
        var page = await OpenUriAsync(run.Page);
        await Expect(page.Locator("#count")).ToContainTextAsync("20000 of 20000, 4000 fail", new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });
        await Expect(page.Locator("#failures .reason")).ToHaveCountAsync(1000);
        await Expect(page.Locator("#more")).ToContainTextAsync("and 3000 more");
    }

    [Test]
    public async Task Nothing_is_wider_than_a_phone()
    {
        using var run = new WatchedRun();
        run.Write(Everything());
        var page = await OpenUriAsync(run.Page, _phone);
        await Expect(page.Locator("h1")).ToHaveTextAsync("FAILED");
        Assert.That(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(360));
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Axe_finds_nothing(ColorScheme colours)
    {
        using var run = new WatchedRun();
        run.Write(Everything());
        var page = await OpenUriAsync(run.Page, new BrowserNewContextOptions { ColorScheme = colours, BypassCSP = true });
        await Expect(page.Locator("h1")).ToHaveTextAsync("FAILED");
        Assert.That(await AxeAsync(page), Is.Empty);
    }
}
