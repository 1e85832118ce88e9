namespace Harness.Crypto.Tls;

/// <summary>BouncyCastle's blocking stream of application data, read while it is written, each on a thread of its own.</summary>
/// <param name="inner">Its blocking stream.</param>
/// <param name="peer">The name that the peer proved to have; null for none.</param>
internal sealed class TwoWayStream(Stream inner, string? peer = null) : Stream, INamedPeer
{
    public string? PeerName => peer;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.Run(inner.Flush, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<int>(cancellationToken)
        : new(OwnThread.RunAsync(() =>
        {
            var bytes = new byte[buffer.Length];
            var count = inner.Read(bytes, 0, bytes.Length);
            bytes.AsSpan(0, count).CopyTo(buffer.Span);
            return count;
        }));

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => inner.Write(buffer.ToArray(), 0, buffer.Length), cancellationToken));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                inner.Dispose();
            }
            catch (IOException)
            {
                // TLS says goodbye to a peer who may have gone.
            }
        }

        base.Dispose(disposing);
    }
}
