namespace Harness.Sessions.Tests.Accounts;

/// <summary>A file in a folder of its own, for as long as a test takes.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accounts of ").FullName;

    /// <summary>A file.</summary>
    /// <param name="text">Its text; null for no file yet.</param>
    /// <param name="mode">Its mode, octal.</param>
    public TemporaryFile(string? text, string mode = "600")
    {
        Path = System.IO.Path.Combine(_folder, "accounts.yaml");
        if (text is not null)
        {
            File.WriteAllText(Path, text);
#pragma warning disable CA1416
            File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32(mode, 8));
#pragma warning restore CA1416
        }
    }

    public string Path { get; }

    public string Folder => _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
