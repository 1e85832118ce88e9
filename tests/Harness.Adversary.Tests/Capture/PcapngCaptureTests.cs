using Harness.Adversary.Capture;

namespace Harness.Adversary.Tests.Capture;

/// <summary>A capture that is written as it comes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PcapngCaptureTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CapturedBytes Piece(int connection, int second, int length) =>
        new(connection, PacketDirection.ToBroker, Start.AddSeconds(second), new byte[length]);

    [Test]
    public void It_is_what_a_list_of_the_same_bytes_would_be_while_no_connection_ends()
    {
        CapturedBytes[] pieces = [Piece(1, 0, 10), Piece(2, 1, 4000), Piece(1, 2, 7) with { Left = true }];
        using var whole = new MemoryStream();
        PcapngFile.Write(whole, pieces, "a comment");
        using var streamed = new MemoryStream();
        var capture = PcapngCapture.Begin(streamed, "a comment");
        Array.ForEach(pieces, capture.Add);
        Assert.That(whole.ToArray().AsSpan().StartsWith(streamed.ToArray()), Is.True);
        Assert.That(streamed.Length, Is.GreaterThan(4000));
        capture.Dispose();
    }

    [Test]
    public void It_is_whole_after_each_piece_and_nobody_else_may_read_it()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Guid.NewGuid() + ".pcapng");
        File.WriteAllText(path, "one that was there, readable by all");
        try
        {
            using var capture = PcapngCapture.Create(path);
            var sizes = new List<long> { new FileInfo(path).Length };
            capture.Add(Piece(1, 0, 10));
            sizes.Add(new FileInfo(path).Length);
            capture.End(1, Start.AddSeconds(1));
            sizes.Add(new FileInfo(path).Length);
            Assert.That(sizes, Is.Ordered.And.Unique);
#pragma warning disable CA1416 // modes of files: Linux
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
            Assert.That(capture.Bytes, Is.EqualTo(10));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_full_disk_ends_it_with_whole_blocks()
    {
        var disk = new SmallDisk(1000);
        var capture = PcapngCapture.Begin(disk);
        capture.Add(Piece(1, 0, 100));
        Assert.That(capture.Failure, Is.Null);
        var whole = disk.ToArray();
        capture.Add(Piece(1, 1, 5000));
        Assert.That(capture.Failure, Is.InstanceOf<IOException>());
        Assert.That(disk.ToArray(), Is.EqualTo(whole));
        capture.Add(Piece(1, 2, 1));
        capture.Dispose();
        Assert.That(disk.ToArray(), Is.EqualTo(whole), "nothing after it");
        Assert.That(() => PcapngCapture.Begin(new SmallDisk(10)), Throws.InstanceOf<IOException>());
    }

    private sealed class SmallDisk(int capacity) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            var room = (int)Math.Min(count, capacity - Length);
            base.Write(buffer, offset, room);
            if (room < count)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
