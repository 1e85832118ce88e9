using System.Buffers.Binary;

namespace Harness.Browser.Tests;

/// <summary>README's picture of the report: that of a real run, in a real browser.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class FigureTests : BrowserTest
{
    private const int MostBytes = 400_000;
    private static readonly string _root = Path.GetFullPath(Path.Combine(PageTools.Sources, "..", "..", "..", ".."));
    private readonly string _folder = Directory.CreateTempSubdirectory("report figure ").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_picture_of_a_report_is_that_of_a_run()
    {
        var program = Path.Combine(_root, "src", "Harness.Cli", "bin", "Release", "net10.0", "harness.dll");
        var start = new ProcessStartInfo("dotnet", [program, "claims", "--scheme", "mqtt-present", "--rig", "rigs/posix.yaml", "--out", Path.Combine(_folder, "r")])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["HARNESS_ROOT"] = _root, ["HARNESS_HISTORY"] = "off" },
        };
        using (var run = Process.Start(start)!)
        {
            var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            await run.WaitForExitAsync();
            Assert.That(run.ExitCode, Is.Zero, await output + await error);
        }

        var page = await OpenFileAsync(Path.Combine(_folder, "r", "report.html"), options: new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1100, Height = 900 } });
        await Expect(page.Locator(".matrix")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        var made = await page.ScreenshotAsync();
        var folder = Environment.GetEnvironmentVariable("HARNESS_SHOTS") is { Length: > 0 } named ? named : _folder;
        await File.WriteAllBytesAsync(Path.Combine(folder, "report.png"), made);
        var committed = await File.ReadAllBytesAsync(Path.Combine(_root, "tests", "figures", "report.png"));
        Assert.That(Size(committed), Is.EqualTo(Size(made)), "next: HARNESS_SHOTS=tests/figures ./harness test --long --filter FigureTests");
        Assert.That(committed, Has.Length.LessThan(MostBytes));
    }

    // Width and height stand in the first chunk of a PNG.
    private static (uint Width, uint Height) Size(byte[] png) => (BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)));
}
