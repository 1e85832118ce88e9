namespace Harness.Adversary.Capture;

/// <summary>A capture that is written as it comes (<see cref="PcapngFile"/> says what it holds): whole after each piece, also where the program is killed. Thread-safe.</summary>
public sealed class PcapngCapture : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly MemoryStream _pending = new();
    private readonly PcapngWriter _file;
    private readonly Dictionary<(int Connection, bool Left), TcpConversation> _open = [];
    private bool _isClosed;

    private PcapngCapture(Stream stream, string? comment)
    {
        _stream = stream;
        _file = new PcapngWriter(_pending, comment);
        PcapngFile.AddInterfaces(_file);
        Flush();
    }

    /// <summary>Bytes of what was said so far, without headers.</summary>
    public long Bytes { get; private set; }

    /// <summary>The error that ended the capture, on a full disk for example; null where none did. What was written before it is whole.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Begins a capture in a file that nobody else may read (mode 600); one that is there is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static PcapngCapture Create(string path, string? comment = null)
    {
        // A file that was there keeps its mode, and others may hold it open.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Begin(new FileStream(path, options), comment);
    }

    /// <summary>Begins a capture.</summary>
    /// <param name="stream">Destination; ends with the capture.</param>
    /// <param name="comment">Comment of the capture; null for none.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static PcapngCapture Begin(Stream stream, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var capture = new PcapngCapture(stream, comment);
        if (capture.Failure is not { } failure)
        {
            return capture;
        }

        stream.Dispose();
        throw new IOException(failure.Message, failure);
    }

    /// <summary>Takes what the tap saw. Never throws: see <see cref="Failure"/>.</summary>
    public void Add(CapturedBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        lock (_gate)
        {
            if (_isClosed || Failure is not null)
            {
                return;
            }

            PcapngFile.Add(_file, _open, bytes);
            Bytes += bytes.Bytes.Length;
            Flush();
        }
    }

    /// <summary>Takes note that a connection ended. Never throws.</summary>
    public void End(int connection, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (!_isClosed && Failure is null)
            {
                PcapngFile.End(_file, _open, at, key => key.Connection == connection);
                Flush();
            }
        }
    }

    /// <summary>Ends every connection in it, and the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (Failure is null)
            {
                PcapngFile.End(_file, _open, DateTimeOffset.UtcNow, _ => true);
                Flush();
            }

            _stream.Dispose();
        }
    }

    private void Flush()
    {
        var whole = _stream.CanSeek ? _stream.Position : 0;
        try
        {
            _stream.Write(_pending.GetBuffer(), 0, (int)_pending.Length);
            _stream.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e;
            CutTo(whole);
        }

        _pending.SetLength(0);
    }

    // Half a block would make the rest unreadable to some readers.
    private void CutTo(long length)
    {
        try
        {
            if (_stream.CanSeek)
            {
                _stream.SetLength(length);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Readers stop at the half block then.
        }
    }
}
