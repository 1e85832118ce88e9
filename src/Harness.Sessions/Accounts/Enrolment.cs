namespace Harness.Sessions.Accounts;

/// <summary>Makes the broker's half of a password: one item of an account file.</summary>
public static class Enrolment
{
    /// <summary>Bytes of the longest password: what a board takes, so that every account can be used from every device.</summary>
    public const int MaximumPasswordLength = 64;

    /// <summary>Computes W = g^w' for one client.</summary>
    /// <param name="client">C, 1 to 64 bytes of UTF-8 without control characters.</param>
    /// <param name="server">S, a <see cref="ServerName"/>.</param>
    /// <param name="group">AugPAKE group.</param>
    /// <param name="profile">AugPAKE profile.</param>
    /// <param name="password">The password, at most <see cref="MaximumPasswordLength"/> bytes of UTF-8; it is neither kept nor printed.</param>
    /// <param name="pseudonyms">Also draws u, for logins under pseudonyms (hardened); profile framed only.</param>
    /// <exception cref="ArgumentException">Pseudonyms of another profile, a name of another length, or a password that is too long or that <see cref="Password.Prepare"/> refuses.</exception>
    public static Account Create(string client, string server, AugPakeGroup group, AugPakeProfile profile, string password, bool pseudonyms = false)
    {
        CheckNames(client, server);
        if (pseudonyms && profile != AugPakeProfile.Framed)
        {
            throw new ArgumentException($"pseudonyms need profile {AugPakeProfile.Framed.Name()}, not {profile.Name()}", nameof(pseudonyms));
        }

        CheckPassword(password);
        return new Account(client, server, group, profile, Verifier.ComputeW(group, profile, client, server, password))
        {
            // Typed, or null would be taken for an array and become an empty secret.
            PseudonymSecret = pseudonyms ? RandomNumberGenerator.GetBytes(HardenedKeys.PseudonymSecretSize) : (ReadOnlyMemory<byte>?)null,
        };
    }

    /// <summary>Computes the broker's half of a password for SCRAM-SHA-256, with a salt of its own.</summary>
    /// <param name="client">The user's name, which is the ClientId, 1 to 64 bytes of UTF-8 without control characters.</param>
    /// <param name="server">The broker's name, a <see cref="ServerName"/>.</param>
    /// <param name="password">The password, at most <see cref="MaximumPasswordLength"/> bytes of UTF-8; it is neither kept nor printed.</param>
    /// <param name="iterations">Iterations, 4,096 or more.</param>
    /// <exception cref="ArgumentException">A name of another length, iterations out of bounds, or a password that is refused.</exception>
    public static ScramAccount CreateScram(string client, string server, string password, int iterations = ScramCredential.MinimumIterations)
    {
        CheckNames(client, server);
        CheckPassword(password);
        return new ScramAccount(client, server, ScramCredential.Create(password, iterations));
    }

    private static void CheckPassword(string password)
    {
        var bytes = Encoding.UTF8.GetByteCount(password);
        if (bytes > MaximumPasswordLength)
        {
            throw new ArgumentException($"The password has {bytes} bytes, but boards take at most {MaximumPasswordLength}. Choose another.", nameof(password));
        }
    }

    /// <summary>One item of the YAML list, ended by a line feed.</summary>
    /// <param name="account">The account; its salt and keys are written.</param>
    public static string ToYaml(ScramAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return $"- client: {Quote(account.Client)}\n" +
            $"  server: {Quote(account.Server)}\n" +
            $"  method: {ScramClient.Method}\n" +
            $"  salt: {Quote(Convert.ToHexStringLower(account.Credential.Salt.Span))}\n" +
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  iterations: {account.Credential.Iterations}\n") +
            $"  stored_key: {Quote(Convert.ToHexStringLower(account.Credential.StoredKey.Span))}\n" +
            $"  server_key: {Quote(Convert.ToHexStringLower(account.Credential.ServerKey.Span))}\n";
    }

    /// <summary>One item of the YAML list, ended by a line feed: it can be appended to an account file as it is.</summary>
    /// <param name="account">The account; its W is written, and u where it has one.</param>
    public static string ToYaml(Account account) =>
        $"- client: {Quote(account.Client)}\n" +
        $"  server: {Quote(account.Server)}\n" +
        $"  group: {account.Group.Name}\n" +
        $"  profile: {account.Profile.Name()}\n" +
        $"  w_verifier: {Quote(Convert.ToHexStringLower(account.Verifier.Span))}\n" +
        (account.PseudonymSecret is { } secret ? $"  pseudonym_secret: {Quote(Convert.ToHexStringLower(secret.Span))}\n" : "");

    /// <summary>Refuses names that no party takes.</summary>
    /// <param name="client">C, 1 to 64 bytes of UTF-8 without control characters.</param>
    /// <param name="server">S, a <see cref="ServerName"/>.</param>
    /// <exception cref="ArgumentException">One of them is not.</exception>
    public static void CheckNames(string client, string server)
    {
        var bytes = Encoding.UTF8.GetByteCount(client);
        if (bytes is < 1 or > 64)
        {
            throw new ArgumentException($"a client name has 1 to 64 bytes of UTF-8, not {bytes}");
        }

        if (client.Any(char.IsControl))
        {
            throw new ArgumentException($"a client name has no control characters, but {ForeignText.Quote(client)} has");
        }

        ServerName.Check(server);
    }

    // A double-quoted YAML scalar: names may look like numbers, booleans or comments.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                < ' ' or '\x7f' or '\x85' or '\xa0' or '\u2028' or '\u2029' or '\ufeff' => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
