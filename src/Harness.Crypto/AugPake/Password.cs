using System.Text;

namespace Harness.Crypto;

/// <summary>Passwords as the handshake takes them: SASLprep'd UTF-8 (RFC 4013, stored strings), or refused.</summary>
public static class Password
{
    /// <summary>Checks a password and encodes it.</summary>
    /// <remarks>
    /// Nothing is ever mapped: where SASLprep would change the password, or judge it by the bidirectional rule, it is refused, so
    /// that two spellings of one password cannot become two verifiers unseen. What passes is its own SASLprep output.
    /// </remarks>
    /// <param name="password">Not empty.</param>
    /// <returns>UTF-8; the caller clears it.</returns>
    /// <exception cref="ArgumentException">Empty, a control character, or a non-ASCII character that SASLprep maps or prohibits, that is
    /// not NFKC-stable, is right-to-left or unknown to Unicode 3.2. The message gives the position, never the password.</exception>
    public static byte[] Prepare(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length == 0)
        {
            throw new ArgumentException("The password is empty; expected at least one character.", nameof(password));
        }

        for (var i = 0; i < password.Length;)
        {
            if (Rune.DecodeFromUtf16(password.AsSpan(i), out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                throw Refused(i, "half a surrogate pair");
            }

            if (rune.IsAscii ? rune.Value is < 0x20 or 0x7F : !PasswordCharacters.Contains(rune.Value))
            {
                throw Refused(i, rune.IsAscii
                    ? "a control character"
                    : "a non-ASCII character that SASLprep would map, prohibit or normalise, or that is right-to-left");
            }

            i += consumed;
        }

        return Encoding.UTF8.GetBytes(password);
    }

    private static ArgumentException Refused(int index, string what) => new(
        $"The password has {what} at position {index + 1}; expected printable ASCII or precomposed (NFKC) letters and symbols. Choose another.",
        "password");
}
