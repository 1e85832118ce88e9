namespace Harness.Guest.Tests;

/// <summary>The smallest session on arm64, in the ordinary suite: skipped where the guest's kernel cannot be had.</summary>
public sealed class SmallGuestTests
{
    [Test]
    public async Task Drivers_and_ciphers_work_on_arm64()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "small");
        var lines = part.Output.Split('\n').Select(line => line.Split('\t')).Where(words => words.Length == 3).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines.Where(l => l[0] != "ok").Select(l => string.Join(' ', l)), Is.Empty);
            Assert.That(part.Exit, Is.Zero, part.Output);
            Assert.That(lines.Count(l => l[1].StartsWith("Harness.Guest.", StringComparison.Ordinal)), Is.GreaterThan(15));
            Assert.That(lines.Count(l => l[1].StartsWith("Harness.Crypto.", StringComparison.Ordinal)), Is.GreaterThan(10));
        });
    }
}
