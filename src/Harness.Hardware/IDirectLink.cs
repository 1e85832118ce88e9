namespace Harness.Hardware;

/// <summary>
/// A link whose bytes the calling thread can wait for itself: no hand-over from thread to thread, which costs tens of microseconds. For
/// measuring; while one side reads directly, nobody may be in <see cref="ILink.ReadAsync"/>.
/// </summary>
public interface IDirectLink : ILink
{
    /// <summary>Waits on this thread for at least one byte and reads what is there.</summary>
    /// <param name="buffer">Room for at least one byte.</param>
    /// <param name="wait">At most this long.</param>
    /// <returns>Bytes read; 0 when the other end is gone; -1 where none came in time.</returns>
    /// <exception cref="LinkException">The line failed.</exception>
    int ReadDirect(Span<byte> buffer, TimeSpan wait);

    /// <summary>Writes at once what the line takes at once.</summary>
    /// <returns>Bytes written; fewer than given where the line is full.</returns>
    /// <exception cref="LinkException">The line failed.</exception>
    int WriteDirect(ReadOnlySpan<byte> bytes);
}
