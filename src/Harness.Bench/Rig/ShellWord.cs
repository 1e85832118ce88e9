namespace Harness.Bench;

/// <summary>Puts a path into a command a person can paste.</summary>
internal static class ShellWord
{
    /// <summary>The word as it is, or in single quotes where the shell would split or expand it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:,@%=".Contains(c))
            ? word
            : "'" + word.Replace("'", "'\\''") + "'";
}
