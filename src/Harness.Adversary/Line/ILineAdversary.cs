namespace Harness.Adversary.Line;

/// <summary>Which way bytes go on a serial line.</summary>
public enum LineWay
{
    /// <summary>From the harness to the board.</summary>
    ToBoard,

    /// <summary>From the board to the harness.</summary>
    FromBoard,
}

/// <summary>Bytes that an adversary puts on a serial line.</summary>
/// <param name="Way">Where they go; either, whichever way the line that caused them went.</param>
/// <param name="Bytes">The bytes; whole lines or any others.</param>
/// <param name="After">How long they are held first; zero for at once. Later bytes of the same way do not overtake them.</param>
public sealed record LineAction(LineWay Way, ReadOnlyMemory<byte> Bytes, TimeSpan After = default);

/// <summary>
/// An adversary on a serial line. It knows no bench and no link: whoever owns the line hands it every line with its end, and writes what
/// it answers. Lines of one way come in order; both ways may come at once.
/// </summary>
public interface ILineAdversary
{
    /// <summary>Decides on one line.</summary>
    /// <param name="way">Where it goes.</param>
    /// <param name="line">Its bytes with the line end; or bytes without one where the line ended otherwise.</param>
    /// <returns>What is written instead, in order; the line itself forwards it, empty drops it.</returns>
    IReadOnlyList<LineAction> OnLine(LineWay way, ReadOnlyMemory<byte> line);
}
