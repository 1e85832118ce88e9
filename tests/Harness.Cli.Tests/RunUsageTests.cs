namespace Harness.Cli.Tests;

/// <summary>Errors in arguments and files are refused with exit code 2 before anything runs, with a message that helps.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunUsageTests : WorkFolderTests
{
    [TestCase("there is no option '--ringg'", "run --help", "run", "--ringg", "x.yaml")]
    [TestCase("nearest known: \"--filter\"", "run --help", "run", "--fliter=@a")]
    [TestCase("'--out'", "run --help", "run", "--out")]
    [TestCase("--timeout is from 1 to 86400, saw -5", "run --help", "run", "--timeout", "-5")]
    [TestCase("--timeout is from 1 to 86400, saw 0", "run --help", "run", "--timeout", "0")]
    [TestCase("'soon'", "run --help", "run", "--timeout", "soon")]
    [TestCase("a path was given that is empty", "--help", "run", "--rig", "")]
    [TestCase("a path was given that is empty", "--help", "run", "--features", " ")]
    [TestCase("a path was given that is empty", "--help", "run", "")]
    [TestCase("a path was given that is empty", "--help", "vectors", "", "--device", "host")]
    [TestCase("--out", "--out DIR", "run", "--out", "")]
    [TestCase("none matches --filter '@no:such'", "run --list", "run", "--filter", "@no:such")]
    [TestCase("a bracket is not closed", "for example: --filter", "run", "--filter", "(@req:AUG-1")]
    [TestCase("none.feature", "run --list", "run", "none.feature")]
    [TestCase("none.feature", "run --list", "run", "none.feature:3")]
    [TestCase("no such rig file", "next:", "run", "--rig", "none.yaml")]
    [TestCase("no part named 'none'", "Harness.Cli.Tests", "test", "--project", "none")]
    [TestCase("'bogus'", "--help", "bogus")]
    [TestCase("command", "--help")]
    public async Task It_is_refused_with_the_next_command(string says, string next, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, arguments);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says).And.Contain(next).And.Not.Contain("   at Harness."));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }

    [Test]
    public async Task Unknown_steps_are_all_named_with_the_nearest_sentences_before_anything_runs()
    {
        _work.Write("typo.feature", WorkFolder.PassingHost.Replace("host logs in", "host log in", StringComparison.Ordinal)
            .Replace("a broker with enhanced", "a brokr with enhanced", StringComparison.Ordinal));
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "typo.feature");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("typo.feature:5: no such step: Given a brokr with enhanced authentication")
            .And.Contain("nearest: Given a broker with enhanced authentication")
            .And.Contain("typo.feature:7: no such step: When host log in").And.Contain("nearest: When DEVICE logs in"));
        Assert.That(ended.Stdout, Is.Empty);
        Assert.That(Directory.Exists(_work["runs"]), Is.False);
    }

    [TestCase("Feature: F\n\n  Scenario: S\n    Given a broker with enhanced authentication\n  what is this\n", "bad.feature:5: ", "neither a step nor a heading")]
    [TestCase("Scenario: no feature\n", "bad.feature:1: ", "neither a step nor a heading")]
    [TestCase("\0\u0001\u0002binary", "bad.feature:1: ", "neither a step nor a heading")]
    [TestCase("", "bad.feature: ", "holds no feature")]
    [TestCase("Feature: F\n  Scenario: S\n    given a broker in lower case\n", "bad.feature:3", "would never run")]
    [TestCase("Feature: F\n  Scenario: S\n    Given a broker with enhanced authentication\n      | a |\n", "bad.feature:3", "no table or text block")]
    [TestCase("Feature: F\n  Scenario: S\n    Then the operations of host stay within\n", "bad.feature:3", "and has none")]
    [TestCase("Feature: F\n  Scenario Outline: S\n    Given <x>\n", "bad.feature:2", "would never run")]
    public async Task Malformed_Gherkin_is_refused_with_its_line(string text, string where, string says)
    {
        _work.Write("bad.feature", text);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "bad.feature");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(where).And.Contain(says));
    }

    [TestCase("profile: as-published", "profil: as-published", ":7:1:", "unknown key \"profil\"", "nearest known: \"profile\"")]
    [TestCase("tick_unit: ns", "tick_units: ns", ":", "unknown key \"tick_units\"", "\"tick_unit\"")]
    [TestCase("boot: 10 s", "boot: soon", ":", "soon", "boot")]
    [TestCase("board: p1", "board: p9", ":", "p9", "p1")]
    [TestCase("key_bits: 128", "key_bits: 127", ":", "127", "128")]
    [TestCase("rig: posix", "rig: posix: x", ":", "my rig.yaml", "next:")]
    public async Task A_wrong_rig_file_is_refused_with_line_column_and_what_is_known(string old, string wrong, string place, string says, string known)
    {
        _work.WriteRig("my rig.yaml", old, wrong);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "--rig", "my rig.yaml", "--list");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Match(@"my rig\.yaml:\d+:\d+: ").And.Contain(place).And.Contain(says).And.Contain(known).And.Contain("next:"));
    }

    [Test]
    public async Task An_output_folder_that_cannot_be_written_is_refused_before_anything_runs()
    {
        _work.Write("mine.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "mine.feature", "--out", "/proc/harness-out");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("/proc/harness-out").And.Contain("cannot be written").And.Contain("--out"));
        Assert.That(ended.Stdout, Is.Empty);
    }

    [Test]
    public async Task A_working_folder_that_cannot_be_written_is_refused_before_anything_runs()
    {
        var file = _work.Write("mine.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAsync("/proc", "run", file);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("/proc/runs").And.Contain("--out"));
    }

    [Test]
    public async Task A_full_disk_is_told_in_words_and_leaves_no_process()
    {
        _work.Write("mine.feature", WorkFolder.PassingBoard);
        Directory.CreateDirectory(_work["full"]);
        File.CreateSymbolicLink(_work["full/run.jsonl"], "/dev/full");
        await using var run = HarnessProcess.Start(_work.Path, "run", "mine.feature", "--rig", WorkFolder.Posix, "--out", "full");
        var ended = await run.EndAsync(); // also waits for every process that holds its output
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("No space left on device").And.Contain("full/run.jsonl").And.Contain("df -h").And.Not.Contain("   at Harness."));
    }
}
