namespace Harness.Sessions;

/// <summary>A folder for as long as this process needs it, for its user alone. Where a process was killed before it took its own away, the next that makes one of that kind does.</summary>
public sealed class TemporaryFolder : IDisposable
{
    // Its lock is the kernel's: it goes with the process, however that ends, and no number of a process is trusted.
    private const string Owner = ".owner";
    private const int Attempts = 5;
    private static readonly TimeSpan Beginning = TimeSpan.FromHours(1);
    private readonly FileStream _owner;

    /// <summary>Makes a folder, and removes those of its kind whose owners are gone.</summary>
    /// <param name="kind">First part of its name: <c>harness-ca</c>.</param>
    public TemporaryFolder(string kind)
    {
        Sweep(kind);
        (Path, _owner) = Make(kind);
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner.Dispose();
        Remove(Path);
    }

    private static (string Path, FileStream Owner) Make(string kind)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = Directory.CreateTempSubdirectory(kind + "-").FullName; // of mode 700
            try
            {
                return (path, Open(path, FileMode.CreateNew));
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Another process swept between the two, and took it for one without an owner.
            }
        }
    }

    private static void Sweep(string kind)
    {
        foreach (var path in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), kind + "-*"))
        {
            try
            {
                using var owner = Open(path, FileMode.Open);
                Remove(path);
            }
            catch (FileNotFoundException)
            {
                // It is being made now, or was never owned.
                if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > Beginning)
                {
                    Remove(path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its owner lives, or is another user.
            }
        }
    }

    private static FileStream Open(string folder, FileMode mode) => new(System.IO.Path.Combine(folder, Owner), mode, FileAccess.ReadWrite, FileShare.None);

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something still writes there: the next of its kind tries again.
        }
    }
}
