namespace Harness.Record;

/// <summary>Quotes a name for a command that a person can paste.</summary>
public static class ShellWord
{
    /// <summary>Gets the word unchanged, in single quotes where the shell would split or expand it, or as <c>$'...'</c> where it holds a control character.</summary>
    public static string Quote(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Any(char.IsControl) ? $"$'{string.Concat(word.Select(Escaped))}'"
            : word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "/._-+:,@%=".Contains(c, StringComparison.Ordinal)) ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    private static string Escaped(char c) => c switch
    {
        '\'' or '\\' => $"\\{c}",
        '\n' => "\\n",
        '\t' => "\\t",
        _ when char.IsControl(c) => string.Concat(Encoding.UTF8.GetBytes([c]).Select(b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"))),
        _ => c.ToString(),
    };
}
