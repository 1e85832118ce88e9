namespace Harness.Cli.Tests.Commands;

/// <summary>Completion in bash: the script that the program prints, in a real bash.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CompletionTests : WorkFolderTests
{
    [TestCase("harness ru", "run")]
    [TestCase("harness ", "run claims test broker doctor completion")]
    [TestCase("harness run --wat", "--watch")]
    [TestCase("./harness measure --sig", "--sign")]
    [TestCase("harness claims --scheme mqtt-p", "mqtt-present")]
    [TestCase("harness claims --scheme mqtt-present --claim D", "DI")]
    [TestCase("harness baseline ", "set compare")]
    [TestCase("harness baseline compare --oth", "--other-firmware")]
    [TestCase("harness baseline set --clock d", "device")]
    [TestCase("harness history fl", "flaky")]
    [TestCase("harness run --rig m", "my-rig.yaml")]
    [TestCase("harness run m", "my-rig.yaml")]
    [TestCase("harness completion b", "bash")]
    public async Task A_word_is_completed(string typed, string words)
    {
        _work.Write("my-rig.yaml", "");
        Assert.That(await CompleteAsync(typed), Is.SupersetOf(words.Split(' ')));
    }

    [TestCase("harness measure --samples ")]
    [TestCase("harness run --parallel ")]
    [TestCase("harness nonsense --")]
    public async Task Nothing_is_offered_that_nothing_is_known_of(string typed)
    {
        _work.Write("my-rig.yaml", "");
        Assert.That((await CompleteAsync(typed)).Where(word => word.StartsWith("my", StringComparison.Ordinal) || word == "--watch"), Is.Empty);
    }

    [Test]
    public async Task Every_option_of_every_command_is_known()
    {
        foreach (var command in CommandTree.Create().Subcommands)
        {
            var known = await CompleteAsync($"harness {command.Name} --");
            Assert.That(command.Options.Select(option => option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal)), Is.SubsetOf(known), command.Name);
        }
    }

    private async Task<string[]> CompleteAsync(string typed)
    {
        _work.Write("harness.bash", Cli.Commands.Completion.BashCompletion.Script(CommandTree.Create()));
        const string Script = """
            source ./harness.bash
            IFS=' ' read -r -a COMP_WORDS <<< "$1"
            case $1 in *' ') COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p harness >/dev/null && echo _harness)
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", "-euc", Script, "bash", typed);
        Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")), ended.ToString());
        return ended.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
