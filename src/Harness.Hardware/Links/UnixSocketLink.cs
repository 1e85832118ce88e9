using System.Net.Sockets;

namespace Harness.Hardware.Links;

/// <summary>A stream socket on this machine, for example QEMU's <c>-serial unix:PATH,server=on,wait=off</c>.</summary>
/// <remarks>QEMU serves one peer; a second one connects but is never answered, so the owner of the path must keep others out.</remarks>
public sealed class UnixSocketLink : ILink
{
    private readonly Socket _socket;
    private int _disposed;

    private UnixSocketLink(string path, Socket socket)
    {
        Name = path;
        _socket = socket;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Connects to a listening socket.</summary>
    /// <exception cref="LinkException">No such socket, no permission, nobody listens, or the path is too long (107 bytes).</exception>
    public static async Task<UnixSocketLink> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new UnixSocketLink(path, socket);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                SocketException s => Connecting(path, s),
                ArgumentOutOfRangeException => new LinkException(
                    LinkFailure.Configuration, path, $"{path}: {path.Length} characters; expected a socket path of at most 107 bytes.", "choose a shorter path", e),
                _ => e,
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException) when (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(Name);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return 0;
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            while (!bytes.IsEmpty)
            {
                var sent = await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                bytes = bytes[sent..];
            }
        }
        catch (SocketException) when (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(Name);
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <summary>Closes the socket; a read that waits ends with <see cref="ObjectDisposedException"/>.</summary>
    public ValueTask DisposeAsync()
    {
        Volatile.Write(ref _disposed, 1);
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private LinkException Lost(SocketException e) => new(
        LinkFailure.Vanished, Name, $"{Name}: the peer is gone ({e.Message}): the emulator ended.", "./harness doctor", e);

    private static LinkException Connecting(string path, SocketException e)
    {
        var list = $"ls -l {Shell.Quote(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/")}";
        return e.SocketErrorCode switch
        {
            SocketError.AccessDenied => new(
                LinkFailure.PermissionDenied, path, $"{path}: {Environment.UserName} may not connect to it.", $"ls -l {Shell.Quote(path)}", e),
            SocketError.ConnectionRefused => new(
                LinkFailure.Vanished, path, $"{path}: the socket is there but nobody listens: the emulator ended.", "./harness doctor", e),
            _ when !File.Exists(path) => new(LinkFailure.Missing, path, $"{path}: no such socket.", list, e),
            _ => new(LinkFailure.Configuration, path, $"{path}: cannot connect ({e.Message}); expected a listening stream socket.", list, e),
        };
    }
}
