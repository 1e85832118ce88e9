using System.Globalization;
using Harness.Mqtt;
using Harness.Mqtt.Broker;

namespace Harness.Browser.Tests;

/// <summary>The reports of commands other than <c>run</c>, made by the program itself, in a real browser; names and payloads on the wire would be markup.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class CommandReportTests : BrowserTest
{
    private const string Hostile = "<script>window.hacked=true</script><img src=x onerror=window.hacked=true>";

    private static readonly string _root = Path.GetFullPath(Path.Combine(PageTools.Sources, "..", "..", "..", ".."));
    private readonly string _folder = Directory.CreateTempSubdirectory("command report ").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task An_audit_is_shown_with_the_names_of_its_topics_as_text()
    {
        await using var broker = await BrokerAsync();
        await broker.PublishAsync(Hostile, System.Text.Encoding.UTF8.GetBytes(Hostile), QualityOfService.AtLeastOnce, retain: true);
        await EndsWithAsync(1, "audit", "--broker", Address(broker), "--listen", "1", "--active", "--client", Hostile, "--topic", Hostile, "--out", Out("audit"));
        await ShowsAsync("audit", "login.anonymous", isHostile: true);
    }

    [Test]
    public async Task The_kinds_of_bytes_that_left_a_client_before_a_wrong_certificate_are_shown()
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        var client = $"mosquitto_pub -h {{host}} -p {{port}} --cafile {{ca}} -i '{Hostile}' -u {{user}} -P {{password}} -t '{Hostile}' -m '{Hostile}' --insecure";
        await EndsWithAsync(1, "tls", "--run", client, "--only", "wrong-name", "--only", "wrong-ca", "--out", Out("tls"));
        await ShowsAsync("tls", "wrong-name", isHostile: false);
    }

    [Test]
    public async Task The_attacks_of_a_tap_are_shown_without_what_the_tap_saw()
    {
        NeedsProgram.Find("mosquitto_pub", "mosquitto-clients");
        await using var broker = await BrokerAsync();
        using var tap = Start("tap", "--listen", "0", "--to", Address(broker), "--attack", "password-in-clear", "--attack", "payload-in-clear", "--attack", "equal-payloads", "--out", Out("tap"));
        var port = "";
        while (port.Length == 0 && await tap.StandardOutput.ReadLineAsync() is { } line)
        {
            port = System.Text.RegularExpressions.Regex.Match(line, "127\\.0\\.0\\.1:([0-9]+)").Groups[1].Value;
        }

        var rest = tap.StandardOutput.ReadToEndAsync();
        while (!tap.HasExited)
        {
            using var device = Process.Start(new ProcessStartInfo("mosquitto_pub", ["-h", "127.0.0.1", "-p", port, "-i", Hostile, "-u", Hostile, "-P", "quite-secret", "-t", Hostile, "-m", Hostile, "-q", "1", "--repeat", "3"])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            await device.WaitForExitAsync();
        }

        Assert.That(tap.ExitCode, Is.EqualTo(1), await rest);
        var page = await ShowsAsync("tap", "payload-in-clear", isHostile: false);
        Assert.That(await page.ContentAsync(), Does.Not.Contain("window.hacked").And.Not.Contain("quite-secret"));
    }

    [Test]
    public async Task The_figures_of_a_load_are_shown()
    {
        await using var broker = await BrokerAsync();
        await EndsWithAsync(0, "load", "--broker", Address(broker), "--only", "latency,idle", "--seconds", "1", "--rate", "100", "--connections", "20", "--out", Out("load"));
        await ShowsAsync("load", "p99", isHostile: false);
    }

    [Test]
    public async Task A_leak_test_is_shown_and_printed_with_its_verdict_and_its_control()
    {
        await EndsWithAsync(null, "leak", "tag-compare", "--device", "host", "--rig", Path.Combine(_root, "rigs", "posix.yaml"), "--samples", "1000", "--out", Out("leak"));
        var page = await ShowsAsync("leak", "tag-compare", isHostile: false);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.EvaluateAsync("() => dispatchEvent(new Event('beforeprint'))");
        await Expect(page.GetByText("would have shown").First).ToBeVisibleAsync();
        Assert.That(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(1100));
        await ShotAsync(page, "leak-print.png");
        Assert.That(await page.PdfAsync(new PagePdfOptions { Format = "A4" }), Has.Length.GreaterThan(10_000));
    }

    [Test]
    public async Task Claims_are_shown_in_the_dark()
    {
        await EndsWithAsync(0, "claims", "--scheme", "mqtt-present", "--rig", Path.Combine(_root, "rigs", "posix.yaml"), "--out", Out("claims"));
        await ShowsAsync("claims", "mqtt-present", isHostile: false);
    }

    private static Task<MqttBroker> BrokerAsync() => MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });

    private static string Address(MqttBroker broker) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");

    private string Out(string name) => Path.Combine(_folder, name);

    private Process Start(params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(_root, "src", "Harness.Cli", "bin", "Release", "net10.0", "harness.dll"), .. words])
    {
        WorkingDirectory = _folder, RedirectStandardOutput = true, Environment = { ["HARNESS_ROOT"] = _root, ["HARNESS_HISTORY"] = "off" },
    })!;

    private async Task EndsWithAsync(int? status, params string[] words)
    {
        using var program = Start(words);
        var output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.That(program.ExitCode, status is { } one ? Is.EqualTo(one) : Is.AnyOf(0, 1, 4), output);
    }

    // In the light, in the dark and on a phone, all unfolded: it says nothing on the console, asks for nothing, runs nothing, and axe-core has no findings.
    private async Task<IPage> ShowsAsync(string name, string part, bool isHostile)
    {
        var report = Path.Combine(Out(name), "report.html");
        foreach (var (view, options) in new (string, BrowserNewContextOptions)[]
        {
            ("phone", new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 800 } }), ("dark", new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark, BypassCSP = true }),
        })
        {
            var other = await LooksWellAsync(report, $"{name}-{view}.png", options);
            Assert.That(await other.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"), Is.LessThanOrEqualTo(0), view);
        }

        var page = await LooksWellAsync(report, $"{name}.png", new BrowserNewContextOptions { BypassCSP = true, ViewportSize = new ViewportSize { Width = 1100, Height = 900 } });
        Assert.That(await page.InnerTextAsync("body"), Does.Contain(part));
        if (isHostile)
        {
            Assert.That(await page.InnerTextAsync("body"), Does.Contain("<script>window.hacked=true</script>"));
        }

        return page;
    }

    private async Task<IPage> LooksWellAsync(string report, string shot, BrowserNewContextOptions options)
    {
        var page = await OpenFileAsync(report, options: options);
        await ShotAsync(page, shot); // unfolded some are longer than a picture may be
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        Assert.Multiple(async () =>
        {
            Assert.That(await page.EvaluateAsync<bool>("() => 'hacked' in window || document.querySelectorAll('img').length > 0"), Is.False, shot);
            Assert.That(Console, Is.Empty, shot);
            Assert.That(Requests, Is.Empty, shot);
        });
        if (options.BypassCSP == true)
        {
            Assert.That(await AxeAsync(page), Is.Empty, shot);
        }

        return page;
    }
}
