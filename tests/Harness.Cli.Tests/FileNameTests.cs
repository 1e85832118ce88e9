namespace Harness.Cli.Tests;

/// <summary>Files and reports named after features, for any folder and file name of the features.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileNameTests : WorkFolderTests
{
    [Test]
    public async Task Every_scenario_has_a_transcript_of_its_own_however_its_file_is_called()
    {
        var deep = string.Join('/', Enumerable.Repeat(new string('ü', 60), 3));
        foreach (var name in new[] { "Tä.feature", "Tö.feature", "T_.feature", $"{deep}/a.feature", $"{deep}/b.feature" })
        {
            _work.Write($"f/{name}", WorkFolder.PassingBoard);
        }

        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", WorkFolder.Posix, "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var transcripts = _work.Record("r").OfType<ScenarioFinished>().SelectMany(s => s.Transcripts).ToList();
        Assert.That(transcripts, Has.Count.EqualTo(5).And.Unique);
        foreach (var transcript in transcripts)
        {
            var sent = File.ReadAllLines(Path.Combine(_work["r"], transcript)).Count(line => line.Contains("> ", StringComparison.Ordinal) && line.Contains(" AUG.INIT ", StringComparison.Ordinal));
            Assert.That(sent, Is.EqualTo(1), $"{transcript} holds one scenario");
        }
    }

    [TestCase("harness", "../features", "../features/sub/login.feature:3")]
    [TestCase("", "features", "features/sub/login.feature:3")]
    public async Task The_shipped_CI_jobs_name_classes_relative_to_what_they_type(string folder, string typed, string id)
    {
        Directory.CreateDirectory(_work["harness"]);
        _work.Write("features/sub/login.feature", WorkFolder.PassingHost.Replace("  @quick\n", "", StringComparison.Ordinal));
        _work.Write("h.yaml", "rig: h\nserver: s\ndevices:\n  host: {kind: host}\n");
        foreach (var path in new[] { typed, _work["features"] })
        {
            var ended = await HarnessProcess.RunAsync(_work[folder], "run", path, "--rig", _work["h.yaml"], "--out", _work["r"]);
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            var junit = File.ReadAllText(_work["r/junit.xml"]);
            Assert.That(junit, Does.Contain("classname=\"features.sub.login\"").And.Contain("package=\"features/sub/login.feature\""));
            if (path == typed)
            {
                Assert.That(_work.Record("r").OfType<ScenarioStarted>().Single().Id, Is.EqualTo(id));
                var again = await HarnessProcess.RunAsync(_work[folder], "run", id, "--list");
                Assert.That(again.Stdout, Does.StartWith(id), "a scenario's name can be typed");
            }

            Directory.Delete(_work["r"], recursive: true);
        }
    }
}
