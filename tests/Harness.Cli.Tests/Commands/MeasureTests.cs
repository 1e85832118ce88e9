using Harness.Cli.Commands.Measuring;
using Harness.Timing;
using Harness.Timing.Baselines;

namespace Harness.Cli.Tests.Commands;

/// <summary><c>measure</c>, <c>baseline</c> and <c>leak</c> as a user types them, on the device in this process.</summary>
public sealed class MeasureTests
{
    [Test]
    public async Task Json_carries_what_a_number_is_and_every_sample_is_in_the_file_it_names()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("measure", "sha256", "--device", "host", "--samples", "50", "--warmup", "5", "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var json = JsonDocument.Parse(result.Stdout).RootElement;
        Assert.That(
            (json.GetProperty("unit").GetString(), json.GetProperty("n").GetInt32(), json.GetProperty("clock").GetString(), json.GetProperty("provenance").GetString()),
            Is.EqualTo(("ns", 50, "device", "host")));
        Assert.That(json.GetProperty("floor").GetProperty("value").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("statistics").GetProperty("p99_marked").GetBoolean(), Is.True, "fifty samples");
        Assert.That(json.GetProperty("fingerprint").EnumerateObject().Select(f => f.Name), Is.SupersetOf(new[] { "board", "clock_hz", "host", "kernel", "governor", "drivers", "broker", "firmware" }));
        var lines = await File.ReadAllLinesAsync(typed[json.GetProperty("samples_file").GetString()!]);
        Assert.That(lines[0], Is.EqualTo("clock,phase,index,value,unit,provenance"));
        Assert.That((lines.Count(l => l.StartsWith("device,sample,", StringComparison.Ordinal)), lines.Count(l => l.StartsWith("device,warmup,", StringComparison.Ordinal))), Is.EqualTo((50, 5)));
    }

    [Test]
    public async Task Energy_has_interval_floor_and_meter_and_says_that_a_model_is_no_board()
    {
        using var typed = new TypedCommand();
        var rig = Path.Combine(ProductPaths.Root, "rigs", "sim.yaml");
        var result = await typed.RunAsync("measure", "sha256", "--device", "m4", "--rig", rig, "--energy", "--samples", "5", "--warmup", "1", "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var json = JsonDocument.Parse(result.Stdout).RootElement;
        Assert.That(json.GetProperty("no_board").GetString(), Is.EqualTo("the meter is a model, m4 is no real board (emulated-instructions)"));
        Assert.That((json.GetProperty("n").GetInt32(), json.GetProperty("charge_c").GetProperty("confidence").GetDouble()), Is.EqualTo((5, 0.95)));
        Assert.That(json.GetProperty("charge_c").GetProperty("mean").GetDouble(), Is.EqualTo(0.024 * json.GetProperty("seconds").GetDouble()).Within(5).Percent, "the model's 24 mA");
        Assert.That(json.GetProperty("floor_c").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("notes")[1].GetString(), Does.Contain("below the floor"));
        Assert.That(await File.ReadAllLinesAsync(typed[json.GetProperty("samples").GetString()!]), Has.Length.EqualTo(6));
    }

    [Test]
    public async Task Energy_without_a_meter_in_the_supply_says_what_to_wire()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("measure", "sha256", "--device", "host", "--energy", "--samples", "1");
        Assert.That((result.ExitCode, result.Stderr.Contains("INA219 or INA260", StringComparison.Ordinal), result.Stderr.Contains("./harness sensors ina219", StringComparison.Ordinal)), Is.EqualTo((4, true, true)), result.ToString());
    }

    [Test]
    public async Task A_baseline_is_set_compared_and_refused_on_another_rig()
    {
        using var typed = new TypedCommand();
        string[] what = ["present-encrypt", "--device", "host", "--samples", "300"];
        var set = await typed.RunAsync(["baseline", "set", .. what]);
        Assert.That((set.ExitCode, set.Stdout.Contains("300 samples", StringComparison.Ordinal)), Is.EqualTo((0, true)), set.ToString());
        var file = typed["baselines/host.present-encrypt.device.json"];

        // A machine may be busy: only the form of the answer, and that a planted slowdown is found, are certain.
        var text = await File.ReadAllTextAsync(file);
        var baseline = Baseline.Load(file);
        (baseline with { Values = [.. baseline.Values.Select(v => v / 100)] }).Save(file);
        var slower = await typed.RunAsync(["baseline", "compare", .. what, "--runs", "1", "--json"]);
        Assert.That(slower.ExitCode, Is.EqualTo(1), slower.ToString());
        var json = JsonDocument.Parse(slower.Stdout).RootElement;
        Assert.That((json.GetProperty("verdict").GetString(), json.GetProperty("ratio").GetDouble() > 20), Is.EqualTo(("slower", true)));

        await File.WriteAllTextAsync(file, text.Replace($"\"kernel\":\"{baseline.Fingerprint.Kernel}\"", "\"kernel\":\"5.4.0\"", StringComparison.Ordinal));
        var refused = await typed.RunAsync(["baseline", "compare", .. what]);
        Assert.That((refused.ExitCode, refused.Stderr), Is.EqualTo((2, refused.Stderr)), refused.ToString());
        Assert.That(refused.Stderr, Does.Contain("kernel was \"5.4.0\""));
    }

    [Test]
    public async Task A_baseline_of_sixteen_bytes_is_none_for_seventeen()
    {
        using var typed = new TypedCommand();
        string[] what = ["seal", "--device", "host", "--samples", "20"];
        var set = await typed.RunAsync(["baseline", "set", .. what, "--bytes", "16"]);
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        var refused = await typed.RunAsync(["baseline", "compare", .. what, "--bytes", "17"]);
        Assert.That((refused.ExitCode, refused.Stdout), Is.EqualTo((2, "")), refused.ToString());
        Assert.That(refused.Stderr, Does.Contain("parameters was \"128-bit keys, 16 bytes\", is \"128-bit keys, 17 bytes\""));
    }

    [Test]
    public async Task A_leak_test_ends_in_a_worded_verdict_with_its_samples()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("leak", "present-data", "--device", "host", "--samples", "20", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(4), result.ToString());
        var json = JsonDocument.Parse(result.Stdout).RootElement;
        Assert.That(json.GetProperty("words").GetString(), Does.StartWith("undecided, 100 samples of each class are the least"));
        Assert.That(json.GetProperty("steps")[0].GetProperty("first").GetArrayLength(), Is.EqualTo(20));
    }

    [TestCase("measure", "measure --list")]
    [TestCase("leak", "leak --list")]
    [TestCase("leak present-key --all", "take one")]
    [TestCase("leak --all --samples 0", "from 1 to")]
    [TestCase("measure sha256 --samples 0", "from 1 to")]
    [TestCase("measure sha256 --json --csv", "take one")]
    [TestCase("measure sha256 --device nobody", "no device or role 'nobody'")]
    [TestCase("baseline set", "which operation?")]
    [TestCase("baseline compare sha256 --device host --file none.json", "none.json: cannot be read: no such file; next: ./harness baseline set")]
    [TestCase("doctor --device host", "--device goes with --calibrate")]
    public async Task A_mistake_in_a_feature_is_reported_before_anything_boots(string line, string why)
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync(line.Split(' '));
        Assert.That((result.ExitCode, result.Stdout), Is.EqualTo((2, "")), result.ToString());
        Assert.That(result.Stderr, Does.Contain(why));
    }

    [Test]
    public async Task An_operation_that_a_device_lacks_is_inconclusive_and_names_the_list()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("measure", "levitate", "--device", "host");
        Assert.That(result.ExitCode, Is.EqualTo(4), result.ToString());
        Assert.That(result.Stderr, Does.Contain("./harness measure --list --device host"));
    }

    [Test]
    public async Task The_host_is_calibrated_by_doctor()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("doctor", "--calibrate", "--device", "host", "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var device = JsonDocument.Parse(result.Stdout).RootElement.GetProperty("devices")[0];
        Assert.That(device.GetProperty("floors").EnumerateArray().Select(f => f.GetProperty("clock").GetString()), Is.EqualTo(new[] { "device", "host" }));
    }

    [Test]
    public void The_updating_line_says_how_far_it_is_and_what_the_numbers_are_good_for()
    {
        string Line(int n, Provenance provenance, double each) => MeasureLine.Text(
            "seal", "m4", new MeasureProgress("measuring", n, 1000, SampleSummary.Of(Enumerable.Range(0, n).Select(i => 100 + (i * each)), provenance), Unit.Instructions));
        Assert.That(Line(5, Provenance.EmulatedInstructions, 0), Is.EqualTo("seal on m4  measuring 5/1000  100 instructions  every count equal"));
        Assert.That(Line(5, Provenance.Host, 1), Does.EndWith("p99 needs 1000 samples"));
        Assert.That(Line(1000, Provenance.Host, 1), Does.EndWith("enough for p99"));
        Assert.That(
            MeasureLine.Text("seal", "m4", new MeasureProgress("warming up", 0, 10, null, Unit.Count)), Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"seal on m4  warming up 0/10")));
    }
}
