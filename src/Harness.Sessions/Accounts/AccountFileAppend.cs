using System.Text;

namespace Harness.Sessions.Accounts;

/// <summary>Adds an account to an account file, wholly or not at all.</summary>
/// <remarks>
/// The new text is written beside the file (<c>FILE.new</c>, mode 600), read as a broker would read it, brought to the disk and renamed: a broker that starts
/// meanwhile, a full disk or a loss of power sees the old file or the new one. The name beside it is the lock against another enrolment.
/// </remarks>
public static class AccountFileAppend
{
    private const string Unchanged = "the file is as it was";
    private const int AlreadyThere = 17; // EEXIST
    private const int Tries = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Refuses what <see cref="Append"/> would, before anybody types a password.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="client">C.</param>
    /// <param name="server">S.</param>
    /// <param name="method">Authentication Method of the account.</param>
    /// <exception cref="AccountFileException">No ordinary file, one that a broker would refuse, or the account is there already.</exception>
    public static void Check(string path, string client, string server, string method)
    {
        RefuseOther(path);
        var beside = Target(path) + ".new";
        for (var left = Tries; File.Exists(beside); left--)
        {
            // One that was killed left it: told before a password is typed in vain.
            if (left == 0)
            {
                throw Taken(path, beside, null);
            }

            Thread.Sleep(Pause);
        }

        if (File.Exists(Target(path)) && AccountFile.Load(path, server).Accounts.Any(a => a.Client == client && a.Method == method))
        {
            throw new AccountFileException(
                path, 0, 0, "an account that is there already", $"none of this client for {method}", "one", null, $"${{EDITOR:-nano}} {EnrollLine.Word(path)} and remove it");
        }
    }

    /// <summary>Adds an account.</summary>
    /// <param name="path">The file; it is made where there is none. Its mode is 600 afterwards.</param>
    /// <param name="account">The account.</param>
    /// <exception cref="AccountFileException">As for <see cref="Check"/>; another enrolment writes the file; or it cannot be written. It is as it was.</exception>
    public static void Append(string path, Account account)
    {
        var target = Target(path);
        var beside = target + ".new";
        try
        {
            using var stream = Reserve(beside);
            try
            {
                RefuseOther(path);
                var old = File.Exists(target) ? AccountFile.ReadText(target, account.Server).Text : "";
                var text = Insert(old, path, account);
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
                stream.Dispose(); // its lock would go with the name: whoever reads the file then would be turned away
                KeepOwner(target, beside);
                File.Move(beside, target, overwrite: true);
            }
            catch
            {
                File.Delete(beside);
                throw;
            }
        }
        catch (IOException e) when (e.HResult == AlreadyThere)
        {
            throw Taken(path, beside, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException) // .NET's word for a file that may not grow
        {
            throw Failed(path, $"the account was not added; {Unchanged}", "a folder with room that can be written", e.Message.TrimEnd('.'),
                $"df -h {EnrollLine.Word(Path.GetDirectoryName(target)!)}, ls -ld {EnrollLine.Word(Path.GetDirectoryName(target)!)}", e);
        }
    }

    // Another enrolment takes a moment; one that was killed leaves the name for good.
    private static FileStream Reserve(string beside)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return new FileStream(beside, Options());
            }
            catch (IOException e) when (left > 0 && e.HResult == AlreadyThere)
            {
                Thread.Sleep(Pause);
            }
        }
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
    private static string Insert(string old, string path, Account account)
    {
        var reader = new AccountFileReader(path, account.Server);
        var root = reader.Root(old);
        var list = root?.Fields?.FirstOrDefault(f => f.Key.Value == "accounts").Value ?? root;
        var item = Enrolment.ToYaml(account);
        var text = list switch
        {
            { IsFlow: false, Items.Count: > 0 } => InsertAfter(old, (int)list.LastLine, (int)list.Start.Column - 1, item),
            { Fields: not null } => EndLine(old) + "accounts:\n" + item,
            _ => EndLine(old) + item,
        };

        // What a broker would make of it decides, not how the text was put together.
        var before = AccountFile.Parse(old, path, account.Server);
        AccountFile after;
        try
        {
            after = AccountFile.Parse(text, path, account.Server);
        }
        catch (AccountFileException e) when (e.Problem == "malformed YAML")
        {
            throw NoList(path, e);
        }

        return after.Accounts.Count == before.Accounts.Count + 1 && after.Pairs.SequenceEqual(before.Pairs) ? text : throw NoList(path, null);
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

    private static AccountFileException Taken(string path, string beside, Exception? inner) => Failed(
        path, "another enrolment writes the file", $"no {beside}", "one", $"once no other enroll runs: rm {EnrollLine.Word(beside)}", inner);

    private static AccountFileException Failed(string path, string problem, string expected, string seen, string next, Exception? inner) =>
        new(path, 0, 0, problem, expected, seen, null, next, inner);
}
