namespace Harness.Cli.Tests.Commands;

/// <summary>Faults planted in images of ATmegas on simavr (rigs/firmware, PLANT_SLOW, PLANT_BRANCH and PLANT_EARLY_EXIT) are found by the commands a user types.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PlantedFaultTests
{
    private static readonly string Build = Path.Combine(ProductPaths.Root, "rigs", "firmware", "build");

    [Test]
    public async Task One_percent_more_cycles_a_block_are_a_regression_and_the_same_image_is_none()
    {
        using var typed = new TypedCommand();
        string[] what = ["present-encrypt", "--device", "avr", "--samples", "3", "--warmup", "1"];
        var set = await typed.RunAsync(["baseline", "set", .. what, "--rig", Rig(typed, "avr.elf")]);
        Assert.That(set.ExitCode, Is.Zero, set.ToString());

        var same = await typed.RunAsync(["baseline", "compare", .. what, "--json", "--rig", Rig(typed, "avr.elf")]);
        Assert.That((same.ExitCode, Seen(same).Verdict, Seen(same).Ratio), Is.EqualTo((0, "unchanged", 1.0)), same.ToString());

        var slow = await typed.RunAsync(["baseline", "compare", .. what, "--json", "--other-firmware", "--rig", Rig(typed, "avr-slow.elf")]);
        Assert.That((slow.ExitCode, Seen(slow).Verdict, Seen(slow).Exact), Is.EqualTo((1, "slower", true)), slow.ToString());
        Assert.That(Seen(slow).Ratio, Is.InRange(1.005, 1.015), "what was planted is 1 %");

        var refused = await typed.RunAsync(["baseline", "compare", .. what, "--rig", Rig(typed, "avr-slow.elf")]);
        Assert.That((refused.ExitCode, refused.Stderr), Is.EqualTo((2, refused.Stderr)), refused.ToString());
        Assert.That(refused.Stderr, Does.Contain("firmware was"));
    }

    [TestCase("avr.elf", 0, "equal to the count")]
    [TestCase("avr-branch.elf", 1, "LEAK, definitely")]
    public async Task A_branch_on_a_bit_of_the_key_is_a_leak(string image, int status, string word)
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("leak", "present-key", "--device", "avr", "--samples", "12", "--rig", Rig(typed, image));
        Assert.That(result.ExitCode, Is.EqualTo(status), result.ToString());
        Assert.That(result.Stdout, Does.Contain(word));
    }

    [TestCase("avr1284.elf", "hop-tag", "20", 0, "equal to the count")]
    [TestCase("avr1284-early.elf", "hop-tag", "20", 1, "LEAK, definitely")]
    [TestCase("avr1284-early.elf", "aug-tag", "2", 1, "LEAK, definitely")]
    public async Task A_comparison_that_ends_at_the_first_wrong_byte_is_a_leak(string image, string subject, string samples, int status, string word)
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("leak", subject, "--device", "avr1284", "--samples", samples, "--rig", Rig(typed, image, "avr1284"));
        Assert.That(result.ExitCode, Is.EqualTo(status), result.ToString());
        Assert.That(result.Stdout, Does.Contain(word));
    }

    /// <summary>Writes the shipped rig with this image on one of its boards.</summary>
    private static string Rig(TypedCommand typed, string image, string board = "avr")
    {
        Assert.That(Path.Combine(Build, image), Does.Exist, "build it first: make -C rigs/firmware avr");
        var shipped = File.ReadAllText(Path.Combine(ProductPaths.Root, "rigs", "sim.yaml"));
        Assert.That(shipped, Does.Contain($" elf: firmware/build/{board}.elf"));
        return typed.Write($"{image}.yaml", shipped
            .Replace($" elf: firmware/build/{board}.elf", $" elf: firmware/build/{image}", StringComparison.Ordinal)
            .Replace("elf: firmware/build", $"elf: {Build}", StringComparison.Ordinal));
    }

    private static (string? Verdict, double Ratio, bool Exact) Seen(TypedResult result)
    {
        var json = JsonDocument.Parse(result.Stdout).RootElement;
        return (json.GetProperty("verdict").GetString(), json.GetProperty("ratio").GetDouble(), json.GetProperty("exact").GetBoolean());
    }
}
