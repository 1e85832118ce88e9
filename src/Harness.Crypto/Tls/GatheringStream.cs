namespace Harness.Crypto.Tls;

/// <summary>
/// A connection that sends what was written when it is read from next. A flight of a handshake so leaves as one: a client that refuses its first message and goes has had the
/// rest, and its alert is read where a further write would have met a closed connection.
/// </summary>
/// <param name="inner">The connection; closed with this.</param>
internal sealed class GatheringStream(Stream inner) : Stream
{
    private readonly MemoryStream _written = new();
    private bool _passesOn;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends what is left, and from now on everything at once: after the handshake one thread reads while another writes.</summary>
    public void PassOn()
    {
        Send();
        _passesOn = true;
    }

    public override void Flush()
    {
        if (_passesOn)
        {
            inner.Flush();
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!_passesOn)
        {
            Send();
        }

        return inner.Read(buffer, offset, count);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_passesOn)
        {
            inner.Write(buffer, offset, count);
        }
        else
        {
            _written.Write(buffer, offset, count);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                Send(); // an alert of this side
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody is there to read it.
            }

            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Send()
    {
        if (_written.Length > 0)
        {
            inner.Write(_written.GetBuffer(), 0, (int)_written.Length);
            _written.SetLength(0);
        }
    }
}
