namespace Harness.Sessions.Accounts;

/// <summary>S, the name a broker has in every handshake: 1 to 64 bytes of UTF-8 without control characters, which is what every party takes.</summary>
public static class ServerName
{
    /// <summary>Refuses what is no server name.</summary>
    /// <param name="name">S.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentException">Another length, or a control character.</exception>
    public static string Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes is < 1 or > 64 ? throw new ArgumentException($"a server name has 1 to 64 bytes of UTF-8, not {bytes}")
            : name.Any(char.IsControl) ? throw new ArgumentException($"a server name has no control characters, but {ForeignText.Quote(name)} has")
            : name;
    }
}
