namespace Harness.Hardware.Native;

/// <summary>Quotes words for a command line that a person pastes.</summary>
internal static class Shell
{
    /// <summary>Gets the word as sh takes it, quoted only where needed.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:,@%=".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
