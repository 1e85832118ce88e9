namespace Harness.Hardware;

/// <summary>A byte stream to a device: tty, pseudo-terminal or socket. One reader and one writer at a time; the owner disposes.</summary>
public interface ILink : IAsyncDisposable
{
    /// <summary>The usual name of the other end, for example <c>/dev/ttyUSB0</c>.</summary>
    string Name { get; }

    /// <summary>Waits for at least one byte and reads what is there.</summary>
    /// <returns>Bytes read; 0 when the other end is gone.</returns>
    /// <exception cref="LinkException">The line failed.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="LinkException">The line failed.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
