using Harness.Timing.Baselines;

namespace Harness.Cli.Tests.Commands;

/// <summary>Baselines of the device in this process, on a machine whose speed changes with other load.</summary>
[NonParallelizable]
[Category("Long")]
public sealed class HostBaselineTests
{
    private const int Comparisons = 50;

    [TestCase("present-encrypt")]
    [TestCase("sha256")]
    [TestCase("p256-mul")]
    [TestCase("seal")]
    [TestCase("aug.step")]
    public async Task Fifty_comparisons_of_one_build_give_no_alarm_and_twenty_percent_is_found(string operation)
    {
        using var typed = new TypedCommand();
        var set = await typed.RunAsync("baseline", "set", operation, "--device", "host");
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        for (var i = 1; i <= Comparisons; i++)
        {
            var same = await typed.RunAsync("baseline", "compare", operation, "--device", "host", "--json");
            Assert.That(same.ExitCode, Is.Not.EqualTo(1), $"comparison {i}: {same}");
            Assert.That(Verdict(same), Is.Not.EqualTo("faster"), $"comparison {i}: {same}");
        }

        // The baseline's build was faster by a fifth: every one of its samples is, at whatever speed the machine then ran.
        var file = typed[$"baselines/host.{operation}.device.json"];
        var baseline = Baseline.Load(file);
        (baseline with { Values = [.. baseline.Values.Select(v => v / 1.2)] }).Save(file);
        for (var i = 1; i <= 2; i++)
        {
            var slower = await typed.RunAsync("baseline", "compare", operation, "--device", "host", "--json");
            Assert.That((slower.ExitCode, Verdict(slower)), Is.EqualTo((1, "slower")), $"comparison {i} with 20 % planted: {slower}");
        }
    }

    private static string? Verdict(TypedResult result) => JsonDocument.Parse(result.Stdout).RootElement.GetProperty("verdict").GetString();
}
