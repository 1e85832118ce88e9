namespace Harness.Cli;

/// <summary>The next commands in messages.</summary>
public static partial class NextCommand
{
    private const string Rig = "--rig";

    // Longest first: "baseline set" before "baseline".
    private static readonly Lazy<IReadOnlyList<string>> CommandsWithRig = new(() =>
        [.. Paths(CommandTree.Create(), "").Where(c => c.Command.Options.Any(o => o.Name == Rig)).Select(c => c.Path).OrderByDescending(path => path.Length)]);

    /// <summary>Adds the rig to every command of a text that takes one and names none, so that the command refers to the same rig.</summary>
    /// <param name="text">A command, or a message that contains commands.</param>
    /// <param name="rig">The rig as it was typed; null if none was.</param>
    public static string WithRig(string text, string? rig)
    {
        ArgumentNullException.ThrowIfNull(text);
        return rig is null ? text : Command().Replace(text, match =>
        {
            var words = match.Groups["words"].Value;
            var path = CommandsWithRig.Value.FirstOrDefault(p => words == p || words.StartsWith(p + " ", StringComparison.Ordinal));
            return path is null || words.Contains(Rig, StringComparison.Ordinal) || words.Contains("--help", StringComparison.Ordinal)
                ? match.Value
                : $"./harness {path} {Rig} {ShellWord.Quote(rig)}{words[path.Length..]}";
        });
    }

    /// <summary>Gets the words of a command from the program's name on: <c>baseline set</c>.</summary>
    internal static string Path(System.CommandLine.Parsing.CommandResult command) =>
        string.Join(' ', Upwards(command).Reverse().Select(c => c.Command.Name));

    private static IEnumerable<System.CommandLine.Parsing.CommandResult> Upwards(System.CommandLine.Parsing.CommandResult command)
    {
        for (System.CommandLine.Parsing.SymbolResult? at = command; at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } found; at = at.Parent)
        {
            yield return found;
        }
    }

    private static IEnumerable<(string Path, Command Command)> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim()).Prepend(($"{path} {sub.Name}".Trim(), sub)));

    // Up to the text that ends a command in a message.
    [GeneratedRegex(@"\./harness (?<words>[^;\n]*?)(?=;|\n|$|, or |, then )", RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}
