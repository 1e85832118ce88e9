namespace Harness.Reporting.Live;

/// <summary>One line of a record.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Json">The line without its end; valid until the next one is read.</param>
internal readonly record struct RecordedLine(long Seq, string Kind, ReadOnlyMemory<byte> Json);

/// <summary>Reads a record that is still written, line by line: a line counts once its end is there.</summary>
internal sealed class RecordFollower : IDisposable
{
    private readonly FileStream _file;
    private byte[] _buffer = new byte[32 << 10];
    private int _start;
    private int _end;

    /// <summary>Opens a record; its writer is not disturbed.</summary>
    /// <param name="record">Path of the record.</param>
    public RecordFollower(string record) =>
        _file = new FileStream(record, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Reads the next whole line.</summary>
    /// <returns>Null where there is none yet.</returns>
    public RecordedLine? Next()
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var json = _buffer.AsMemory(_start, searched + found);
                _start += json.Length + 1;
                if (Head(json) is { } line)
                {
                    return line;
                }

                searched = 0; // no event: whoever checks the record tells it
                continue;
            }

            searched = _end - _start;
            if (!Fill())
            {
                return null;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    // Kind and number stand first in every line, so that the rest of it is not read.
    private static RecordedLine? Head(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        string? kind = null;
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.ValueTextEquals("event"u8))
                {
                    kind = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
                else if (reader.ValueTextEquals("seq"u8) && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seq))
                {
                    return kind is null ? null : new RecordedLine(seq, kind, json);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
        }

        return null;
    }
}
