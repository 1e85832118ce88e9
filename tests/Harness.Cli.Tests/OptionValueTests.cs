using System.CommandLine;

namespace Harness.Cli.Tests;

/// <summary>A misspelt option is never taken for the value of the option before it, whatever the command.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OptionValueTests
{
    private static IEnumerable<TestCaseData> EachOption() =>
        from command in Below(CommandTree.Create(), [])
        from option in command.Command.Options
        where option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) && option.Name is not ("--help" or "--version")
        select new TestCaseData(command.Path, option.Name).SetArgDisplayNames($"{string.Join(' ', command.Path)} {option.Name}");

    [TestCaseSource(nameof(EachOption))]
    public void An_unknown_option_is_no_value(string[] path, string option)
    {
        var near = Other(path, option);
        foreach (var misspelt in new[] { "--bogus", "-bogus", "--größe", near[..^1] + "x" })
        {
            string[] typed = [.. path, option, misspelt];
            var errors = CommandTree.Create(typed).Parse(typed, CommandTree.Parsing).Errors.Select(error => error.Message).ToList();
            Assert.That(errors, Has.Some.StartsWith($"{option} lacks its value: there is no option '{misspelt}'").And.Some.Contains($"{option}={misspelt}"));
        }
    }

    [TestCaseSource(nameof(EachOption))]
    public void A_value_behind_an_equals_sign_is_meant(string[] path, string option)
    {
        string[] typed = [.. path, $"{option}=-bogus"];
        var errors = CommandTree.Create(typed).Parse(typed, CommandTree.Parsing).Errors.Select(error => error.Message);
        Assert.That(errors, Has.None.Contains("lacks its value"));
    }

    [Test]
    public void The_nearest_option_is_named()
    {
        string[] typed = ["measure", "seal", "--device", "--sampels"];
        Assert.That(
            CommandTree.Create(typed).Parse(typed, CommandTree.Parsing).Errors.Select(error => error.Message),
Has.One.StartsWith("--device lacks its value: there is no option '--sampels'; nearest known: \"--samples\""));
    }

    private static string Other(string[] path, string option)
    {
        var command = path.Aggregate((Command)CommandTree.Create(), (at, name) => at.Subcommands.Single(sub => sub.Name == name));
        return command.Options.Select(other => other.Name).FirstOrDefault(name => name != option && name.Length > 5) ?? "--filter";
    }

    private static IEnumerable<(string[] Path, Command Command)> Below(Command command, string[] path) =>
        command.Subcommands.SelectMany(sub => Below(sub, [.. path, sub.Name])).Prepend((path, command));
}
