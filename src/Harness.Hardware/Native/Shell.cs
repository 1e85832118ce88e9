namespace Harness.Hardware.Native;

/// <summary>Words for a command line that a person pastes.</summary>
internal static class Shell
{
    /// <summary>The word as sh takes it, quoted only where it must be.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:,@%=".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
