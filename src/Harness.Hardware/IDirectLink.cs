namespace Harness.Hardware;

/// <summary>
/// A link on whose bytes the calling thread can wait itself, without the hand-over from thread to thread that costs tens of microseconds. For
/// measuring; while one side reads directly, no other caller may be in <see cref="ILink.ReadAsync"/>.
/// </summary>
public interface IDirectLink : ILink
{
    /// <summary>Waits on this thread for at least one byte and reads what is there.</summary>
    /// <param name="buffer">Room for at least one byte.</param>
    /// <param name="wait">The longest wait.</param>
    /// <returns>Bytes read; 0 when the other end is gone; -1 where none came in time.</returns>
    /// <exception cref="LinkException">The line failed.</exception>
    int ReadDirect(Span<byte> buffer, TimeSpan wait);

    /// <summary>Writes as much as the line takes without waiting.</summary>
    /// <returns>Bytes written; fewer than given where the line is full.</returns>
    /// <exception cref="LinkException">The line failed.</exception>
    int WriteDirect(ReadOnlySpan<byte> bytes);
}
