namespace Harness.Record;

/// <summary>The files beside a record with their hashes, so that the record's chain and signature stand for them too.</summary>
public static class KeptFiles
{
    // A line has a limit; 20,000 scenarios have twice as many transcripts.
    private const int FilesALine = 1000;

    /// <summary>The events that hold the hashes of files.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="names">Paths relative to it; those that are not there, or lead out of it, are left out.</param>
    /// <exception cref="RecordException">A file is there and cannot be read.</exception>
    public static IEnumerable<FilesKept> Of(string folder, IEnumerable<string> names)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(names);
        return names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => (Name: name, Path: PathOf(folder, name))).Where(file => File.Exists(file.Path))
            .Select(file => Hash(file.Name, file.Path!)).Chunk(FilesALine).Select(files => new FilesKept { Files = files });
    }

    /// <summary>The fault of a file beside a record.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="kept">The file as the record has it.</param>
    /// <returns>A sentence; null where the file is as it was.</returns>
    internal static string? FaultOf(string folder, KeptFile kept)
    {
        var name = ForeignText.Name(kept.Name);
        if (PathOf(folder, kept.Name) is not { } path)
        {
            return $"{name} leads out of the run's folder";
        }

        try
        {
            // By its length first: a pipe in a file's place has none, and is never read.
            var length = new FileInfo(path) is { Exists: true } file ? file.Length : -1;
            return length < 0 ? $"{name} is missing" : length != kept.Bytes || !Sha256Of(path, length).Equals(kept.Sha256, StringComparison.Ordinal) ? $"{name} was changed" : null;
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            return $"{name} cannot be read";
        }
    }

    private static KeptFile Hash(string name, string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return new KeptFile(name, length, Sha256Of(path, length));
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotRead(path, e);
        }
    }

    private static string Sha256Of(string path, long length)
    {
        if (length == 0)
        {
            return Convert.ToHexStringLower(SHA256.HashData([]));
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string? PathOf(string folder, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(root, StringComparison.Ordinal) ? path : null;
    }
}
