using System.CommandLine;

namespace Harness.Cli.Tests.Commands;

/// <summary>The output of <c>harness new</c>: it passes as it is, from an empty folder whose path has a space; plugins are in <see cref="Plugins.PluginTests"/>.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class NewCommandTests
{
    private readonly WorkFolder _work = new();

    [OneTimeTearDown]
    public void Remove() => _work.Dispose();

    [Test]
    public async Task A_new_feature_passes_on_a_new_rig_whose_boards_are_emulated()
    {
        var feature = await HarnessProcess.RunAsync(_work.Path, "new", "feature", "my-lab");
        Assert.That(feature.Stdout, Does.Contain("next: ./harness run my-lab.feature"), feature.ToString());
        var rig = await HarnessProcess.RunAsync(_work.Path, "new", "rig", "my-bench");
        Assert.That(rig.Stdout, Does.Contain("next: ./harness rig show my-bench.yaml && ./harness run --rig my-bench.yaml"), rig.ToString());
        var shown = await HarnessProcess.RunAsync(_work.Path, "rig", "show", "my-bench.yaml");
        Assert.That((shown.ExitCode, shown.Stdout.Contains("qemu-stm32f405", StringComparison.Ordinal)), Is.EqualTo((0, true)), shown.ToString());
        var run = await HarnessProcess.RunAsync(_work.Path, "run", "--rig", "my-bench.yaml", "my-lab.feature");
        Assert.That((run.ExitCode, run.Stdout.Contains("1 passed", StringComparison.Ordinal)), Is.EqualTo((0, true)), run.ToString());
    }

    [Test]
    public async Task A_new_board_builds_answers_ID_and_SELFTEST_and_passes_its_feature()
    {
        NeedsProgram.Find("gcc", "gcc");
        var written = await HarnessProcess.RunAsync(_work.Path, "new", "board", "my-board");
        Assert.That(written.Stdout, Does.Contain("next: make -C my-board && ./harness run --rig my-board/rig.yaml my-board/my-board.feature"), written.ToString());
        var made = await HarnessProcess.RunProgramAsync(_work.Path, "", "make", "-C", "my-board");
        Assert.That(made.ExitCode, Is.Zero, made.ToString());
        var answers = await HarnessProcess.RunAsync(_work.Path, "ID\nSELFTEST\n", ["console", "board", "--rig", "my-board/rig.yaml"]);
        Assert.That(answers.Stdout.Split('\n'), Has.One.Match("^OK proto=1 .* board=my-board ").And.One.Match("^OK tests=[1-9]"), answers.ToString());
        var run = await HarnessProcess.RunAsync(_work.Path, "run", "--rig", "my-board/rig.yaml", "my-board/my-board.feature");
        Assert.That((run.ExitCode, run.Stdout.Contains("2 passed", StringComparison.Ordinal)), Is.EqualTo((0, true)), run.ToString());
    }

    [TestCase("feature", "my.feature")]
    [TestCase("rig", "my.yaml")]
    [TestCase("board", "my")]
    [TestCase("plugin", "my")]
    public void Nothing_is_overwritten(string kind, string place)
    {
        using var work = new WorkFolder();
        var there = work.Write(Path.HasExtension(place) ? place : $"{place}/kept", "mine");
        Assert.That(
            () => New(kind, "my", work[place]),
            Throws.TypeOf<FormatException>().With.Message.Contains("nothing is overwritten").And.Message.Contains($"next: ./harness new {kind} my --out "));
        Assert.That(File.ReadAllText(there), Is.EqualTo("mine"));
    }

    [TestCase("plugin", "9lab")]
    [TestCase("plugin", "harness-lab")]
    [TestCase("board", "../lab")]
    [TestCase("feature", "a b")]
    [TestCase("rig", "")]
    public void A_name_that_is_none_writes_nothing(string kind, string name)
    {
        using var work = new WorkFolder();
        Assert.That(() => New(kind, name, work["none"]), Throws.TypeOf<FormatException>().With.Message.StartsWith($"a {kind}'s name is letters"));
        Assert.That(Path.Exists(work["none"]), Is.False);
    }

    private static void New(string kind, string name, string place) =>
        CommandTree.Create().Parse(["new", kind, name, "--out", place], CommandTree.Parsing).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
