using System.CommandLine;

namespace Harness.Cli.Tests;

/// <summary>Command lines in documents and messages, split as a shell splits them.</summary>
internal static class CommandLines
{
    private const string Launcher = "./harness ";

    /// <summary>Gets the part of each line from <c>./harness</c> on, without the commands that are piped into it.</summary>
    public static IEnumerable<string> In(string text) =>
        from line in text.Split('\n')
        let at = line.IndexOf(Launcher, StringComparison.Ordinal)
        where at >= 0 && (line[..at].Trim().Length == 0 || line[..at].TrimEnd().EndsWith('|'))
        select line[at..].Trim();

    /// <summary>Gets every command below another one, at any depth, with the words that name it.</summary>
    public static IEnumerable<(string Path, Command Command)> Commands(Command root) => root.Subcommands.Where(command => !command.Hidden).SelectMany(
        command => Commands(command).Select(below => ($"{command.Name} {below.Path}", below.Command)).Prepend((command.Name, command)));

    /// <summary>Gets the words after <c>./harness</c>, quotes resolved, up to a pipe, a redirection or a comment.</summary>
    public static string[] Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inside) = ('\0', false);
        foreach (var c in line[Launcher.Length..] + " ")
        {
            if (quote != '\0')
            {
                (quote, word) = c == quote ? ('\0', word) : (quote, word.Append(c));
            }
            else if (c is '\'' or '"')
            {
                (quote, inside) = (c, true);
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                inside = true;
            }
            else if (inside)
            {
                if (word.ToString() is ">" or ">>" or "|" or "#" or "&&")
                {
                    break;
                }

                words.Add(word.ToString());
                word.Clear();
                inside = false;
            }
        }

        return [.. words];
    }
}
