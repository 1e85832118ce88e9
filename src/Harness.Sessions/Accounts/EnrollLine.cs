namespace Harness.Sessions.Accounts;

/// <summary>The command that mends an account file, as it can be typed: names come from files that others may have written.</summary>
internal static class EnrollLine
{
    /// <summary><c>./harness enroll</c> for a client, into a file.</summary>
    /// <param name="client">C; null where it is the reader's to choose.</param>
    /// <param name="server">S.</param>
    /// <param name="path">The account file.</param>
    public static string For(string? client, string server, string path) =>
        $"./harness enroll --client {(client is null ? "NAME" : ShellWord.Quote(client))} --server {ShellWord.Quote(server)} --out {ShellWord.Quote(path)}";
}
