namespace Harness.Cli.Tests;

/// <summary>Output, files and exit code of a successful <c>harness run</c>.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunTests : WorkFolderTests
{
    [Test]
    public async Task A_passing_feature_exits_with_0_and_leaves_a_complete_record_with_its_reports()
    {
        _work.Write("mine.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "mine.feature");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());

        var run = Directory.GetDirectories(_work["runs"]).Single(folder => Path.GetFileName(folder) != RunFolder.LatestName);
        var relative = Path.GetRelativePath(_work.Path, run);
        Assert.That(Path.GetFileName(run), Does.Match(@"^\d{8}-\d{6}-[0-9a-f]{4}$"));
        Assert.That(ended.Stdout.TrimEnd().Split('\n')[^1], Is.EqualTo($"record: {relative}/run.jsonl"));
        Assert.That(ended.Stdout, Does.Contain("1/1 pass").And.Contain("The right password").And.Contain("mine.feature:4"));
        Assert.That(ended.Stdout, Does.Match(@"(?m)^PASSED  1 scenario: 1 passed in "));
        Assert.That(ended.Stdout, Does.Not.Contain('\x1b'), "plain lines when not a terminal");
        Assert.That(ended.Stderr, Is.Empty);

        var events = _work.Record(relative);
        Assert.That(events[0], Is.TypeOf<RunStarted>().With.Property("Selected").EqualTo(1).And.Property("Schema").EqualTo(RunStarted.CurrentSchema));
        Assert.That(events[^1], Is.TypeOf<RunFinished>().With.Property("Verdict").EqualTo(Verdict.Pass).And.Property("ExitCode").EqualTo(0));
        Assert.That(events.Select(e => e.Seq), Is.EqualTo(Enumerable.Range(1, events.Count).Select(i => (long)i)));
        Assert.That(events.OfType<StepFinished>().Select(step => step.Status), Is.EqualTo(Enumerable.Repeat("passed", 4)));
        Assert.That(events.OfType<SampleTaken>(), Is.Not.Empty);

        var suite = XDocument.Load(Path.Combine(run, "junit.xml")).Descendants("testsuite").Single();
        Assert.That(((string)suite.Attribute("tests")!, (string)suite.Attribute("failures")!), Is.EqualTo(("1", "0")));
        Assert.That(File.ReadAllText(Path.Combine(run, "summary.md")), Does.Contain("pass").IgnoreCase);
        Assert.That(new FileInfo(_work["runs/latest"]).LinkTarget, Is.EqualTo(Path.GetFileName(run)));
    }

    [Test]
    public async Task Out_names_the_folder_of_the_record_and_a_record_is_never_overwritten()
    {
        _work.Write("mine.feature", WorkFolder.PassingHost);
        var first = await HarnessProcess.RunAsync(_work.Path, "run", "mine.feature", "--out", "out here/1");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(first.Stdout.TrimEnd(), Does.EndWith("record: out here/1/run.jsonl"));
        Assert.That(_work.Record("out here/1")[^1], Is.TypeOf<RunFinished>());
        Assert.That(Directory.Exists(_work["runs"]), Is.False);

        var before = File.ReadAllText(_work["out here/1/run.jsonl"]);
        var second = await HarnessProcess.RunAsync(_work.Path, "run", "mine.feature", "--out", "out here/1");
        Assert.That(second.ExitCode, Is.EqualTo(2), second.ToString());
        Assert.That(second.Stderr, Does.Contain("out here/1").And.Contain("never overwritten").And.Contain("--out"));
        Assert.That(File.ReadAllText(_work["out here/1/run.jsonl"]), Is.EqualTo(before));
    }

    [Test]
    public async Task Json_is_exactly_one_object_on_stdout_and_progress_goes_to_stderr()
    {
        _work.Write("mine.feature", WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "mine.feature", "--json", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        using var json = JsonDocument.Parse(ended.Stdout); // refuses anything before or after the object
        var root = json.RootElement;
        Assert.That(root.GetProperty("verdict").GetString(), Is.EqualTo("pass"));
        Assert.That(root.GetProperty("exit_code").GetInt32(), Is.Zero);
        Assert.That(root.GetProperty("record").GetString(), Is.EqualTo(_work["r/run.jsonl"]));
        Assert.That(root.GetProperty("scenarios").GetArrayLength(), Is.EqualTo(1));
        Assert.That(ended.Stderr, Does.Contain("1/1 pass").And.Contain("record: r/run.jsonl"));
    }

    [Test]
    public async Task File_and_line_run_one_scenario_of_a_file()
    {
        _work.Write("two.feature", WorkFolder.PassingHost + "\n\n  Scenario: Another\n    Given a broker with enhanced authentication\n");
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "two.feature:11", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(s => s.Id), Is.EqualTo(new[] { "two.feature:10" }));

        var beyond = await HarnessProcess.RunAsync(_work.Path, "run", "two.feature:99");
        Assert.That(beyond.ExitCode, Is.EqualTo(2), beyond.ToString());
        Assert.That(beyond.Stderr, Does.Contain("no scenario at two.feature:99").And.Contain("--list"));
    }

    [Test]
    public async Task Features_and_filter_choose_scenarios_and_list_shows_them_without_running()
    {
        _work.Write("my features/a/one.feature", WorkFolder.PassingHost);
        _work.Write("my features/b/two.feature", WorkFolder.FailingHost);
        _work.Write("my features/b/three.feature", "@measure\nFeature: M\n  Scenario: Slow\n    Given a broker with enhanced authentication\n");

        var list = await HarnessProcess.RunAsync(_work.Path, "run", "--features", "my features", "--list");
        Assert.That(list.ExitCode, Is.Zero, list.ToString());
        Assert.That(list.Stdout, Does.Contain("my features/a/one.feature:4  The right password").And.Contain("my features/b/two.feature:3")
            .And.Contain("three.feature:3  Slow  (left out: @measure runs on demand").And.Contain("2 scenarios, 1 left out"));
        Assert.That(Directory.Exists(_work["runs"]), Is.False);

        var json = await HarnessProcess.RunAsync(_work.Path, "run", "--features", "my features", "--list", "--json");
        using var rows = JsonDocument.Parse(json.Stdout);
        Assert.That(rows.RootElement.EnumerateArray().Count(row => row.GetProperty("left_out").ValueKind == JsonValueKind.Null), Is.EqualTo(2));

        var run = await HarnessProcess.RunAsync(_work.Path, "run", "--features", "my features", "--filter", "@quick and not wrong", "--out", "r");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var events = _work.Record("r");
        Assert.That(events.OfType<ScenarioFinished>().Single().Id, Is.EqualTo("my features/a/one.feature:4"));
        Assert.That(((RunStarted)events[0]).Filter, Is.EqualTo("@quick and not wrong"));
    }

    [Test]
    public async Task The_shipped_features_are_the_default()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "--list");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Match(@"(?m)^features/handshake/login\.feature:\d+  "));
    }

    [Test]
    public async Task The_whole_way_of_a_reading_works_on_the_posix_rig_from_files_with_byte_order_mark_and_CRLF()
    {
        var rig = _work.Write("my rig.yaml", WorkFolder.PosixRigText().ReplaceLineEndings("\r\n"), byteOrderMark: true);
        var feature = _work.Write("readings.feature", """
            Feature: Readings
              Background:
                Given a broker that pairs board with host on "lab/climate" using 128-bit keys
                And host and board are logged in

              Scenario Outline: A reading is opened
                When board publishes a reading of the <sensor>
                Then host opens the same reading

                Examples:
                  | sensor        |
                  | BME280        |
                  | digital input |

              Scenario: Host time is judged on the host
                When board publishes 9 bytes
                Then host opens the same payload
                And "aug.step" of host takes at most 5 s at max
            """.ReplaceLineEndings("\r\n"), byteOrderMark: true);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", feature, "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var events = _work.Record("r");
        Assert.That(events.OfType<ScenarioFinished>().Count(s => s.Verdict == Verdict.Pass), Is.EqualTo(3));
        Assert.That(events.OfType<DeviceReady>().Select(d => d.Device), Is.SupersetOf(new[] { "p1", "host" }));
        foreach (var transcript in events.OfType<ScenarioFinished>().SelectMany(s => s.Transcripts))
        {
            var text = File.ReadAllText(_work[Path.Combine("r", transcript)]);
            Assert.That(text, Does.Contain("PROVISION").And.Contain("pw=<redacted 20>"));
        }
    }
}
