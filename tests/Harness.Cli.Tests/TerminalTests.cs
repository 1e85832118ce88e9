namespace Harness.Cli.Tests;

/// <summary>Output on a terminal: colours only where they are wanted, and no control characters from names.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class TerminalTests : WorkFolderTests
{
    private const string Steering = "\u001b[31m";
    [Test]
    public async Task NO_COLOR_and_a_dumb_terminal_hold_to_the_last_line()
    {
        _work.Write("f/one.feature", WorkFolder.FailingHost);
        foreach (var command in new[] { "run f --rig 'h.yaml' --out $(mktemp -d r.XXXX)/r", "report r" })
        {
            _work.Write("h.yaml", "rig: host alone\nserver: s\ndevices:\n  host: {kind: host}\n");
            if (command == "report r")
            {
                await OnTerminalAsync("run f --rig h.yaml --out r", "TERM=dumb");
            }

            var colored = await OnTerminalAsync(command, "TERM=xterm");
            Assert.That(colored.Stdout, Does.Contain(Steering), "the control: a terminal that wants colours gets them");
            var plain = await OnTerminalAsync(command, "TERM=xterm NO_COLOR=1");
            Assert.That(plain.Stdout, Does.Contain("FAILED").And.Not.Match("\u001b\\[[0-9;]*m"), "NO_COLOR");
            var dumb = await OnTerminalAsync(command, "TERM=dumb");
            Assert.That(dumb.Stdout, Does.Contain("FAILED").And.Not.Contain("\u001b"), "TERM=dumb");
            Assert.That((await OnTerminalAsync(command, "TERM=xterm NO_COLOR=")).Stdout, Does.Contain(Steering), "an empty NO_COLOR is none");
        }
    }

    [Test]
    public async Task A_terminal_shows_a_picture_and_a_CI_or_a_verbose_run_a_line_a_scenario()
    {
        _work.Write("f/one.feature", WorkFolder.PassingHost);
        _work.Write("h.yaml", "rig: host alone\nserver: s\ndevices:\n  host: {kind: host}\n");
        var calm = await OnTerminalAsync("run f --rig h.yaml --out r1", "TERM=xterm CI=");
        Assert.That(calm.Stdout, Does.Contain("host: ready by in-process").And.Contain("[........................] 0/1").And.Contain("1 of 1 passed  "));
        foreach (var (command, environment) in new[] { ("run f --rig h.yaml --out r2", "TERM=xterm CI=true"), ("run f --rig h.yaml --out r3 --verbose", "TERM=xterm CI=") })
        {
            var lines = await OnTerminalAsync(command, environment);
            Assert.That(lines.Stdout, Does.Match("1/1 .*pass ").And.Not.Contain("[....").And.Not.Contain("1 of 1 passed  "), command);
        }
    }

    [Test]
    [Category("FieldCase")]
    public async Task Names_of_scenarios_rigs_and_devices_cannot_steer_it()
    {
        const string Name = "bell \u0007 esc \u001b[41mred\u001b[0m nul \u0000 c1 \u009b end";
        const string Shown = @"bell \u{7} esc \u{1b}[41mred\u{1b}[0m nul \u{0} c1 \u{9b} end";
        _work.Write("f/\u001b[41m.feature", $"""
            Feature: F {Name}
              Scenario Outline: {Name} <x>
                Given a broker with enhanced authentication
                When host logs in
                Then the login succeeds
                Examples:
                  | x           |
                  | two\nlines  |
            """);
        _work.Write("h.yaml", "rig: \"turned \\u202e\"\nserver: s\ndevices:\n  host: {kind: host}\n  \"d\\u202e\": {kind: host}\nroles: {\"r\\u202e\": host}\n");
        _work.Write("bad.yaml", "rig: \"bell \\a esc \\e[41m new\\nline\"\nserver: s\ndevices:\n  host: {kind: host}\n");
        foreach (var command in new[]
        {
            "run f --list --rig h.yaml", "run f --rig h.yaml --out r", "report r", "rig show h.yaml", "rig show bad.yaml", "run f --rig bad.yaml", "doctor --rig h.yaml", "measure seal --device none --rig h.yaml",
            "steps --check f", "report nowhere$'\\e[41m'", "run nowhere$'\\e[41m'", "run --filter $'\\e[41m ('", "measure --list --rig h.yaml --device $'d\\xe2\\x80\\xae'",
            "measure seal --rig h.yaml --device $'d\\xe2\\x80\\xae' --samples 20",
        })
        {
            // A dumb terminal gets what a pipe gets: the two that print most are enough.
            foreach (var term in command is "run f --rig h.yaml --out r" or "rig show h.yaml" ? new[] { "TERM=xterm", "TERM=dumb" } : ["TERM=xterm"])
            {
                var ended = await OnTerminalAsync($"{command}", term);
                Assert.That(ended.Stdout, Does.Not.Contain("\u001b[41m").And.Not.Contain("\u0007").And.Not.Contain("\0").And.Not.Contain("\u009b").And.Not.Contain("\u202e"), $"{term} {command}\n{ended.Stdout}");
                Directory.EnumerateDirectories(_work.Path, "r").Where(_ => command.StartsWith("run f --rig", StringComparison.Ordinal) && term == "TERM=xterm")
                    .ToList().ForEach(made => Directory.Delete(made, recursive: true));
            }
        }

        var list = await OnTerminalAsync("run f --list --rig h.yaml", "TERM=dumb");
        Assert.That(list.Stdout, Does.Contain(Shown).And.Contain(@"two\u{a}lines").And.Match(@"^[^\n]*\n1 scenarios"));
    }

    private Task<Ended> OnTerminalAsync(string command, string environment) => HarnessProcess.RunProgramAsync(
        _work.Path, "", "script", "-qec", $"env {environment} bash -c \"dotnet '{HarnessProcess.Program}' {command.Replace("$", "\\$", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"", "/dev/null");
}
