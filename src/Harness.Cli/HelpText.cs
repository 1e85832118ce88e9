namespace Harness.Cli;

/// <summary>The texts of <c>--help</c>.</summary>
internal static class HelpText
{
    /// <summary>Leaves the first sentence of each command below one: whole descriptions of them would push the help of a group off the screen.</summary>
    /// <param name="group">The command whose help may be printed; only the texts of those below it are changed.</param>
    public static void Shorten(Command group)
    {
        foreach (var command in group.Subcommands)
        {
            command.Description = FirstSentence(command.Description ?? "");
        }
    }

    /// <summary>Gets the first sentence of a text, on one line: up to a period or colon before a blank or line break.</summary>
    internal static string FirstSentence(string text)
    {
        var line = string.Join(' ', text.Split("\n\n")[0].Split((char[])['\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries));
        var end = line.IndexOfAny(['.', ':'], 0);
        while (end >= 0 && end + 1 < line.Length && line[end + 1] != ' ')
        {
            end = line.IndexOfAny(['.', ':'], end + 1);
        }

        return end < 0 ? line : line[..end] + ".";
    }
}
