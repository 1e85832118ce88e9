namespace Harness.Bench.Devices;

/// <summary>The memory that an image takes.</summary>
/// <param name="Flash">Bytes of flash.</param>
/// <param name="Ram">Bytes of static RAM; the stack is not in it.</param>
public sealed record ImageSize(long Flash, long Ram);

/// <summary>Flash and static RAM of a board's image and of the same image with one scheme alone, as the linker's maps have them: <c>NAME.sizes.json</c> of <c>make footprints</c>.</summary>
/// <param name="Board">The board.</param>
/// <param name="Build">The build hash, which the image tells in <c>ID</c>.</param>
/// <param name="Image">The image with all of its schemes.</param>
/// <param name="Alone">The image with one scheme and mqtt-present, by that scheme.</param>
public sealed record FirmwareSizes(string Board, string Build, ImageSize Image, IReadOnlyDictionary<string, ImageSize> Alone)
{
    /// <summary>The command that makes the files.</summary>
    public const string Command = "make -C rigs/firmware footprints";

    private const string Extension = ".sizes.json";
    private const long Largest = 1L << 32; // bytes: more than any board has

    /// <summary>The bytes that a scheme takes beside the common part; null for mqtt-present, which is the common part, and for a scheme that the image lacks.</summary>
    public ImageSize? OwnOf(string scheme) =>
        scheme != SchemeNames.MqttPresent && Alone.TryGetValue(scheme, out var with) ? new ImageSize(with.Flash - Common.Flash, with.Ram - Common.Ram) : null;

    private ImageSize Common => Alone[SchemeNames.MqttPresent];

    /// <summary>Finds the sizes of a board's build: beside its image in the rig, else in <c>rigs/firmware/build</c> above the rig or the program.</summary>
    /// <returns>The sizes, or the reason for which they are not known.</returns>
    public static (FirmwareSizes? Sizes, string? Unknown) Of(RigFile rig, DeviceEntry device, BoardInfo board)
    {
        ArgumentNullException.ThrowIfNull(rig);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(board);
        IEnumerable<string> beside = device.Elf is { } elf ? [Path.GetDirectoryName(Path.GetFullPath(elf))!] : [];
        return Find(board.Build, beside.Concat(FirmwarePaths.Folders(rig.Path)));
    }

    /// <summary>Finds the sizes of a build beside the images.</summary>
    /// <param name="build">The build hash that the board told.</param>
    /// <param name="folders">Folders of images, in the order in which they are looked into; missing ones are passed over.</param>
    /// <returns>The sizes, or the reason for which they are not known.</returns>
    public static (FirmwareSizes? Sizes, string? Unknown) Find(string build, IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        string? unreadable = null;
        foreach (var path in folders.Distinct().Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)))
        {
            try
            {
                if (Read(path) is var sizes && sizes.Build == build)
                {
                    return (sizes, null);
                }
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                unreadable ??= $"{Path.GetFileName(path)} cannot be read: {e.Message}";
            }
        }

        return (null, unreadable ?? $"no linker's map of build {build} here");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not what <c>make footprints</c> writes.</exception>
    public static FirmwareSizes Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var alone = root.GetProperty("alone").EnumerateObject().ToDictionary(scheme => scheme.Name, scheme => SizeOf(scheme.Value));
            return alone.ContainsKey(SchemeNames.MqttPresent)
                ? new FirmwareSizes(Text(root, "board"), Text(root, "build"), SizeOf(root.GetProperty("image")), alone)
                : throw new FormatException($"no {SchemeNames.MqttPresent} in it");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("not what make footprints writes", e);
        }
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FormatException($"no {name} in it");

    private static ImageSize SizeOf(JsonElement of) => new(Bytes(of, "flash"), Bytes(of, "ram"));

    // An image without flash does not run: 0 would be a number that nobody measured.
    private static long Bytes(JsonElement of, string name) =>
        of.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var bytes) && bytes is > 0 and < Largest
            ? bytes : throw new FormatException($"no number of bytes in {name}");
}
