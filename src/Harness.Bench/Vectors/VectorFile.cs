namespace Harness.Bench.Vectors;

/// <summary>A file of test vectors in the format of <c>tests/vectors/vectors.json</c>, read strictly.</summary>
public sealed class VectorFile
{
    internal const string AugPake = "augpake", AugPakeReject = "augpake_reject", Present = "present", PresentModes = "present_modes",
        MqttPresent = "mqtt_present", AesGcm = "aes128_gcm", HopSeal = "hop_seal", Pseudonyms = "pseudonyms", Logins = "logins", PairRun = "pair_run", Schemes = "schemes",
        Ascon = "ascon", Eax = "eax", Signatures = "signatures", Scram = "scram", Esfahani = "esfahani";

    private const int MaximumBytes = 64 << 20;
    private const string Example = "./harness vectors tests/vectors/vectors.json --device host";

    private VectorFile(string path, IReadOnlyList<VectorCase> cases) => (Path, Cases) = (path, cases);

    /// <summary>The sections, in the order of reports.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        [AugPake, AugPakeReject, Present, PresentModes, MqttPresent, AesGcm, HopSeal, Pseudonyms, Logins, PairRun, Schemes, Ascon, Eax, Signatures, Scram, Esfahani];

    /// <summary>The sections of hardened.json, which are not those of vectors.json.</summary>
    public static IReadOnlyList<string> HardenedSections { get; } = [Pseudonyms, Logins, PairRun, Schemes, Ascon, Eax, Signatures];

    /// <summary>Path of the file, as given.</summary>
    public string Path { get; }

    /// <summary>The cases, section after section in the order of the file; at least one.</summary>
    public IReadOnlyList<VectorCase> Cases { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="shown">The file's name in errors; null takes <paramref name="path"/>.</param>
    /// <exception cref="VectorFileException">The file is missing, unreadable, malformed, or has an unknown section, key or value.</exception>
    public static VectorFile Load(string path, string? shown = null)
    {
        shown ??= path;
        if (Directory.Exists(path))
        {
            throw new VectorFileException(shown, "", "expected a JSON file, saw a folder", null, Example);
        }

        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
            {
                throw new VectorFileException(shown, "", $"expected at most {MaximumBytes >> 20} MiB");
            }

            return Parse(File.ReadAllBytes(path), shown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VectorFileException(shown, "", e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, e, Example);
        }
    }

    /// <summary>Reads test vectors from UTF-8 bytes; <paramref name="path"/> is named in errors.</summary>
    /// <exception cref="VectorFileException">As <see cref="Load"/>.</exception>
    public static VectorFile Parse(ReadOnlyMemory<byte> json, string path)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return new VectorFile(path, VectorReader.Read(document.RootElement, path));
        }
        catch (JsonException e)
        {
            throw new VectorFileException($"{path}{Position(e)}", "", $"no valid JSON: {e.Message.Split(" LineNumber:")[0]}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new VectorFileException(path, "", $"a name in it is no valid Unicode: {e.Message}", e);
        }
    }

    private static string Position(JsonException e) =>
        e.LineNumber is { } line ? $":{line + 1}:{(e.BytePositionInLine ?? 0) + 1}" : "";
}
