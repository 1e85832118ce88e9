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
public sealed record SerialLineSettings(int Baud = 115200, SerialParity Parity = SerialParity.None, FlowControl Flow = FlowControl.None);
