using Harness.Crypto.Tls;

namespace Harness.Crypto.Tests.Tls;

/// <summary>BouncyCastle's blocking stream, read without blocking.</summary>
[CancelAfter(60_000)]
public sealed class TwoWayStreamTests
{
    [Test]
    public async Task A_read_that_waits_holds_no_thread_of_the_pool(CancellationToken token)
    {
        using var inner = new Threads();
        await using var stream = new TwoWayStream(inner);
        await stream.ReadExactlyAsync(new byte[3], token);
        Assert.That(inner.IsOfPool, Is.False);
    }

    [Test]
    public async Task A_read_that_is_cancelled_before_it_begins_takes_nothing()
    {
        using var inner = new Threads();
        await using var stream = new TwoWayStream(inner);
        Assert.CatchAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(new byte[1], new CancellationToken(canceled: true)));
        Assert.That(inner.IsOfPool, Is.Null);
    }

    /// <summary>Tells which kind of thread reads it.</summary>
    private sealed class Threads : MemoryStream
    {
        public Threads()
            : base([1, 2, 3])
        {
        }

        public bool? IsOfPool { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            IsOfPool = Thread.CurrentThread.IsThreadPoolThread;
            return base.Read(buffer, offset, count);
        }
    }
}
