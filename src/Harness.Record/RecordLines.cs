namespace Harness.Record;

/// <summary>Splits a file into lines of bytes and reports whether the last one has a line end, which text readers do not.</summary>
internal sealed class RecordLines : IDisposable
{
    // A line this long is no event: a device or another file was named by mistake.
    private const int MaximumLine = 16 << 20;

    private readonly string _path;
    private readonly FileStream _file;
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _atEnd;

    private RecordLines(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>The line without its line end; valid until the next call of <see cref="Next"/>.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>False for a last line without a line end.</summary>
    public bool CurrentIsWhole { get; private set; }

    /// <summary>Number of the line, from 1.</summary>
    public int Number { get; private set; }

    public static RecordLines Open(string path)
    {
        try
        {
            // ReadWrite takes no lock, so a record can be followed while its writer holds it.
            return new RecordLines(
                path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotRead(path, e);
        }
    }

    public bool Next()
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(searched + found, whole: true);
            }

            searched = _end - _start;
            if (_atEnd)
            {
                return searched > 0 && Take(searched, whole: false);
            }

            Fill();
        }
    }

    public void Dispose() => _file.Dispose();

    private bool Take(int length, bool whole)
    {
        Current = _buffer.AsMemory(_start, length);
        CurrentIsWhole = whole;
        Number++;
        _start += length + (whole ? 1 : 0);
        return true;
    }

    private void Fill()
    {
        if (_end - _start >= MaximumLine)
        {
            throw new RecordException(
                _path, $"line {Number + 1} is longer than {MaximumLine} bytes: this is no run record", "ls -d runs/*/run.jsonl");
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var read = _file.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _atEnd = read == 0;
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotRead(_path, e);
        }
    }
}
