using System.Buffers;

namespace Harness.Crypto.AugPake;

/// <summary>Passwords as the handshake takes them: SASLprep'd UTF-8 (RFC 6628 section 2.2.1: RFC 4013, stored strings), or refused.</summary>
public static class Password
{
    /// <summary>Checks a password and encodes it.</summary>
    /// <remarks>
    /// No character is ever mapped: where SASLprep would change the password, it is refused, so that two spellings of one password cannot
    /// silently become two verifiers. An accepted password is its own SASLprep output. A right-to-left password (RFC 3454 section 6) must start
    /// and end right-to-left and hold nothing else but ASCII digits and signs: a little stricter than SASLprep.
    /// </remarks>
    /// <param name="password">Not empty.</param>
    /// <returns>UTF-8; the caller clears it.</returns>
    /// <exception cref="ArgumentException">Empty, a control character, or a non-ASCII character that SASLprep maps or prohibits, that is
    /// not NFKC-stable or unknown to Unicode 3.2; or directions are mixed. The message gives the position, never the password.</exception>
    public static byte[] Prepare(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length == 0)
        {
            throw new ArgumentException("The password is empty; expected at least one character.", nameof(password));
        }

        var rightToLeft = false;
        var onlyNeutralElse = true;
        var (first, last) = (false, false);
        for (var i = 0; i < password.Length;)
        {
            if (Rune.DecodeFromUtf16(password.AsSpan(i), out var rune, out var consumed) != OperationStatus.Done)
            {
                throw Refused(i, "half a surrogate pair");
            }

            last = PasswordCharacters.IsRightToLeft(rune.Value);
            first = i == 0 ? last : first;
            rightToLeft |= last;
            onlyNeutralElse &= last || (rune.IsAscii && !Rune.IsLetter(rune));
            if (rune.IsAscii ? Rune.IsControl(rune) : !last && !PasswordCharacters.Contains(rune.Value))
            {
                throw Refused(i, rune.IsAscii ? "a control character" : "a non-ASCII character that SASLprep would map, prohibit or normalise");
            }

            i += consumed;
        }

        if (rightToLeft && !(onlyNeutralElse && first && last))
        {
            throw Refused(0, "right-to-left characters mixed with others, starting");
        }

        return Encoding.UTF8.GetBytes(password);
    }

    private static ArgumentException Refused(int index, string what) => new(
        $"The password has {what} at position {index + 1}; expected printable ASCII or precomposed (NFKC) letters and symbols. Choose another.",
        "password");
}
