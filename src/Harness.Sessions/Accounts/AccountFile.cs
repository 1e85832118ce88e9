namespace Harness.Sessions.Accounts;

/// <summary>
/// The broker's file: a YAML list of <c>{client, server, group, profile, w_verifier: hex}</c>, with <c>pseudonym_secret: hex</c> for the hardened scheme, and of
/// <c>{client, server, method: SCRAM-SHA-256, salt, iterations, stored_key, server_key}</c>, all bytes in hex; or a map of <c>accounts:</c> (that list)
/// and <c>pairs:</c> (a list of <c>{publisher, subscriber, topic}</c>).
/// </summary>
public sealed class AccountFile
{
    internal AccountFile(IReadOnlyList<Account> accounts, IReadOnlyList<KeyPair> pairs, IReadOnlyList<AccountFileWarning> warnings)
    {
        Accounts = accounts;
        Pairs = pairs;
        Warnings = warnings;
    }

    /// <summary>The accounts, in the file's order; at most one for a client, group and profile.</summary>
    public IReadOnlyList<Account> Accounts { get; }

    /// <summary>The accounts of SCRAM-SHA-256, in the file's order; at most one for a client.</summary>
    public IReadOnlyList<ScramAccount> ScramAccounts { get; internal init; } = [];

    /// <summary>The pairs of MQTT-PRESENT, in the file's order; empty where the file names none.</summary>
    public IReadOnlyList<KeyPair> Pairs { get; }

    /// <summary>Warnings for a person: a file others can read or write, one without an account, a pair without an account.</summary>
    public IReadOnlyList<AccountFileWarning> Warnings { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="server">S; an item of another server is an error.</param>
    /// <exception cref="AccountFileException">Missing or unreadable file, bytes that are no UTF-8, malformed YAML, unknown or missing key, unknown group or
    /// profile, W outside the group, another server, a second account of one client, group and profile.</exception>
    public static AccountFile Load(string path, string server)
    {
        var (text, warning) = ReadText(path, server);
        var parsed = Parse(text, path, server);
        return warning is null ? parsed : new AccountFile(parsed.Accounts, parsed.Pairs, [warning, .. parsed.Warnings]) { ScramAccounts = parsed.ScramAccounts };
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Its name in errors.</param>
    /// <param name="server">S.</param>
    /// <exception cref="AccountFileException">As for <see cref="Load"/>.</exception>
    public static AccountFile Parse(string yaml, string path, string server) => new AccountFileReader(path, server).Read(yaml);

    /// <summary>The text of a file, and what is wrong with who may touch it.</summary>
    internal static (string Text, AccountFileWarning? Warning) ReadText(string path, string server)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var warning = OperatingSystem.IsWindows() ? null : Exposed(File.GetUnixFileMode(stream.SafeFileHandle), path);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return (StrictUtf8.Decode(bytes.ToArray()), warning);
        }
        catch (NotUtf8Exception e)
        {
            // What iconv writes holds every W: for its owner alone, too.
            throw new AccountFileException(path, e.Line, e.Column, "not UTF-8", "text in UTF-8", $"the byte 0x{e.Value:x2}", null, $"(umask 077; {NotUtf8Exception.NextCommand(path)})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var missing = e is FileNotFoundException or DirectoryNotFoundException;
            throw new AccountFileException(path, 0, 0, "the account file cannot be read", "a readable file",
                missing ? "no such file" : e.Message, null, missing ? EnrollLine.For(null, server, path) : $"ls -l {ShellWord.Quote(path)}", e);
        }
    }

    // W allows an offline dictionary on the password, so the file is as private as a key; who writes it says who may log in.
    private static AccountFileWarning? Exposed(UnixFileMode mode, string path)
    {
        var read = (mode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;
        var write = (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;
        string[] wrong =
        [
            .. read ? ["others can read this file, and what it holds of each password allows guessing it"] : (string[])[],
            .. write ? ["others can write this file, and log in as whom they like"] : (string[])[],
        ];
        return wrong.Length == 0 ? null : new AccountFileWarning(path, string.Join("; ", wrong), $"chmod 600 {ShellWord.Quote(path)}");
    }
}
