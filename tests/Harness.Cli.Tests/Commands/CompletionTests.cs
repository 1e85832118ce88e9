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
    public async Task Every_command_and_every_option_of_every_command_is_known()
    {
        var all = CommandLines.Commands(CommandTree.Create()).ToList();
        var options = await CompleteAsync([.. all.Select(c => $"harness {c.Path} --")]);
        var commands = await CompleteAsync([.. all.Select(c => $"harness {c.Path} ")]);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < all.Count; i++)
            {
                Assert.That(all[i].Command.Options.Where(option => !option.Hidden).Select(option => option.Name).Append("--help"), Is.SubsetOf(options[i]), all[i].Path);
                Assert.That(all[i].Command.Subcommands.Select(sub => sub.Name), Is.SubsetOf(commands[i]), all[i].Path);
            }
        });
    }

    private async Task<string[]> CompleteAsync(string typed) => (await CompleteAsync([typed]))[0];

    private async Task<string[][]> CompleteAsync(string[] typed)
    {
        _work.Write("harness.bash", Cli.Commands.Completion.BashCompletion.Script(CommandTree.Create()));
        const string Script = """
            source ./harness.bash
            function=$(complete -p harness >/dev/null && echo _harness)
            for line in "$@"; do
                IFS=' ' read -r -a COMP_WORDS <<< "$line"
                case $line in *' ') COMP_WORDS+=('') ;; esac
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                $function
                printf '%s\n' "${COMPREPLY[@]}" end
            done
            """;
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", ["-euc", Script, "bash", .. typed]);
        Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")), ended.ToString());
        return [.. ended.Stdout.Split("end\n")[..typed.Length].Select(words => words.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }
}
