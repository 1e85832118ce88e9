using Harness.Mqtt.Transport;

namespace Harness.Mqtt.Tests.Transport;

/// <summary>Contract tests of every way to wait for a socket.</summary>
[TestFixture(SocketWaiting.Runtime)]
[TestFixture(SocketWaiting.Sleeping)]
[TestFixture(SocketWaiting.Busy)]
[CancelAfter(60_000)]
public sealed class PacketSocketContract(SocketWaiting waiting)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<IDisposable> _parts = [];

    [TearDown]
    public void EndAll()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            part.Dispose();
        }

        _parts.Clear();
    }

    [Test]
    public async Task Bytes_come_in_order_whether_they_are_there_or_waited_for()
    {
        var (socket, peer) = await PairAsync();
        var there = Random.Shared.GetItems<byte>([1, 2, 3, 4, 5, 6], 100);
        await peer.SendAsync(there);
        Assert.That(await ReadAsync(socket, 100), Is.EqualTo(there));

        var waiting = ReadAsync(socket, 7);
        await peer.SendAsync("in "u8.ToArray());
        await peer.SendAsync("time"u8.ToArray());
        Assert.That(await waiting.WaitAsync(Patience), Is.EqualTo("in time"u8.ToArray()));
    }

    [Test]
    public async Task A_read_that_fills_its_room_leaves_the_rest_for_the_next()
    {
        var (socket, peer) = await PairAsync();
        await peer.SendAsync("abcdef"u8.ToArray());
        var three = new byte[3];
        Assert.That((await ReceiveAsync(socket, three), three), Is.EqualTo((3, "abc"u8.ToArray())));
        Assert.That((await ReceiveAsync(socket, three), three), Is.EqualTo((3, "def"u8.ToArray())));
        await peer.SendAsync("g"u8.ToArray());
        Assert.That((await ReceiveAsync(socket, three), three[0]), Is.EqualTo((1, (byte)'g')));
    }

    [Test]
    [Repeat(50)]
    public async Task The_end_of_the_peer_is_read_after_its_last_bytes_also_where_both_come_together()
    {
        var (socket, peer) = await PairAsync();
        var reading = ReadAsync(socket, 4096);
        await peer.SendAsync("last"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);
        Assert.That(await reading.WaitAsync(Patience), Is.EqualTo("last"u8.ToArray()));
        Assert.That(await ReceiveAsync(socket, new byte[8]), Is.Zero, "asked again it is at its end still");
    }

    [Test]
    public async Task More_bytes_than_the_kernel_holds_arrive_whole_once_the_peer_reads()
    {
        var (socket, peer) = await PairAsync();
        var sent = new byte[16 * 1024 * 1024];
        Random.Shared.NextBytes(sent);
        var sending = SendAsync(socket, sent);
        var got = new byte[sent.Length];
        for (var at = 0; at < got.Length;)
        {
            at += await peer.ReceiveAsync(got.AsMemory(at));
        }

        await sending.WaitAsync(Patience);
        Assert.That(got.AsSpan().SequenceEqual(sent), Is.True);
    }

    [Test]
    public async Task A_wait_ends_with_its_token_and_the_next_goes_on()
    {
        var (socket, peer) = await PairAsync();
        using var stop = new CancellationTokenSource();
        var waiting = socket.ReceiveAsync(new byte[8], stop.Token).AsTask();
        await stop.CancelAsync();
        Assert.That(async () => await waiting.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await socket.ReceiveAsync(new byte[8], stop.Token).AsTask().WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());

        await peer.SendAsync("x"u8.ToArray());
        Assert.That(await ReceiveAsync(socket, new byte[8]), Is.EqualTo(1));
    }

    [Test]
    public async Task A_reset_is_an_error_of_the_socket()
    {
        var (socket, peer) = await PairAsync();
        var waiting = socket.ReceiveAsync(new byte[8], default).AsTask();
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        Assert.That(async () => await waiting.WaitAsync(Patience), Throws.InstanceOf<SocketException>());
    }

    [Test]
    public async Task Closing_it_ends_the_wait_of_its_reader()
    {
        var (socket, _) = await PairAsync();
        var waiting = socket.ReceiveAsync(new byte[8], default).AsTask();
        socket.Dispose();
        int? read = null;
        try
        {
            read = await waiting.WaitAsync(Patience);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        Assert.That(read, Is.Null.Or.Zero);
    }

    [Test]
    public async Task Its_own_end_lets_the_peer_read_what_was_written()
    {
        var (socket, peer) = await PairAsync();
        await SendAsync(socket, "bye"u8.ToArray());
        socket.EndSending();
        var got = new byte[8];
        Assert.That((await peer.ReceiveAsync(got), await peer.ReceiveAsync(got)), Is.EqualTo((3, 0)));
        Assert.That(socket.Remote, Is.EqualTo(peer.LocalEndPoint));
    }

    private async Task<(IPacketSocket Socket, Socket Peer)> PairAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await peer.ConnectAsync(listener.LocalEndPoint!);
        var accepted = await listener.AcceptAsync();
        var thread = SocketThread.Start(waiting);
        Assert.That(thread is null, Is.EqualTo(waiting == SocketWaiting.Runtime));
        if (thread is null)
        {
            return (Own(new RuntimeSocket(accepted)), peer);
        }

        Own(thread);
        return (Own(thread.Take(accepted)), peer);
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }

    private static async Task<byte[]> ReadAsync(IPacketSocket socket, int count)
    {
        var bytes = new byte[count];
        var at = 0;
        while (at < count && await ReceiveAsync(socket, bytes.AsMemory(at)) is > 0 and var read)
        {
            at += read;
        }

        return bytes[..at];
    }

    private static async Task<int> ReceiveAsync(IPacketSocket socket, Memory<byte> into) => await socket.ReceiveAsync(into, default).AsTask().WaitAsync(Patience);

    private static async Task SendAsync(IPacketSocket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, default)..];
        }
    }
}
