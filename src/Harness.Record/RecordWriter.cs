using Microsoft.Win32.SafeHandles;

namespace Harness.Record;

/// <summary>
/// Writes <c>run.jsonl</c>: each event is one line and one write(2), and has left this process when <see cref="Write"/> returns, so the
/// record is complete up to its last line however the process ends. Only a power failure can lose lines that were not synced yet.
/// Each line but the first holds the hash of the line before it, so that a later change shows: <see cref="RecordCheck"/>.
/// </summary>
public sealed class RecordWriter : IRunSink, IDisposable
{
    /// <summary>The record's file name in a run folder.</summary>
    public const string FileName = "run.jsonl";

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _file;
    private long _length;
    private long _seq;
    private string? _previous;
    private bool _disposed;

    private RecordWriter(string path, SafeFileHandle file, TimeProvider time)
    {
        Path = path;
        _file = file;
        _time = time;
    }

    /// <summary>Full path of <c>run.jsonl</c>.</summary>
    public string Path { get; }

    /// <summary>Creates a new record in an existing folder; readers may follow it as it grows.</summary>
    /// <exception cref="RecordException">The folder cannot be written, or holds a record already.</exception>
    public static RecordWriter Create(string runFolder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runFolder);
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(runFolder), FileName);
        SafeFileHandle? file = null;
        try
        {
            // A link is followed to the place that the user chose. Otherwise the file must not exist yet: O_EXCL keeps a second writer out,
            // which a lock could not do without keeping readers out too.
            var link = new FileInfo(path).LinkTarget is not null;
            file = File.OpenHandle(
                path, link ? FileMode.OpenOrCreate : FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (link && Length(file) > 0)
            {
                throw RunFolder.AlreadyHolds(path);
            }

            return new RecordWriter(path, file, time ?? TimeProvider.System);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (RecordException.IsIo(e))
            {
                throw file is null && File.Exists(path) && new FileInfo(path).LinkTarget is null ? RunFolder.AlreadyHolds(path) : RecordException.CannotWrite(path, e);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public void Write(RunEvent e) => Put(e);

    /// <summary>Writes one event.</summary>
    /// <returns>The event as it stands in the record: with its number, its time and the hash of the line before.</returns>
    /// <exception cref="RecordException">The event could not be written.</exception>
    public RunEvent Put(RunEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e is UnknownEvent unknown)
        {
            throw new ArgumentException($"an event of the unknown kind \"{unknown.Kind}\" can be read, not written", nameof(e));
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            return Append(e);
        }
    }

    /// <summary>Signs everything that was written so far; what is written after it is not signed.</summary>
    /// <exception cref="RecordException">The signature could not be written.</exception>
    /// <exception cref="InvalidOperationException">Nothing was written yet.</exception>
    public void Sign(RecordSigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Append(key.Sign(_previous ?? throw new InvalidOperationException("a record without a line has nothing to sign")));
        }
    }

    /// <summary>Closes the file. A record without <c>run-finished</c> stays readable as incomplete.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _file.Dispose();
            }
        }
    }

    private RunEvent Append(RunEvent e)
    {
        // A number that is never reused: an event lost to a full disk leaves a gap that reports can name, and the chain passes over it.
        var written = e with { Seq = ++_seq, At = e.At == default ? _time.GetUtcNow() : e.At.ToUniversalTime(), Previous = _previous };
        var line = Line(written);
        try
        {
            RandomAccess.Write(_file, line, _length);
            _length += line.Length;
            if (e is RunFinished or RecordSigned)
            {
                RandomAccess.FlushToDisk(_file);
            }
        }
        catch (Exception io) when (RecordException.IsIo(io))
        {
            DropCutLine();
            throw RecordException.CannotWrite(Path, io);
        }

        _previous = RecordCheck.HashOf(line);
        return written;
    }

    internal static byte[] Line(RunEvent e)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(e, EventJson.Line);
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }

    // A pipe has no length and holds no record.
    private static long Length(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            return 0;
        }
    }

    // The part of a line that a full disk took would make the next line unreadable.
    private void DropCutLine()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (Exception e) when (RecordException.IsIo(e) || e is ArgumentException or NotSupportedException)
        {
            // A pipe or a device cannot be truncated; otherwise the first failure is the one to report, and readers skip an incomplete last line.
        }
    }
}
