namespace Harness.Guest.Tests;

/// <summary>Tests of the session's script that need no guest.</summary>
public sealed class GuestScriptTests
{
    [TestCase("rigs/guest/run")]
    [TestCase("rigs/guest/with-board")]
    [TestCase("rigs/guest/x86-64.sh")]
    [TestCase("rigs/guest/arm64.sh")]
    [TestCase("rigs/guest/raspi3b.sh")]
    [TestCase("rigs/guest/init")]
    [TestCase("rigs/guest/init.raspi3b")]
    [TestCase("rigs/guest/pi")]
    [TestCase("rigs/guest/pi-session")]
    [TestCase("rigs/guest/soak")]
    [TestCase("rigs/guest/soak-session")]
    [TestCase("rigs/guest/pi3-session")]
    [TestCase("tests/Harness.Guest.Tests/session.sh")]
    public async Task A_script_can_be_read_to_its_end(string script)
    {
        var (exit, _, errors) = await Guest.ProcessAsync("bash", ["-n", Path.Combine(Guest.Root, script)]);
        Assert.That((exit, errors), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Without_a_command_it_says_what_to_type()
    {
        var (exit, _, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest/run"), []);
        Assert.That(exit, Is.EqualTo(125));
        Assert.That(errors, Does.Contain("which command?").And.Contain("next: "));
    }

    [TestCase("run", 125, "there is no guest for \"amd64\": x86-64 or arm64", "--arch", "amd64", "true")]
    [TestCase("run", 125, "there is no machine \"pi5\": raspi3b", "--machine", "pi5", "true")]
    [TestCase("run", 125, "there is no option --bord", "--bord", "/tmp/s", "true")]
    [TestCase("run", 125, "--uart goes with raspi3b, this is arm64", "--arch", "arm64", "--uart", "/tmp/s", "true")]
    [TestCase("run", 125, "--board goes with arm64 or raspi3b, this is x86-64", "--board", "/tmp/s", "true")]
    [TestCase("run", 125, "--wire goes with arm64, this is raspi3b", "--machine", "raspi3b", "--wire", "/tmp/s", "true")]
    [TestCase("run", 125, "--arch needs a value", "--arch")]
    [TestCase("pi", 2, "there is no option --fast", "--fast")]
    [TestCase("pi", 2, "--only takes 1 or 2, not \"3\"", "--only", "3")]
    [TestCase("pi", 2, "--features needs a path", "--features")]
    [TestCase("soak", 2, "--minutes takes 1 to 9999, not \"0\"", "--minutes", "0")]
    [TestCase("soak", 2, "--on takes here or arm64, not \"pi\"", "--on", "pi")]
    [TestCase("soak", 2, "there is no option --fast", "--fast")]
    [TestCase("pi", 125, "no such archive: /nowhere/r.tar.gz", "--release", "/nowhere/r.tar.gz")]
    public async Task A_wrong_option_is_refused_before_anything_is_fetched_with_the_next_command(string script, int status, string words, params string[] arguments)
    {
        var (exit, output, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest", script), arguments);
        Assert.That((exit, output), Is.EqualTo((status, "")), errors);
        Assert.That(errors, Does.Contain(words).And.Contain("next: "));
    }

    [TestCase("run", "--machine raspi3b", "Examples:")]
    [TestCase("pi", "--only N", "Examples:")]
    [TestCase("soak", "--minutes N", "Examples:")]
    public async Task Help_says_what_there_is(string script, params string[] words)
    {
        var (exit, output, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest", script), ["--help"]);
        Assert.That((exit, errors), Is.EqualTo((0, "")));
        Assert.That(words, Has.All.Matches<string>(word => output.Contains(word, StringComparison.Ordinal)));
        Assert.That(output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(155));
    }

    [Test]
    public void Each_test_that_must_run_in_the_guest_is_there()
    {
        var sources = new[] { "Harness.Guest", "Harness.Hardware.Tests" }.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Guest.Root, "tests", project), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        Assert.That(GuestTests.ThatMustRun.Where(name => name.Split('.') is [var fixture, var test]
            && (!sources.Exists(text => text.Contains($"class {fixture}", StringComparison.Ordinal)) || !sources.Exists(text => text.Contains($" {test}", StringComparison.Ordinal)))), Is.Empty);
    }

    [Test]
    public void The_arm64_guest_has_each_framework_that_the_program_names()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Guest.Root, "src/Harness.Cli/bin/Release/net10.0/harness.runtimeconfig.json")));
        var named = config.RootElement.GetProperty("runtimeOptions").GetProperty("frameworks").EnumerateArray().Select(f => f.GetProperty("name").GetString()!);
        var fetched = File.ReadLines(Path.Combine(Guest.Root, "rigs/guest/arm64.sh")).Single(line => line.StartsWith("arm64_frameworks=(", StringComparison.Ordinal));
        Assert.That(fetched[(fetched.IndexOf('(') + 1)..fetched.IndexOf(')')].Split(' '), Is.EquivalentTo(named));
    }

    [Test]
    public async Task A_board_of_the_guest_is_refused_outside_of_it()
    {
        Needs.That(!File.Exists("/dev/lab-pins"), "a machine that is no guest", "run it on the host");
        var (exit, _, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest/with-board"), ["true"]);
        Assert.That(exit, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("next: rigs/guest/run rigs/guest/with-board true"));
    }
}
