namespace Harness.Bench.Tests.Measuring;

/// <summary>The deepest stack of a board by scheme, by its own paint or its emulator's.</summary>
public sealed class SchemeStackTests
{
    [Test]
    public async Task Each_scheme_of_a_board_has_its_own_deepest_stack()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        var seen = new Dictionary<string, long>();
        foreach (var scheme in (string[])[SchemeNames.Esfahani2019, SchemeNames.Scram, SchemeNames.MqttPresent, SchemeNames.Esfahani2019 + " again"])
        {
            var depth = await SchemeStacks.MeasureAsync(bench, "m4", scheme.Split(' ')[0], limit.Token);
            Assert.That(depth, Is.Not.Null);
            Assert.That(depth!.Deepest, Is.GreaterThan(100).And.LessThan(depth.Reserved));
            seen[scheme] = depth.Deepest;
        }

        TestContext.Out.WriteLine(string.Join(", ", seen.Select(s => $"{s.Key} {s.Value}")));
        Assert.That(seen[SchemeNames.MqttPresent], Is.GreaterThan(2 * seen[SchemeNames.Esfahani2019]), "powers of 2,048 bits are deep, hashes are not");
        Assert.That(seen[SchemeNames.Esfahani2019 + " again"], Is.EqualTo(seen[SchemeNames.Esfahani2019]), "an earlier scheme leaves no mark: the paint is fresh");
    }

    [Test]
    public async Task A_board_that_does_not_see_its_stack_has_no_number()
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("posix.yaml")), new TestBenchOptions());
        Assert.That(await SchemeStacks.MeasureAsync(bench, "p1", SchemeNames.Esfahani2019, TestEnvironment.Timeout()), Is.Null);
    }

    [Test]
    public async Task Of_an_image_without_the_verb_the_emulator_tells_the_stack()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        Assert.That(await (await bench.GetBoardAsync("avr", limit.Token)).StackAsync(limit.Token), Is.Null, "it has the verb");
        var depth = await SchemeStacks.MeasureAsync(bench, "avr", SchemeNames.MqttPresent, limit.Token);
        TestContext.Out.WriteLine($"{depth}");
        Assert.That(depth, Is.Not.Null);
        Assert.That(depth!.Deepest, Is.GreaterThan(300).And.LessThan(depth.Reserved));
        Assert.That(depth.Reserved, Is.LessThan(2048), "its RAM less the static data");
        var idle = await bench.StackAsync("avr", limit.Token);
        Assert.That(idle!.Deepest, Is.LessThan(depth.Deepest), "an earlier login leaves no mark: the paint is fresh");
    }

    [Test]
    public async Task A_board_and_its_emulator_tell_the_same_stack()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        var board = await bench.GetBoardAsync("avr1284", limit.Token);

        // One after the other, as whoever tells it paints anew.
        await bench.Device("avr1284").EmulatedStackAsync(limit.Token);
        await board.MeasureAsync("sha256-block", 1, limit.Token);
        var emulator = (await bench.Device("avr1284").EmulatedStackAsync(limit.Token))!;
        await board.StackAsync(limit.Token);
        await board.MeasureAsync("sha256-block", 1, limit.Token);
        var own = (await board.StackAsync(limit.Token))!;
        Assert.That(emulator.Reserved, Is.EqualTo(own.Reserved), "the same room");
        Assert.That(own.Deepest, Is.EqualTo(emulator.Deepest).Within(160), "but for the verb that tells it");
    }

    [TestCase("m4", SchemeNames.AugMqtt, "modp2048-q256")]
    [TestCase("m4", SchemeNames.Hardened, "p256")]
    [TestCase("avr1284", SchemeNames.MqttPresent, "p256")]
    [TestCase("m4", SchemeNames.Scram, "")]
    [TestCase("m4", SchemeNames.Esfahani2019, "")]
    public async Task The_group_is_that_of_the_rig_or_of_the_scheme(string device, string scheme, string group)
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        Assert.That(SchemeStacks.GroupOf(bench, device, scheme), Is.EqualTo(group));
    }
}
