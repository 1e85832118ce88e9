namespace Harness.Browser.Tests;

/// <summary>The committed bundle is what its sources build to.</summary>
[Category("Long")]
public sealed class BundleTests
{
    [TestCase("report.js")]
    [TestCase("licences.txt")]
    public void The_committed_bundle_is_built_from_its_sources(string name)
    {
        var folder = PageTools.Folder;
        PageTools.Run(folder, "node", "build.mjs", "out");
        Assert.That(File.ReadAllText(Path.Combine(folder, "out", name)), Is.EqualTo(File.ReadAllText(Path.Combine(PageTools.Sources, "dist", name))), $"next: npm ci && npm run build in {PageTools.Sources}");
    }
}
