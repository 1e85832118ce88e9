namespace Harness.Reporting.Html;

/// <summary>The files beside a record: transcripts, captures, samples. A record names them, and names nothing outside its folder.</summary>
internal sealed class RunFiles(string folder)
{
    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Opens a file of the run.</summary>
    /// <param name="name">Its path relative to the run folder.</param>
    /// <param name="why">The reason where there is none to read.</param>
    /// <returns>The file, or null.</returns>
    public FileStream? Open(string name, out string why)
    {
        why = "";
        try
        {
            if (PathOf(name) is not { } path)
            {
                why = "its path leads out of the run folder";
            }
            else if (!File.Exists(path))
            {
                why = "there is no such file";
            }
            else
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            why = "it cannot be read";
        }

        return null;
    }

    /// <summary>The full path of a file of the run; null where there is none, or its path leads out of the folder.</summary>
    public string? Find(string name) => PathOf(name) is { } path && File.Exists(path) ? path : null;

    /// <summary>The files that a run names and that are not there, in a sentence for each kind.</summary>
    public IEnumerable<string> Missing(RunResult run)
    {
        (string Kind, IEnumerable<string> Names)[] kinds =
        [
            ("transcripts", run.Scenarios.SelectMany(s => s.Transcripts)),
            ("captures", run.Attacks.Select(a => a.Capture).OfType<string>()),
            ("files of samples", run.Scenarios.SelectMany(s => s.Summaries).Select(s => s.File)),
        ];
        foreach (var (kind, names) in kinds)
        {
            var all = names.Distinct().ToList();
            var missing = all.Where(name => Find(name) is null).ToList();
            if (missing.Count > 0)
            {
                yield return $"{missing.Count} of {all.Count} {kind} are not beside the record, first {ForeignText.Name(HtmlText.Cut(missing[0], 200))}";
            }
        }
    }

    /// <summary>The link to a file beside the report.</summary>
    public static string Link(string name) => "./" + string.Join('/', name.Split('/').Select(part => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part)))));

    private string? PathOf(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(_folder, name));
        return path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null;
    }
}
