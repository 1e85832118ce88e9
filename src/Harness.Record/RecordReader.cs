namespace Harness.Record;

/// <summary>Reads <c>run.jsonl</c>, also while it is being written.</summary>
public static class RecordReader
{
    private static readonly HashSet<string> KnownKinds = [.. typeof(RunEvent)
        .GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
        .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>()
        .Select(attribute => (string)attribute.TypeDiscriminator!)];

    /// <summary>
    /// Reads the events in order. An incomplete last line is omitted, and an event of an unknown kind becomes <see cref="UnknownEvent"/>.
    /// </summary>
    /// <param name="path">A record, or the run folder that holds it.</param>
    /// <exception cref="RecordException">
    /// While enumerating: there is no such file, a line is no event (with its number), or the schema is newer than this version.
    /// </exception>
    public static IEnumerable<RunEvent> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadLines(PathOf(path), null);
    }

    /// <summary>Reads every event that can be read, in order: a line that is no event is told and passed over, and of a newer schema what this version knows is read.</summary>
    /// <param name="path">A record, or the run folder that holds it.</param>
    /// <param name="unreadable">Takes what could not be read, as it is met.</param>
    /// <exception cref="RecordException">While enumerating: there is no such file, it cannot be read, or it is no record at all.</exception>
    public static IEnumerable<RunEvent> ReadReadable(string path, Action<RecordException> unreadable)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(unreadable);
        return ReadLines(PathOf(path), unreadable);
    }

    // The parser's own words speak of types of this program, and of lines within the one line.
    private static string Words(JsonException bad)
    {
        const string Missing = "missing required properties including: ";
        var missing = bad.Message.IndexOf(Missing, StringComparison.Ordinal);
        return missing >= 0 ? $"one without {bad.Message[(missing + Missing.Length)..].TrimEnd('.')}"
            : !bad.Message.Contains("LineNumber", StringComparison.Ordinal) ? bad.Message
            : bad.Path is { Length: > 2 } place ? $"one whose \"{place[2..]}\" is no such value"
            : $"one that breaks off or is wrong at byte {bad.BytePositionInLine + 1}";
    }

    private static string PathOf(string path) => Directory.Exists(path) ? Path.Combine(path, RecordWriter.FileName) : path;

    private static IEnumerable<RunEvent> ReadLines(string path, Action<RecordException>? unreadable)
    {
        using var lines = RecordLines.Open(path);
        var samples = new SampleLine();
        while (lines.Next())
        {
            if (lines.Current.Length == 0)
            {
                continue;
            }

            RunEvent? e;
            try
            {
                e = samples.Parse(lines.Current.Span) ?? Parse(lines.Current, path, unreadable);
            }
            catch (JsonException) when (!lines.CurrentIsWhole)
            {
                yield break;
            }
            catch (JsonException bad)
            {
                var noEvent = new RecordException(
                    path,
                    $"line {lines.Number} is no event of a run record: expected one JSON object, saw: {Words(bad)}",
                    $"sed -n {lines.Number}p {ShellWord.Quote(path)}",
                    bad);
                if (unreadable is null)
                {
                    throw noEvent;
                }

                unreadable(noEvent);
                continue;
            }

            yield return e;
        }
    }

    private static RunEvent Parse(ReadOnlyMemory<byte> line, string path, Action<RecordException>? unreadable)
    {
        try
        {
            return ParseWhole(line, path, unreadable);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("one with half of a character in it", e);
        }
    }

    private static RunEvent ParseWhole(ReadOnlyMemory<byte> line, string path, Action<RecordException>? unreadable)
    {
        // Samples of another form than our writer's: that they are such need not be looked for twice.
        if (line.Span.StartsWith("{\"event\":\"sample-taken\","u8))
        {
            return JsonSerializer.Deserialize(line.Span, EventJson.Sample) ?? throw new JsonException("it is null");
        }

        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(RecordJson.KindName, out var kindValue) || kindValue.ValueKind != JsonValueKind.String)
        {
            throw new JsonException($"it has no \"{RecordJson.KindName}\"");
        }

        var kind = kindValue.GetString()!;
        if (kind == "run-started")
        {
            RefuseNewerSchema(root, path, unreadable);
        }

        if (KnownKinds.Contains(kind))
        {
            RefuseEmptyPlaces(root, "");
            var e = root.Deserialize(EventJson.Line) ?? throw new JsonException("it is null");
            MissingParts.Fill(e);
            return e;
        }

        return new UnknownEvent
        {
            Kind = kind,
            Raw = root.GetRawText(),
            Seq = root.TryGetProperty("seq", out var seq) && seq.TryGetInt64(out var number) ? number : 0,
            At = root.TryGetProperty("at", out var at) && at.TryGetDateTimeOffset(out var time) ? time : default,
        };
    }

    // A list of names or files has none that is null, which the types of its elements cannot say to the parser.
    private static void RefuseEmptyPlaces(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                RefuseEmptyPlaces(member.Value, member.Name);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
            {
                if (element.ValueKind == JsonValueKind.Null)
                {
                    throw new JsonException($"one whose list \"{name}\" has an empty place");
                }

                RefuseEmptyPlaces(element, name);
            }
        }
    }

    // Checked before the rest of the event: a newer event may have other members.
    private static void RefuseNewerSchema(JsonElement root, string path, Action<RecordException>? unreadable)
    {
        if (root.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Number
            && schema.TryGetInt32(out var version) && version > RunStarted.CurrentSchema)
        {
            var writer = root.TryGetProperty("harness_version", out var by) && by.ValueKind == JsonValueKind.String
                ? $" (written by harness {by.GetString()})"
                : "";
            var newer = new RecordException(
                path,
                $"the record has schema {version}{writer}, this harness reads up to schema {RunStarted.CurrentSchema}",
                "git pull, or read it with the harness that wrote it");
            (unreadable ?? (e => throw e))(newer);
        }
    }
}
