namespace Harness.Cli.Tests.Labs;

/// <summary><c>lab run --matrix</c>: the same features on several kinds of boards.</summary>
[NonParallelizable]
[Category("Long")]
public sealed class LabMatrixTests
{
    private const string TwoScenarios = """
        Feature: Kinds

          Scenario: A board logs in
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board logs in
            Then the login succeeds

          Scenario: A board has the wrong answer
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            And board is logged in
            When an unknown verb is sent to board
            Then board answers ERR LENGTH
        """;

    [Test]
    public async Task Each_kind_of_board_has_a_run_of_its_own_and_all_have_one_report()
    {
        // The same firmware under two names is two kinds.
        using var work = new WorkFolder();
        var image = Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix");
        var other = work["posix-2"];
        File.Copy(image, other);
        await using var lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1), SlurmLab.OneBoard(2).Replace($"elf: {image}\n", $"elf: {other}\n", StringComparison.Ordinal)]);
        await File.WriteAllTextAsync(lab["kinds.feature"], TwoScenarios);
        var ended = await lab.TypeAsync("run", "--matrix", "board=posix,posix_2", "kinds.feature");
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Failed), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("| scenario | posix | posix_2 |").And.Match(@"kinds\.feature:3 A board logs in \| pass \| pass \|").And.Match(@"kinds\.feature:9 A board has the wrong answer \| fail \| fail \|")
            .And.Contain("| **run** | **fail** | **fail** |").And.Contain("posix: on pi1").And.Contain("posix_2: on pi2"));
        var report = ended.Stdout.Split("joint report: ")[1].Trim();
        var joint = await File.ReadAllTextAsync(report);
        Assert.That(ended.Stdout, Does.StartWith(joint));
        var shown = await lab.TypeAsync("show", "LAST");
        Assert.That(shown.Stdout, Does.Contain(joint), "one who did not wait finds the same");
        Assert.That(lab.Results().Select(result => (result.Host, result.Verdict)), Is.EquivalentTo(new[] { ("pi1", Verdict.Fail), ("pi2", Verdict.Fail) }));
    }
}
