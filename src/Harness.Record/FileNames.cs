namespace Harness.Record;

/// <summary>Makes names of files and folders from names in feature and rig files.</summary>
public static class FileNames
{
    /// <summary>Longest name in bytes: half of the limit of file systems, so that an extension fits behind it.</summary>
    public const int MaximumLength = 120;

    private const int HashDigits = 12;

    /// <summary>
    /// Makes a name of ASCII letters, digits, <c>-</c>, <c>.</c> and <c>_</c>, which replaces every other character. Two names never share one: where the
    /// name cannot be derived back from it, or it was cut, a hash of the whole name is appended.
    /// </summary>
    /// <param name="name">A device, or a scenario's <c>path:line</c>.</param>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = string.Concat(name.Select(c => IsKept(c) ? c : '_'));
        var colon = name.LastIndexOf(':');
        var isReversible = colon > 0 && IsNumber(name.AsSpan(colon + 1))
            ? name[..colon].All(c => IsKept(c) || c == '/')
            : name.All(c => IsKept(c) || c == '_') && !IsNumber(plain.AsSpan(plain.LastIndexOf('_') + 1)) && plain.Trim('.').Length > 0;
        if (isReversible && plain.Length <= MaximumLength)
        {
            return plain;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        return $"{plain[..Math.Min(plain.Length, MaximumLength - HashDigits - 1)]}-{hash}";
    }

    private static bool IsKept(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.';

    // A numeric ending stands for the line of path:line; a name that itself ends in a number gets its hash.
    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
