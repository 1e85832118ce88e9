namespace Harness.Cli.Tests;

/// <summary>Checks that the commands in the documents do what the documents say.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DocumentationTests : WorkFolderTests
{
    private static IEnumerable<TestCaseData> HarnessLines() => Documents.Lines("./harness").Distinct().Select(l => new TestCaseData(l.Document, l.Line));

    // The commands that take seconds; the others are covered by their own tests.
    private static IEnumerable<TestCaseData> QuickLines() => HarnessLines().Where(IsQuick).Select(data => IsCalibration(data) ? data.SetCategory("Long") : data);

    // It times the clocks of every board, for half a minute.
    private static bool IsCalibration(TestCaseData data) => CommandLines.Words((string)data.Arguments[1]!).Contains("--calibrate");

    private static bool IsQuick(TestCaseData data)
    {
        var words = CommandLines.Words((string)data.Arguments[1]!);
        return words.Contains("--list") || words.Contains("--help")
            || (words[0] == "run" && (words.Contains("--filter") || words.Any(word => word.Contains(".feature:", StringComparison.Ordinal))))
            || (words[0] == "vectors" && words.Contains("host"))
            || (words[0] == "rig" && words[1] is "draw" or "show")
            || (words[0] is "measure" or "doctor" && !words.Contains("--rig")) || words[0] == "sensors";
    }

    private static IEnumerable<TestCaseData> LeakLines() => HarnessLines().Where(data => CommandLines.Words((string)data.Arguments[1]!) is ["leak", ..] and var words && !words.Contains("--broker"));

    private static IEnumerable<TestCaseData> MakeLines() => Documents.Lines("make").Distinct().Select(l => new TestCaseData(l.Document, l.Line));

    private static IEnumerable<TestCaseData> Links() => Documents.Names.SelectMany(name => Documents.Links(name).Select(link => new TestCaseData(name, link)));

    private static IEnumerable<string> ContributingPaths() => Documents.Paths("CONTRIBUTING.md");

    [TestCaseSource(nameof(ContributingPaths))]
    public void Every_file_and_folder_that_CONTRIBUTING_names_exists(string path) =>
        Assert.That(Path.Exists(Path.Combine(ProductPaths.Root, path)), path);

    [Test]
    public void CONTRIBUTING_names_files_of_every_room() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(ProductPaths.Root, "src"), "Harness.*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension)
                .Where(room => !Documents.Read("CONTRIBUTING.md").Contains(room!["Harness.".Length..], StringComparison.Ordinal)),
            Is.Empty);

    [TestCaseSource(nameof(HarnessLines))]
    public void A_documented_line_parses(string document, string line)
    {
        var parsed = CommandTree.Create().Parse(CommandLines.Words(line), CommandTree.Parsing);
        Assert.That(parsed.Errors.Select(error => error.Message), Is.Empty, $"{document}: {line}");
    }

    [TestCaseSource(nameof(QuickLines))]
    public async Task A_documented_line_runs(string document, string line)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, CommandLines.Words(line));
        Assert.That(ended.ExitCode, Is.Zero, $"{document}: {line}\n{ended}");
    }

    [TestCaseSource(nameof(LeakLines))]
    [Category("Long")]
    public Task A_documented_leak_test_runs(string document, string line) => A_documented_line_runs(document, line);

    [Test]
    [Category("Long")]
    public async Task The_documented_baseline_is_set_and_compared()
    {
        var lines = HarnessLines().Select(data => (string)data.Arguments[1]!).Where(line => CommandLines.Words(line)[0] == "baseline").ToList();
        Assert.That(lines, Has.Count.EqualTo(2).And.ItemAt(0).Contains("baseline set").And.ItemAt(1).Contains("baseline compare"));
        foreach (var line in lines)
        {
            var ended = await HarnessProcess.RunAsync(_work.Path, CommandLines.Words(line));
            Assert.That(ended.ExitCode, Is.Zero, $"{line}\n{ended}");
        }
    }

    [Test]
    public void The_lines_that_run_are_found()
    {
        Assert.That(QuickLines().Count(), Is.GreaterThanOrEqualTo(4));
        Assert.That(HarnessLines().Count(), Is.GreaterThanOrEqualTo(10));
    }

    [TestCaseSource(nameof(MakeLines))]
    public async Task A_documented_make_line_names_known_targets(string document, string line)
    {
        var folder = document.StartsWith("rigs/", StringComparison.Ordinal) ? Path.Combine(ProductPaths.Root, Path.GetDirectoryName(document)!) : ProductPaths.Root;
        var ended = await HarnessProcess.RunProgramAsync(folder, "", "bash", "-c", "make --dry-run MAKE=:" + line["make".Length..]);
        Assert.That(ended.ExitCode, Is.Zero, $"{document}: {line}\n{ended}");
    }

    [Test]
    public async Task The_first_feature_of_the_README_passes_as_it_stands()
    {
        _work.Write("my.feature", Documents.Blocks("README.md", "gherkin").Single());
        Assert.That(Documents.Read("README.md"), Does.Contain("`./harness run my.feature`"));
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "my.feature", "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<BudgetJudged>().Single().Provenance, Is.EqualTo(Provenance.EmulatedInstructions));

        // The last lines that the README shows.
        Assert.That(ended.Stdout.TrimEnd().Split('\n')[^1], Does.Match("^record: .*run\\.jsonl$"));
        foreach (var shown in Documents.Blocks("README.md", "text").Where(block => block.Contains("record:", StringComparison.Ordinal)))
        {
            var first = shown.Split('\n').First(line => line.Trim() is not ("" or "..."));
            var word = new string([.. first.TakeWhile(c => !char.IsDigit(c))]).Trim();
            Assert.That(ended.Stdout, Does.Contain(word), "the expected ending that the README shows is printed");
        }
    }

    [Test]
    public async Task The_broker_and_the_account_of_the_README_fit_each_other([Values("mqtt-present", "scram")] string scheme)
    {
        var block = Documents.Blocks("README.md", "sh").Single(text => text.Contains("enroll", StringComparison.Ordinal) && text.Contains("--scheme scram", StringComparison.Ordinal) == (scheme == "scram")).Split('\n');
        var enrol = block.Single(line => line.Contains(" enroll ", StringComparison.Ordinal)).Replace("./harness", $"dotnet '{HarnessProcess.Program}'", StringComparison.Ordinal);
        var enrolled = await HarnessProcess.RunProgramAsync(_work.Path, "correct horse\n", "bash", "-c", enrol);
        Assert.That(enrolled.ExitCode, Is.Zero, enrolled.ToString());

        var words = CommandLines.Words(block.Single(line => line.Contains(" broker ", StringComparison.Ordinal)));
        var server = words[Array.IndexOf(words, "--server-name") + 1];
        var file = AccountFile.Load(_work["accounts.yaml"], server);
        Assert.That((file.Accounts.Count, file.ScramAccounts.Count), Is.EqualTo(scheme == "scram" ? (0, 1) : (1, 0)));
        words[Array.IndexOf(words, "--port") + 1] = "0"; // the documented port may be in use here
        await using var broker = HarnessProcess.Start(_work.Path, words);
        await broker.WaitForAsync($"as {server}, scheme {scheme}{(scheme == "scram" ? " (RFC 7677)" : "")}, 1 accounts");
        broker.Signal(Processes.Interrupt);
        Assert.That((await broker.EndAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task The_drawing_of_the_bench_is_that_of_its_rig_file()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "rig", "draw", "rigs/pi-bench.yaml");
        Assert.That(ended.Stdout, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(ProductPaths.Root, "rigs", "pi-bench.svg"))), "./harness rig draw rigs/pi-bench.yaml --out rigs/pi-bench.svg");
        Assert.That(ended.Stdout, Does.Contain("line 17 (pin 11)").And.Contain("(pins 3, 5)").And.Contain("A50285BI"));
        var table = await HarnessProcess.RunAsync(_work.Path, "rig", "draw", "rigs/pi-bench.yaml", "--table");
        foreach (var row in table.Stdout.Trim().Split('\n'))
        {
            Assert.That(Documents.Read("rig-setup.md"), Does.Contain(row), "the wiring table of rig-setup.md");
        }
    }

    [TestCaseSource(nameof(Links))]
    public void A_link_inside_the_project_leads_somewhere(string document, string target)
    {
        Assert.That(Path.Exists(Path.Combine(ProductPaths.Root, Path.GetDirectoryName(document)!, target)), $"{document} links to {target}");
    }

    [Test]
    public void The_layout_of_the_README_is_the_layout()
    {
        var text = Documents.Read("README.md");
        var table = text[text.IndexOf("## Layout", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var folders = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).ToList();
        Assert.That(folders, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(folders.Where(folder => !Directory.Exists(Path.Combine(ProductPaths.Root, folder))), Is.Empty);
    }

    [Test]
    public void The_exit_statuses_of_the_README_are_the_programs()
    {
        foreach (var status in new[] { ExitCodes.Aborted, ExitCodes.Failed, ExitCodes.RigBroken, ExitCodes.Inconclusive, ExitCodes.Usage })
        {
            Assert.That(Documents.Read("README.md").Split('\n').Single(line => line.StartsWith("Exit status", StringComparison.Ordinal)),
                Does.Contain(status.ToString(CultureInfo.InvariantCulture) + " "));
        }
    }
}
