namespace Harness.Guest.Tests;

/// <summary>The soak as the set-up guide has it typed (rigs/guest/soak).</summary>
[Category("Long")]
public sealed class SoakCommandTests
{
    private static IEnumerable<string> LinesOfTheGuide() => File.ReadLines(Path.Combine(Guest.Root, "rig-setup.md")).Where(line => line.StartsWith("rigs/guest/soak ", StringComparison.Ordinal));

    [TestCaseSource(nameof(LinesOfTheGuide))]
    public async Task A_soak_names_every_fault_and_loses_nothing(string line)
    {
        var (exit, output, errors) = await Guest.ProcessAsync("bash", ["-c", $"cd \"$HARNESS_ROOT\" && {line}"]);
        Assert.That(exit, Is.Zero, $"{output}\n{errors}");
        Assert.That(output, Does.Match(@"\d+ rounds, \d+ logins, .* \d+ faults of \d+ kinds").And.Contain(", 0 wrong"));
    }
}
