namespace Harness.Hardware.Links;

/// <summary>The parity bit of a serial line.</summary>
public enum SerialParity
{
    /// <summary>No parity bit (8N1).</summary>
    None,

    /// <summary>An even number of ones (8E1).</summary>
    Even,

    /// <summary>An odd number of ones (8O1).</summary>
    Odd,
}

/// <summary>The flow control of a serial line.</summary>
public enum FlowControl
{
    /// <summary>No flow control: the board is fast enough.</summary>
    None,

    /// <summary>By the lines RTS and CTS.</summary>
    RtsCts,

    /// <summary>By the bytes XON (0x11) and XOFF (0x13) in the stream.</summary>
    XonXoff,
}

/// <summary>The settings of a serial line that differ from board to board, beside 8 data bits and 1 stop bit.</summary>
/// <param name="Baud">Bits per second, above 0.</param>
/// <param name="Parity">The parity bit; a byte that arrives with a wrong one reads as 0.</param>
/// <param name="Flow">The flow control, in both directions.</param>
/// <param name="Dtr">DTR as it stays while the line is open: asserted or not; null as the driver likes. Linux asserts DTR and RTS at each opening, so that one that cuts the power while it
/// is asserted is let go at once.</param>
/// <param name="Rts">RTS in the same way.</param>
public sealed record SerialLineSettings(int Baud = 115200, SerialParity Parity = SerialParity.None, FlowControl Flow = FlowControl.None, bool? Dtr = null, bool? Rts = null);
