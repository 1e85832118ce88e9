using System.Runtime.CompilerServices;
using Harness.Hardware.Links;

namespace Harness.Hardware.Native;

/// <summary>
/// Terminal settings through TCGETS2/TCSETS2 (asm-generic/termbits.h, the same on x86-64, arm64 and arm): they take any baud
/// rate, where libc's tcsetattr takes only its table.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Termios
{
    public const nuint Get = 0x802C542A;           // TCGETS2
    public const nuint Set = 0x402C542B;           // TCSETS2
    public const nuint Flush = 0x540B;             // TCFLSH
    public const nint FlushBoth = 2;               // TCIOFLUSH
    public const nuint Exclusive = 0x540C;         // TIOCEXCL
    public const nuint NotExclusive = 0x540D;      // TIOCNXCL
    public const nuint GetSerial = 0x541E;         // TIOCGSERIAL
    public const nuint SetSerial = 0x541F;         // TIOCSSERIAL
    public const nuint PtyNumber = 0x80045430;     // TIOCGPTN
    public const nuint PtyLock = 0x40045431;       // TIOCSPTLCK

    private const uint BaudMask = 0x100F;          // CBAUD
    private const uint OtherBaud = 0x1000;         // BOTHER
    private const uint InputBaudMask = 0x100F0000; // CIBAUD
    private const uint EightBits = 0x30;           // CS8, and CSIZE
    private const uint TwoStops = 0x40, Receive = 0x80, HangUpOnClose = 0x400, Local = 0x800;
    private const uint ParityBit = 0x100, OddParity = 0x200, StickParity = 0x40000000; // PARENB, PARODD, CMSPAR
    private const uint HardwareFlow = 0x80000000;  // CRTSCTS
    private const uint CheckParity = 0x10;         // INPCK
    private const uint SoftwareFlow = 0x400 | 0x1000; // IXON: an XOFF that comes stops us; IXOFF: we send one
    private const int TimeIndex = 5, MinimumIndex = 6, StartIndex = 8, StopIndex = 9; // VTIME, VMIN, VSTART, VSTOP

    public uint Input, Output, Control, Local_;
    public byte Line;
    public fixed byte Characters[19];
    public uint InputSpeed, OutputSpeed;

    /// <summary>The parity of these settings.</summary>
    public readonly SerialParity Parity => (Control & ParityBit) == 0 ? SerialParity.None : (Control & OddParity) == 0 ? SerialParity.Even : SerialParity.Odd;

    /// <summary>The flow control of these settings.</summary>
    public readonly FlowControl Flow => (Control & HardwareFlow) != 0 ? FlowControl.RtsCts : (Input & SoftwareFlow) == SoftwareFlow ? FlowControl.XonXoff : FlowControl.None;

    /// <summary>Sets raw mode, 8 data bits, 1 stop bit; a read returns as soon as one byte is there.</summary>
    public void MakeRaw(SerialLineSettings settings)
    {
        var baud = settings.Baud;
        Input = (settings.Parity == SerialParity.None ? 0 : CheckParity) | (settings.Flow == FlowControl.XonXoff ? SoftwareFlow : 0);
        Output = 0;
        Local_ = 0;

        // HUPCL off: boards with an auto-reset circuit reset at every edge of DTR, and opening a line is not a reset.
        Control &= ~(BaudMask | InputBaudMask | TwoStops | ParityBit | OddParity | StickParity | HangUpOnClose | HardwareFlow);
        Control |= EightBits | Receive | Local | (settings.Flow == FlowControl.RtsCts ? HardwareFlow : 0) | settings.Parity switch
        {
            SerialParity.Even => ParityBit,
            SerialParity.Odd => ParityBit | OddParity,
            _ => 0,
        };
        Characters[StartIndex] = 0x11;
        Characters[StopIndex] = 0x13;
        Characters[TimeIndex] = 0;
        Characters[MinimumIndex] = 1;

        // Some drivers know only the table's codes, so a rate of the table is passed as its code. Input B0 means "as output".
        if (BaudRates.TryGetValue(baud, out var code))
        {
            Control |= code;
        }
        else
        {
            Control |= OtherBaud;
        }

        InputSpeed = (uint)baud;
        OutputSpeed = (uint)baud;
    }

    /// <summary>Lets DTR and RTS stay as they are when the line is closed.</summary>
    public void KeepLines() => Control &= ~HangUpOnClose;

    /// <summary>B50..B4000000 of asm-generic/termbits.h.</summary>
    internal static IReadOnlyDictionary<int, uint> BaudRates { get; } = new Dictionary<int, uint>
    {
        [50] = 1, [75] = 2, [110] = 3, [134] = 4, [150] = 5, [200] = 6, [300] = 7, [600] = 8, [1200] = 9, [1800] = 10,
        [2400] = 11, [4800] = 12, [9600] = 13, [19200] = 14, [38400] = 15, [57600] = 0x1001, [115200] = 0x1002,
        [230400] = 0x1003, [460800] = 0x1004, [500000] = 0x1005, [576000] = 0x1006, [921600] = 0x1007, [1000000] = 0x1008,
        [1152000] = 0x1009, [1500000] = 0x100A, [2000000] = 0x100B, [2500000] = 0x100C, [3000000] = 0x100D,
        [3500000] = 0x100E, [4000000] = 0x100F,
    };

    /// <summary>Bytes that the kernel reads and writes; 44 by its header.</summary>
    internal static int Size => Unsafe.SizeOf<Termios>();
}
