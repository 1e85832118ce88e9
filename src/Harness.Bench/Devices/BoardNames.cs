namespace Harness.Bench.Devices;

/// <summary>Formats arguments of the bench protocol.</summary>
internal static class BoardNames
{
    private const int MaximumName = 64;

    public static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    public static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>Formats a name; throws for one outside 1 to 64 bytes, as every kind of party does.</summary>
    public static string Name(string name) => Fits(name, out var bytes)
        ? Hex(name) : throw new ArgumentException($"a name has 1 to {MaximumName} bytes, \"{name}\" has {bytes}", nameof(name));

    /// <summary>Formats a topic. It may come over the wire from anybody, so one that no board can keep is refused as the device itself would refuse it.</summary>
    /// <exception cref="PartyRefusedException">TOO-LONG: outside 1 to 64 bytes.</exception>
    public static string Topic(string topic, string device) => Fits(topic, out var bytes)
        ? Hex(topic) : throw new PartyRefusedException(device, PartyRefusal.TooLong, $"a topic of {bytes} bytes, of 1 to {MaximumName}");

    /// <summary>Checks a word from a feature, so that it cannot add another argument to the line.</summary>
    public static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? word : throw new ArgumentException($"\"{word}\" is no word of the bench protocol", nameof(word));

    /// <summary>Formats a password as bytes, prepared as on every other side (SASLprep, RFC 4013).</summary>
    public static string Password(string password)
    {
        var prepared = Harness.Crypto.AugPake.Password.Prepare(password);
        var hex = Convert.ToHexStringLower(prepared);
        CryptographicOperations.ZeroMemory(prepared);
        return prepared.Length is >= 1 and <= MaximumName
            ? hex : throw new ArgumentException($"a password has 1 to {MaximumName} bytes, this has {prepared.Length}", nameof(password));
    }

    private static bool Fits(string text, out int bytes) => (bytes = Encoding.UTF8.GetByteCount(text)) is >= 1 and <= MaximumName;
}
