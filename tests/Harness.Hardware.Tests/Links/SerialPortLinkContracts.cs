namespace Harness.Hardware.Tests.Links;

/// <summary>SerialPort on a real pseudo-terminal.</summary>
[CancelAfter(10_000)]
public sealed class SerialPortLinkContract : TerminalLinkContract
{
    protected override ILink Open(string path) => SerialPortLink.Open(path);
}

/// <summary>The core of <see cref="SerialPortLink"/> on a real pseudo-terminal behind a stream that behaves like SerialPort's.</summary>
[CancelAfter(10_000)]
public sealed class PumpedLinkContract : TerminalLinkContract
{
    protected override ILink Open(string path) => new PumpedLink(path, new SerialHabits(TtyLink.Open(path)));
}

/// <summary>
/// Behaves like SerialPort.BaseStream on Linux, after its source: a hang-up fails pending calls with ObjectDisposedException, and later calls never
/// end; a cancelled read may have taken bytes already; Dispose fails pending calls.
/// </summary>
internal sealed class SerialHabits(TtyLink line) : Stream
{
    private readonly CancellationTokenSource _closing = new();
    private int _hungUp;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _hungUp) != 0)
        {
            await Task.Delay(Timeout.Infinite, _closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new ObjectDisposedException(null, "The port is closed.");
        }

        try
        {
            var read = await line.ReadAsync(buffer.AsMemory(offset, count), _closing.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return read > 0 ? read : throw HungUp();
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw new ObjectDisposedException(null, "The port is closed.");
        }
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _hungUp) != 0)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await line.WriteAsync(buffer.AsMemory(offset, count), either.Token);
        }
        catch (LinkException)
        {
            throw HungUp();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _closing.Cancel();
        line.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    private ObjectDisposedException HungUp()
    {
        Volatile.Write(ref _hungUp, 1);
        return new ObjectDisposedException(null, "The port is closed.");
    }
}
