namespace Harness.Bench.Protocol;

/// <summary>The redacted transcript of one device's line, one file a scenario. Thread-safe.</summary>
/// <remarks>Throws <see cref="RecordException"/> if the file cannot be written, which is no fault of the line. Lines: <c>time direction text</c>;
/// <c>&gt;</c> to the board, <c>&lt;</c> from it, <c>!</c> a fault or a note.</remarks>
public sealed class Transcript(TimeProvider? time = null) : IDisposable
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private string? _path;
    private FileStream? _file;

    /// <summary>Path of the current scenario's file, once something was written to it; null before.</summary>
    public string? Path
    {
        get
        {
            lock (_gate)
            {
                return _file?.Name;
            }
        }
    }

    /// <summary>True if a transcript is written now; otherwise callers need not format their notes.</summary>
    internal bool IsKept => Volatile.Read(ref _path) is not null;

    /// <summary>Begins the next scenario's file; null writes none. The file is created with the first line.</summary>
    public void Begin(string? path)
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
            _path = path;
        }
    }

    /// <summary>Writes a sent line.</summary>
    public void Sent(ReadOnlySpan<byte> line) => Write('>', Redaction.Line(line));

    /// <summary>Writes a reply.</summary>
    public void Received(ReadOnlySpan<byte> line) => Write('<', Redaction.Line(line));

    /// <summary>Writes a line that is no reply.</summary>
    public void Garbage(ReadOnlySpan<byte> line) => Write('<', Redaction.Garbage(line));

    /// <summary>Writes a fault or a note; the caller's text, never a secret.</summary>
    public void Note(string text) => Write('!', text);

    /// <inheritdoc/>
    public void Dispose() => Begin(null);

    private void Write(char direction, string text)
    {
        lock (_gate)
        {
            if (_path is null)
            {
                return;
            }

            try
            {
                _file ??= Open(_path);
                var at = _time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
                _file.Write(Encoding.ASCII.GetBytes($"{at} {direction} {text}\n"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw RecordException.CannotWrite(_path, e);
            }
        }
    }

    // Unbuffered: after kill -9 the transcript ends with the last line that went over the wire.
    private static FileStream Open(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }
}
