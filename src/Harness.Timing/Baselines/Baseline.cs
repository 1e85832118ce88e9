using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Timing.Baselines;

/// <summary>A stored distribution of an operation's durations, with the rig and the conditions that they were measured on. One JSON file each.</summary>
public sealed record Baseline
{
    /// <summary>The schema that this version writes. It reads schema 1 too, which had neither parameters nor reference workload.</summary>
    public const int CurrentSchema = 2;

    /// <summary>Version of the file's format.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The time of the measurement, UTC.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>The device, as the rig names it.</summary>
    public required string Device { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The parameters of the operation; null in a file of schema 1, which has none.</summary>
    public string? Parameters { get; init; }

    /// <summary>The clock.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>Unit of every value.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The provenance of the values.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The properties of the rig that must be equal for a comparison.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>The clock's noise, where it was measured.</summary>
    public Floor? Floor { get; init; }

    /// <summary>Every sample, in the order of measurement.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>The machine's speed beside every sample; null where it was not measured.</summary>
    [JsonPropertyName("yardstick")]
    public ReferenceWorkloadSamples? ReferenceWorkload { get; init; }

    private static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = false,
    };

    /// <summary>Makes the baseline of a series.</summary>
    public static Baseline Of(TimingSeries series, Fingerprint fingerprint, DateTimeOffset taken)
    {
        ArgumentNullException.ThrowIfNull(series);
        return new Baseline
        {
            Taken = taken, Device = series.Device, Operation = series.Operation, Parameters = series.Parameters, Clock = series.Clock, Unit = series.Unit,
            Provenance = series.Provenance, Fingerprint = fingerprint, Floor = series.Floor, Values = series.Values, ReferenceWorkload = series.ReferenceWorkload,
        };
    }

    /// <summary>Gets the file name for a device, an operation and a clock: <c>m4.seal.device.json</c>.</summary>
    public static string FileName(string device, string operation, ClockKind clock) =>
        $"{FileNames.Of(device)}.{FileNames.Of(operation)}.{clock.Word()}.json";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="BaselineException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var part = path + ".part";
            File.WriteAllText(part, JsonSerializer.Serialize(this, Json) + "\n");
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BaselineException($"{path}: cannot be written: {e.Message.TrimEnd('.')}; next: df -h, or --file with another name", e);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="BaselineException">The file is missing, or no baseline of a schema that this version reads.</exception>
    public static Baseline Load(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Baseline>(File.ReadAllText(path), Json)
                ?? throw new BaselineException($"{path}: expected a baseline, saw null");
            return read.Schema is < 1 or > CurrentSchema
                ? throw new BaselineException($"{path}: expected schema 1 to {CurrentSchema}, saw {read.Schema}")
                : read.Values.Count == 0 || read.Values.Any(v => !double.IsFinite(v))
                ? throw new BaselineException($"{path}: expected samples, each a number")
                : read.ReferenceWorkload is { } reference && (reference.Nanoseconds.Count != read.Values.Count || reference.Nanoseconds.Any(n => !double.IsFinite(n) || n <= 0))
                ? throw new BaselineException($"{path}: expected the time of a reference workload, a positive number, beside each of the {read.Values.Count} samples")
                : read;
        }
        catch (JsonException e)
        {
            throw new BaselineException($"{path}: is no baseline: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var missing = e is FileNotFoundException or DirectoryNotFoundException;
            throw new BaselineException(
                $"{path}: cannot be read: {(missing ? "no such file" : e.Message.TrimEnd('.'))}; next: {(missing ? "./harness baseline set --help" : $"ls -l {ShellWord.Quote(path)}")}", e);
        }
    }
}

/// <summary>A baseline cannot be read, written, or compared with these samples; the message names the expected and the seen.</summary>
public sealed class BaselineException(string message, Exception? inner = null) : Exception(message, inner);
