using System.Text;

namespace Harness.Cli.Tests;

/// <summary>Lines that a reader is told to type, as a shell takes them apart.</summary>
internal static class CommandLines
{
    private const string Launcher = "./harness ";

    /// <summary>The part of each line from <c>./harness</c> on; what is piped into it is left out.</summary>
    public static IEnumerable<string> In(string text) =>
        from line in text.Split('\n')
        let at = line.IndexOf(Launcher, StringComparison.Ordinal)
        where at >= 0 && (line[..at].Trim().Length == 0 || line[..at].TrimEnd().EndsWith('|'))
        select line[at..].Trim();

    /// <summary>The words after <c>./harness</c>, quotes resolved, up to a pipe, a redirection or a comment.</summary>
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
