namespace Harness.Cli.Tests;

/// <summary>Checks that the help of every command has examples that can be typed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HelpTests
{
    private const int ScreenLines = 48;

    private static IEnumerable<string> Commands() => CommandTree.Create().Subcommands.Select(command => command.Name);

    private static IEnumerable<TestCaseData> ExampleLines() => CommandTree.Create().Subcommands.SelectMany(command =>
        CommandLines.In(command.Description!).Select(line => new TestCaseData(command.Name, line)));

    [TestCaseSource(nameof(Commands))]
    public async Task Help_exits_with_0_and_has_examples(string command)
    {
        var ended = await HarnessProcess.RunAsync(Path.GetTempPath(), command, "--help");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("Examples:").And.Contain($"./harness {command}").And.Contain("--help"));
        Assert.That(ended.Stdout.TrimEnd().Split('\n'), Has.Length.LessThanOrEqualTo(ScreenLines), "one screen");
        Assert.That(ended.Stderr, Is.Empty);
    }

    [Test]
    public async Task The_help_of_the_program_names_every_command_with_one_sentence()
    {
        var ended = await HarnessProcess.RunAsync(Path.GetTempPath(), "--help");
        Assert.That(CommandTree.Create().Subcommands.Select(c => $"  {c.Name} "), Has.All.Matches<string>(ended.Stdout.Contains));
        Assert.That(ended.Stdout.TrimEnd().Split('\n'), Has.Length.LessThanOrEqualTo(ScreenLines), "one screen");
    }

    [Test]
    public async Task Help_of_a_command_below_another_has_an_example_and_one_screen()
    {
        foreach (var path in CommandLines.Commands(CommandTree.Create()).Select(c => c.Path).Where(path => path.Contains(' ', StringComparison.Ordinal)))
        {
            var ended = await HarnessProcess.RunAsync(Path.GetTempPath(), [.. path.Split(' '), "--help"]);
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            Assert.That(ended.Stdout, Does.Contain("Examples:").And.Contain($"./harness {path}"), path);
            Assert.That(ended.Stdout.TrimEnd().Split('\n'), Has.Length.LessThanOrEqualTo(ScreenLines), path);
        }
    }

    [TestCase("Does this. And that.", "Does this.")]
    [TestCase("Reads run.jsonl, and\n  says: what it holds.", "Reads run.jsonl, and says.")]
    [TestCase("No end\n\nmore.", "No end")]
    [TestCase("", "")]
    public void A_command_in_a_list_is_described_by_its_first_sentence(string text, string sentence) => Assert.That(HelpText.FirstSentence(text), Is.EqualTo(sentence));

    [TestCaseSource(nameof(ExampleLines))]
    public void An_example_of_a_command_parses_and_is_one_of_that_command(string command, string line)
    {
        var parsed = CommandTree.Create().Parse(CommandLines.Words(line), CommandTree.Parsing);
        Assert.That(parsed.Errors.Select(error => error.Message), Is.Empty);
        Assert.That(CommandLines.Words(line)[0], Is.EqualTo(command));
    }

    [Test]
    public void Every_command_and_every_option_says_what_it_is_for()
    {
        var root = CommandTree.Create();
        Assert.That(root.Subcommands.Select(command => command.Name), Is.SupersetOf(new[] { "run", "test", "broker", "enroll" }));
        Assert.That(root.Subcommands.Where(command => !CommandLines.In(command.Description ?? "").Any()).Select(command => command.Name), Is.Empty);
        Assert.That(
            root.Subcommands.SelectMany(command => command.Options.Where(option => string.IsNullOrWhiteSpace(option.Description)).Select(option => $"{command.Name} {option.Name}")),
            Is.Empty);
    }

    [Test]
    public async Task The_program_alone_and_its_help_lead_to_the_first_command()
    {
        var help = await HarnessProcess.RunAsync(Path.GetTempPath(), "--help");
        Assert.That(help.ExitCode, Is.Zero, help.ToString());
        Assert.That(help.Stdout, Does.Contain("./harness run").And.Contain("Exit status").And.Contain("130"));
        var version = await HarnessProcess.RunAsync(Path.GetTempPath(), "--version");
        Assert.That(version.Stdout.Trim(), Does.Match(@"^\d+\.\d+\.\d+"));
    }
}
