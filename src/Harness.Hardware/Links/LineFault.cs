namespace Harness.Hardware.Links;

/// <summary>The faults of one line (up to a line end) on a <see cref="FaultInjectingLink"/>.</summary>
public enum LineFault
{
    /// <summary>The line is lost.</summary>
    Drop,

    /// <summary>The line comes twice.</summary>
    Double,

    /// <summary>One bit of one byte in the middle of the line is turned.</summary>
    FlipByte,

    /// <summary>Lines of noise come ahead of the line.</summary>
    InsertGarbage,

    /// <summary>The line comes whole, but its checksum is another.</summary>
    CorruptCrc,

    /// <summary>The line is replaced by noise.</summary>
    Garbage,
}

/// <summary>The direction of a line.</summary>
public enum LineDirection
{
    /// <summary>From the harness to the board.</summary>
    ToBoard,

    /// <summary>From the board to the harness.</summary>
    FromBoard,
}
