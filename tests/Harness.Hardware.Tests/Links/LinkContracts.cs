using System.Net.Sockets;

namespace Harness.Hardware.Tests.Links;

/// <summary>The host's end of a real pseudo-terminal.</summary>
public abstract class TerminalLinkContract : LinkContract
{
    protected override bool KeepsLastBytes => false;

    protected abstract ILink Open(string path);

    protected override Task<(ILink Link, ILink Peer)> ConnectAsync()
    {
        var board = PseudoTerminal.Create();
        return Task.FromResult<(ILink, ILink)>((Open(board.Path), board));
    }
}

[CancelAfter(10_000)]
public sealed class TtyLinkContract : TerminalLinkContract
{
    protected override ILink Open(string path) => TtyLink.Open(path);
}

/// <summary>The board's end of a real pseudo-terminal.</summary>
[TestFixture]
[CancelAfter(10_000)]
public sealed class PseudoTerminalContract : LinkContract
{
    protected override bool RefusesWritesToNobody => false;

    protected override Task<(ILink Link, ILink Peer)> ConnectAsync()
    {
        var board = PseudoTerminal.Create();
        return Task.FromResult<(ILink, ILink)>((board, TtyLink.Open(board.Path)));
    }
}

[TestFixture]
[CancelAfter(10_000)]
public sealed class UnixSocketLinkContract : LinkContract
{
    protected override async Task<(ILink Link, ILink Peer)> ConnectAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"harness {Guid.NewGuid():n}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var link = await UnixSocketLink.ConnectAsync(path, CancellationToken.None);
        var peer = await listener.AcceptAsync();
        File.Delete(path);
        return (link, new SocketPeer(peer));
    }

    private sealed class SocketPeer(Socket socket) : ILink
    {
        public string Name => "peer";

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            socket.ReceiveAsync(buffer, cancellationToken);

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

[TestFixture]
[CancelAfter(10_000)]
public sealed class MemoryLinkContract : LinkContract
{
    protected override bool WritesCanBlock => false;

    protected override Task<(ILink Link, ILink Peer)> ConnectAsync()
    {
        var (host, board) = MemoryLink.CreatePair();
        return Task.FromResult<(ILink, ILink)>((host, board));
    }
}

/// <summary>A fault-injecting link without faults behaves like any other link.</summary>
[CancelAfter(10_000)]
public sealed class FaultInjectingLinkContract : TerminalLinkContract
{
    protected override ILink Open(string path) => new FaultInjectingLink(TtyLink.Open(path));
}
