using System.Text.RegularExpressions;

namespace Harness.Guest.Tests;

/// <summary>Tests that only a guest with another processor than this machine's can make: its session also runs the suites that depend on one.</summary>
[Category("Long")]
public sealed class Arm64GuestTests
{
    private static IEnumerable<string> LinesOfTheGuide() => File.ReadLines(Path.Combine(Guest.Root, "rig-setup.md")).Where(line => line.StartsWith("rigs/guest/run ", StringComparison.Ordinal));

    [TestCaseSource(nameof(LinesOfTheGuide))]
    public async Task A_line_of_the_set_up_guide_that_starts_a_guest_works(string line)
    {
        await Guest.NeedAsync(line.Contains("arm64", StringComparison.Ordinal) ? Guest.Arm64 : Guest.X64);
        var (exit, output, errors) = await Guest.ProcessAsync("bash", ["-c", $"cd \"$HARNESS_ROOT\" && {line}"]);
        Assert.That(exit, Is.Zero, $"{output}\n{errors}");
    }

    [Test]
    public async Task A_chip_of_the_machine_s_own_before_the_lab_s_is_no_hindrance()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "chips");
        Assert.That(part.Output, Does.StartWith("aarch64").And.Contain("gpiochip0 [9030000.pl061]").And.Contain("gpiochip1 [lab]"));
    }

    [Test]
    public async Task A_trigger_that_is_wired_to_another_line_is_found_there([Values(Guest.X64, Guest.Arm64)] string architecture)
    {
        var part = await Guest.PartAsync(architecture, "doctor");
        Assert.That(part.Output, Does.Match(@"BROKEN   trigger of wired .* saw nothing; /dev/gpiochip\d line 4 followed it"));
        Assert.That(part.Output, Does.Match(@"sensor room +i2c: temperature 21\.5 °C").And.Match(@"sensor pipe +one-wire: temperature 21\.5 °C").And.Match(@"sensor climate +i2c: temperature 21\.\d+ °C"));
        Assert.That(part.Output, Does.Not.Contain("is held by"), "its own inputs are not counted as somebody else's");
        Assert.That(part.Exit, Is.EqualTo(3), part.Output);
    }

    [Test]
    public async Task Commands_of_the_set_up_guide_for_the_hardware_show_what_it_says()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "guide");
        Assert.That(part.Exit, Is.Zero, part.Output);
        Assert.That(part.Output, Does.Contain("/dev/i2c-0").And.Match(@"70: .* 76 ").And.Match(@"10: .* 18 ").And.Contain("28-000005e2fdc3").And.Contain("[lab]"));
        Assert.That(part.Output, Does.Contain("one_wire: 28-000005e2fdc3").And.Contain("address: 0x76"), "rig init names what is there");
    }

    [Test]
    public async Task Every_line_of_the_set_up_guide_for_a_wired_bench_works()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "lines");
        TestContext.Out.WriteLine(part.Output);
        var ended = Regex.Matches(part.Output, @"^--- \./harness (?<line>.+)\n(?<said>[^\0]*?)^--- ended (?<status>\d+)$", RegexOptions.Multiline);
        Assert.That(ended, Has.Count.EqualTo(Documents().Count()));
        Assert.Multiple(() =>
        {
            foreach (Match line in ended)
            {
                // The relay is wired to nothing: the guide says what doctor makes of that.
                var (status, words) = line.Groups["line"].Value switch
                {
                    var l when l.Contains("doctor --power", StringComparison.Ordinal) => ("3", "and the board ran on"),
                    var l when l.Contains("--energy", StringComparison.Ordinal) => ("0", "this machine is virtual"),
                    var l when l.StartsWith("power cycle", StringComparison.Ordinal) => ("0", "power off for 500 ms, and on by"),
                    var l when l.StartsWith("doctor --calibrate", StringComparison.Ordinal) => ("0", "every edge seen"),
                    var l when l.StartsWith("doctor", StringComparison.Ordinal) => ("0", "0 broken"),
                    var l when l.StartsWith("run", StringComparison.Ordinal) => ("0", "PASSED"),
                    _ => ("0", ""),
                };
                Assert.That((line.Groups["status"].Value, line.Groups["said"].Value.Contains(words, StringComparison.Ordinal)), Is.EqualTo((status, true)), line.Value);
            }
        });

        static IEnumerable<string> Documents() => File.ReadLines(Path.Combine(Guest.Root, "rig-setup.md")).Select(line => line.Trim())
            .Where(line => Regex.IsMatch(line, @"^\./harness (doctor|run|power|measure) .*--rig rigs/(pi|my)-bench\.yaml$")).Distinct();
    }

    [Test]
    public async Task A_serial_echo_takes_at_most_15_percent_longer_than_by_a_raw_loop_on_the_same_line()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "echo");
        TestContext.Out.WriteLine(part.Output);
        Assert.That(part.Exit, Is.Zero, part.Output);
        var ratio = Regex.Match(part.Output, @"ratio (\d+\.\d+)");
        Assert.That(double.Parse(ratio.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(0.5, 1.15), part.Output);
    }

    [Test]
    public async Task The_suites_of_crypto_and_hardware_pass_on_arm64()
    {
        var part = await Guest.PartAsync(Guest.Arm64, "suites");
        var lines = part.Output.Split('\n').Select(line => line.Split('\t')).Where(words => words.Length == 3).ToList();
        TestContext.Out.WriteLine(string.Join('\n', lines.Where(l => l[0] != "ok").Select(l => string.Join(' ', l))));
        Assert.Multiple(() =>
        {
            Assert.That(lines.Where(l => l[0] == "failed").Select(l => $"{l[1]}: {l[2]}"), Is.Empty);
            Assert.That(part.Exit, Is.Zero, part.Output);
            Assert.That(lines.Count(l => l[0] == "ok" && l[1].StartsWith("Harness.Crypto.", StringComparison.Ordinal)), Is.GreaterThan(500));
            Assert.That(lines.Count(l => l[0] == "ok" && l[1].StartsWith("Harness.Hardware.", StringComparison.Ordinal)), Is.GreaterThan(100));
            Assert.That(lines.Where(l => l[0] == "ok").Select(l => l[1]), Has.Some.Contains("AccountFileAppendTests.A_link_in_the_way").And.Some.Contains("DeviceLockTests.A_link_that_somebody_laid"), "O_NOFOLLOW has another value here");
        });
    }
}
