namespace Harness.Record;

/// <summary>The folder of a run's record, reports and transcripts.</summary>
public static class RunFolder
{
    /// <summary>The default folder of runs, without <c>--out</c>.</summary>
    public const string DefaultParent = "runs";

    /// <summary>The link to the newest run in <see cref="DefaultParent"/>.</summary>
    public const string LatestName = "latest";

    /// <summary>
    /// Makes the folder of a new run: <paramref name="outDir"/> itself, or <c>runs/&lt;yyyyMMdd-HHmmss&gt;-&lt;4 hex&gt;</c> (UTC)
    /// under the current folder, with <c>runs/latest</c> pointing to it.
    /// </summary>
    /// <param name="outDir">The value of <c>--out</c>, or null.</param>
    /// <param name="time">The clock of the folder's name.</param>
    /// <returns>The folder's full path; it exists.</returns>
    /// <exception cref="RecordException">The folder cannot be made or written, or holds a record already.</exception>
    public static string Create(string? outDir, TimeProvider? time = null)
    {
        if (outDir is { Length: 0 })
        {
            throw new RecordException("--out", "expected a folder, saw an empty name", "./harness run --out DIR");
        }

        return outDir is null ? CreateNamed(time ?? TimeProvider.System) : CreateAt(Path.GetFullPath(outDir));
    }

    internal static RecordException AlreadyHolds(string record) => new(
        record,
        "expected a folder without a run record, saw one; a record is never overwritten",
        $"choose another --out DIR, or look at it with ./harness report {ShellWord.Quote(Path.GetDirectoryName(record)!)}");

    private static string CreateAt(string folder)
    {
        var record = Path.Combine(folder, RecordWriter.FileName);
        if (File.Exists(record) && new FileInfo(record).LinkTarget is null)
        {
            throw AlreadyHolds(record);
        }

        Make(folder);
        return folder;
    }

    private static string CreateNamed(TimeProvider time)
    {
        var parent = Path.GetFullPath(DefaultParent);
        Make(parent);
        string folder;
        do
        {
            var stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
            folder = Path.Combine(parent, $"{stamp}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
        }
        while (Path.Exists(folder));

        Make(folder);
        PointLatestAt(parent, folder);
        return folder;
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotWrite(folder, e);
        }
    }

    // The link is a convenience: a file system without links, or a user's own file of that name, must not stop a run.
    private static void PointLatestAt(string parent, string folder)
    {
        var link = new FileInfo(Path.Combine(parent, LatestName));
        try
        {
            if (link.LinkTarget is not null)
            {
                link.Delete();
            }

            if (!Path.Exists(link.FullName))
            {
                File.CreateSymbolicLink(link.FullName, Path.GetFileName(folder));
            }
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
        }
    }
}
