using System.Text.Json;

namespace Harness.Lab.Slurm;

/// <summary>A run of a lab as it was asked for: <c>job.json</c> in its folder.</summary>
public sealed record LabOrder
{
    /// <summary>Its name, which is that of its folder and of its job.</summary>
    public required string Run { get; init; }

    /// <summary>The command and its options, as typed behind <c>lab run</c>.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The lab's file.</summary>
    public required string Lab { get; init; }

    /// <summary>The machines whose rigs can run it.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Kinds of boards by the role that they play, where the submitter chose them.</summary>
    public IReadOnlyDictionary<string, string> Kinds { get; init; } = new Dictionary<string, string>();

    /// <summary>Roles that its features name.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The time it was submitted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The submitter.</summary>
    public required string User { get; init; }
}

/// <summary>An attempt at a run: a folder with its record.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Started">Its first event; null where there is none.</param>
/// <param name="Finished">Its last event; null where it has no end.</param>
public sealed record LabAttempt(int Number, string Folder, RunStarted? Started, RunFinished? Finished);

/// <summary>The folder of a lab's run: what was asked for, what the job printed, and a folder for each attempt.</summary>
/// <param name="path">The folder.</param>
public sealed class LabRun(string path)
{
    /// <summary>Begin of the name of an attempt's folder.</summary>
    public const string AttemptPrefix = "attempt-";

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Standard output of the job, of all attempts.</summary>
    public string Output => System.IO.Path.Combine(Path, "output.log");

    /// <summary>Standard error of the job, of all attempts.</summary>
    public string Error => System.IO.Path.Combine(Path, "error.log");

    /// <summary>The machines whose rigs it broke, a line each.</summary>
    public string Broken => System.IO.Path.Combine(Path, "broken");

    /// <summary>The features that came with it.</summary>
    public string Input => System.IO.Path.Combine(Path, "input");

    /// <summary>The number of its job in Slurm.</summary>
    public string JobFile => System.IO.Path.Combine(Path, "job");

    /// <summary>The folder of an attempt.</summary>
    public string Attempt(int number) => System.IO.Path.Combine(Path, AttemptPrefix + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes what is asked for.</summary>
    public void Write(LabOrder order) => File.WriteAllText(System.IO.Path.Combine(Path, "job.json"), JsonSerializer.Serialize(order, _json));

    /// <summary>Reads what was asked for; null where the folder is none of a run.</summary>
    public LabOrder? Order()
    {
        try
        {
            return JsonSerializer.Deserialize<LabOrder>(File.ReadAllText(System.IO.Path.Combine(Path, "job.json")), _json);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The number of its job; null before it has one.</summary>
    public long? Job() => File.Exists(JobFile) && long.TryParse(File.ReadAllText(JobFile).Trim(), CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The machines that it broke.</summary>
    public IReadOnlyList<string> BrokenHosts() => File.Exists(Broken) ? [.. File.ReadAllLines(Broken).Where(line => line.Length > 0).Distinct()] : [];

    /// <summary>Its attempts, the first one first. Records that are being written are read as far as they are.</summary>
    public IReadOnlyList<LabAttempt> Attempts() => !Directory.Exists(Path) ? []
        : [.. Directory.EnumerateDirectories(Path, AttemptPrefix + "*").Select(Read).OfType<LabAttempt>().OrderBy(a => a.Number)];

    /// <summary>The attempt that counts: the highest that came to an end; null where none did.</summary>
    public LabAttempt? Result() => Attempts().LastOrDefault(a => a.Finished is not null);

    /// <summary>The highest attempt that judged: it came to an end, its rig did not break, and nobody stopped it; null where none did.</summary>
    public LabAttempt? Judged() => Attempts().LastOrDefault(a => a.Finished is { Verdict: not (Verdict.RigError or Verdict.Aborted) });

    private static LabAttempt? Read(string folder)
    {
        if (!int.TryParse(System.IO.Path.GetFileName(folder)[AttemptPrefix.Length..], CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var (started, finished) = ((RunStarted?)null, (RunFinished?)null);
        var record = System.IO.Path.Combine(folder, RecordWriter.FileName);
        try
        {
            foreach (var e in File.Exists(record) ? RecordReader.ReadReadable(record, _ => { }) : [])
            {
                started ??= e as RunStarted;
                finished = e as RunFinished ?? finished;
            }
        }
        catch (RecordException)
        {
            // It is being written, or its machine was lost: what was read counts.
        }

        return new LabAttempt(number, folder, started, finished);
    }
}
