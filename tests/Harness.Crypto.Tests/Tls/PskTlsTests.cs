using System.Net;
using System.Net.Sockets;
using Harness.Crypto.Tls;

namespace Harness.Crypto.Tests.Tls;

/// <summary>TLS 1.2 with a pre-shared key, both ends here.</summary>
[CancelAfter(60_000)]
public sealed class PskTlsTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Test]
    public async Task One_end_reads_all_that_the_other_writes_and_the_server_learns_the_identity(CancellationToken token)
    {
        var (device, broker) = await SocketsAsync(token);
        var accepting = Task.Run(() => PskTls.Accept(new NetworkStream(broker, true), identity => identity == "pub" ? Key : null), token);
        await using var client = await Task.Run(() => PskTls.Connect(new NetworkStream(device, true), "pub", Key), token);
        var (server, identity) = await accepting;
        await using var closes = server;
        await client.WriteAsync("level"u8.ToArray(), token);
        var read = new byte[5];
        await server.ReadExactlyAsync(read, token);
        Assert.That((identity, read), Is.EqualTo(("pub", "level"u8.ToArray())));
    }

    [Test]
    public async Task A_server_without_the_key_finds_one_that_it_guesses_and_no_other(CancellationToken token)
    {
        var (device, broker) = await SocketsAsync(token);
        var guess = new PskGuess();
        var serving = guess.ServeAsync(new NetworkStream(broker, true), token);
        Assert.That(() => PskTls.Connect(new NetworkStream(device, true), "pub", "pump-north-4"u8.ToArray()), Throws.InstanceOf<IOException>(), "the server holds no key");
        device.Dispose();
        await serving;
        Assert.That((guess.Identity, guess.HasFinished), Is.EqualTo(("pub", true)));
        Assert.That(Enumerable.Range(0, 9).Where(i => guess.Fits(Encoding.UTF8.GetBytes($"pump-north-{i}"))), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void Nothing_fits_before_a_client_came() => Assert.That(new PskGuess().Fits(Key), Is.False);

    [Test]
    public async Task Closing_it_after_the_connection_broke_is_no_error(CancellationToken token)
    {
        var (device, broker) = await SocketsAsync(token);
        var accepting = Task.Run(() => PskTls.Accept(new NetworkStream(broker, true), _ => Key), token);
        var client = await Task.Run(() => PskTls.Connect(new NetworkStream(device, true), "pub", Key), token);
        var (server, _) = await accepting;
        broker.Shutdown(SocketShutdown.Send);
        device.Shutdown(SocketShutdown.Send);
        Assert.Multiple(() =>
        {
            Assert.That(server.Dispose, Throws.Nothing);
            Assert.That(client.Dispose, Throws.Nothing);
        });
    }

    private static async Task<(Socket Device, Socket Broker)> SocketsAsync(CancellationToken token)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var device = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await device.ConnectAsync(listener.LocalEndpoint, token);
        return (device, await listener.AcceptSocketAsync(token));
    }
}
