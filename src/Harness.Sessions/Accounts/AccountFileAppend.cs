namespace Harness.Sessions.Accounts;

/// <summary>Adds an account to an account file, wholly or not at all.</summary>
/// <remarks>
/// The new text is written beside the file (<c>FILE.new</c>, mode 600), read as a broker would read it, brought to the disk and renamed: a broker that starts
/// meanwhile, a full disk or a loss of power sees the old file or the new one. Enrolments into one file wait for each other.
/// </remarks>
public static class AccountFileAppend
{
    private const string Unchanged = "the file is as it was";

    /// <summary>Refuses what <see cref="Append(string, Account)"/> would, before anybody types a password.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="client">C.</param>
    /// <param name="server">S.</param>
    /// <param name="method">Authentication Method of the account.</param>
    /// <exception cref="AccountFileException">No ordinary file, one that a broker would refuse, or the account is there already.</exception>
    public static void Check(string path, string client, string server, string method)
    {
        RefuseOther(path);
        if (File.Exists(Target(path)) && AccountFile.Load(path, server) is var there
            && (there.Accounts.Any(a => a.Client == client && a.Method == method) || (method == ScramClient.Method && there.ScramAccounts.Any(a => a.Client == client))))
        {
            throw new AccountFileException(
                path, 0, 0, "an account that is there already", $"none of this client for {method}", "one", null, $"${{EDITOR:-nano}} {ShellWord.Quote(path)} and remove it");
        }
    }

    /// <summary>Adds an account.</summary>
    /// <param name="path">The file; it is made where there is none. Its mode is 600 afterwards.</param>
    /// <param name="account">The account.</param>
    /// <exception cref="AccountFileException">As for <see cref="Check"/>; another enrolment writes the file; or it cannot be written. It is as it was.</exception>
    public static void Append(string path, Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        Append(path, account.Server, Enrolment.ToYaml(account));
    }

    /// <summary>Adds an account of SCRAM.</summary>
    /// <inheritdoc cref="Append(string, Account)"/>
    public static void Append(string path, ScramAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        Append(path, account.Server, Enrolment.ToYaml(account));
    }

    private static void Append(string path, string server, string item)
    {
        var target = Target(path);
        var beside = target + ".new";
        try
        {
            RefuseOther(path);
            using var alone = EnrolmentLock.Take(target);
            var old = File.Exists(target) ? AccountFile.ReadText(target, server).Text : "";
            var text = Insert(old, path, server, item);
            try
            {
                Write(beside, text);
                KeepOwner(target, beside);
                File.Move(beside, target, overwrite: true);
            }
            catch
            {
                File.Delete(beside);
                throw;
            }
        }
        catch (TimeoutException e)
        {
            throw Failed(path, "another enrolment writes the file", "one at a time", $"{e.Message} locked for ten seconds", $"fuser -v {ShellWord.Quote(e.Message)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException) // .NET's word for a file that may not grow
        {
            throw Failed(path, $"the account was not added; {Unchanged}", "a folder with room that can be written", e.Message.TrimEnd('.'),
                $"df -h {ShellWord.Quote(Path.GetDirectoryName(target)!)}, ls -ld {ShellWord.Quote(Path.GetDirectoryName(target)!)}", e);
        }
    }

    // What an enrolment that was killed left is replaced, and so is a link that somebody put there.
    private static void Write(string beside, string text)
    {
        File.Delete(beside);
        using var stream = new FileStream(beside, Options());
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>The text with one more item, in the list that is there.</summary>
    private static string Insert(string old, string path, string server, string item)
    {
        var reader = new AccountFileReader(path, server);
        var root = reader.Root(old);
        var list = root?.Fields?.FirstOrDefault(f => f.Key.Value == "accounts").Value ?? root;
        var text = list switch
        {
            { IsFlow: false, Items.Count: > 0 } => InsertAfter(old, (int)list.LastLine, (int)list.Start.Column - 1, item),
            { Fields: not null } => EndLine(old) + "accounts:\n" + item,
            _ => EndLine(old) + item,
        };

        // The broker's own reader decides, not the way the text was put together.
        var before = AccountFile.Parse(old, path, server);
        AccountFile after;
        try
        {
            after = AccountFile.Parse(text, path, server);
        }
        catch (AccountFileException e) when (e.Problem == "malformed YAML")
        {
            throw NoList(path, e);
        }

        return after.Accounts.Count + after.ScramAccounts.Count == before.Accounts.Count + before.ScramAccounts.Count + 1 && after.Pairs.SequenceEqual(before.Pairs) ? text : throw NoList(path, null);
    }

    private static string InsertAfter(string old, int line, int indent, string item)
    {
        var lines = EndLine(old).Split('\n');
        var indented = item.TrimEnd('\n').Split('\n').Select(l => new string(' ', indent) + l);
        return string.Join('\n', [.. lines[..line], .. indented, .. lines[line..]]);
    }

    private static string EndLine(string text) => text.Length == 0 || text[^1] == '\n' ? text : text + "\n";

    // A device, a pipe or a folder is not replaced by a file.
    private static void RefuseOther(string path)
    {
        if (Directory.Exists(path) || (LinuxFile.Find(Target(path)) is { IsOrdinary: false }))
        {
            throw Failed(path, "not an account file", "an ordinary file, or none", "a folder, a device or a pipe", "./harness enroll --help", null);
        }
    }

    // The broker may run as another user than whoever enrols, as under sudo.
    private static void KeepOwner(string target, string beside)
    {
        if (LinuxFile.Find(target) is { } old && old.User != LinuxFile.Find(beside)!.Value.User && !LinuxFile.TryGive(beside, old.User))
        {
            throw new IOException("the file belongs to another user");
        }
    }

    /// <summary>The file itself where the name is a link: the link stays.</summary>
    private static string Target(string path) =>
        new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    private static AccountFileException NoList(string path, Exception? inner) => Failed(
        path, "an account cannot be added by enroll", "a list of accounts with an item a block, or no file", "another way to write it",
        "./harness enroll without --out prints the item, to be put in by hand", inner);

    private static AccountFileException Failed(string path, string problem, string expected, string seen, string next, Exception? inner) =>
        new(path, 0, 0, problem, expected, seen, null, next, inner);
}
