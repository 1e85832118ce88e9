using System.Security.Cryptography;
using System.Text;

namespace Harness.Record;

/// <summary>Names of files and folders that are made of names from feature and rig files.</summary>
public static class FileNames
{
    /// <summary>Bytes of the longest name: half of what file systems take, so that an ending fits behind it.</summary>
    public const int Longest = 120;

    private const int HashDigits = 12;

    /// <summary>
    /// A name of ASCII letters, digits, <c>-</c>, <c>.</c> and <c>_</c>, which stands for everything else. Two names do not share one: where the
    /// name cannot be read back from it, or it was cut, a hash of the whole name stands behind it.
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
        if (isReversible && plain.Length <= Longest)
        {
            return plain;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        return $"{plain[..Math.Min(plain.Length, Longest - HashDigits - 1)]}-{hash}";
    }

    private static bool IsKept(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.';

    // What ends so came from a line; a name that does by itself gets its hash.
    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
