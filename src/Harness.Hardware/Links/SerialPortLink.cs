using System.IO.Ports;

namespace Harness.Hardware.Links;

/// <summary>A serial line on System.IO.Ports: raw, 8 data bits, DTR and RTS off unless the settings say otherwise.</summary>
/// <remarks>
/// For content, not for timing: it polls every millisecond. It takes only the rates of termios' table, and a hang-up discards bytes that were not
/// read yet. <see cref="TtyLink"/> has none of these limits.
/// </remarks>
public sealed class SerialPortLink : ILink
{
    private readonly PumpedLink _link;
    private readonly SerialPort _port;

    private SerialPortLink(SerialPort port, string path)
    {
        _port = port;
        _link = new PumpedLink(path, port.BaseStream);
    }

    /// <inheritdoc/>
    public string Name => _link.Name;

    /// <summary>Opens a line without parity and flow control.</summary>
    /// <inheritdoc cref="Open(string, SerialLineSettings)"/>
    public static SerialPortLink Open(string path, int baud = 115200) => Open(path, new SerialLineSettings(baud));

    /// <summary>Opens a line.</summary>
    /// <param name="path">The node, for example <c>/dev/ttyACM0</c> or a link below <c>/dev/serial/by-id</c>.</param>
    /// <param name="settings">The rate, one of termios', parity and flow control.</param>
    /// <exception cref="LinkException">No such node, no permission, held by another, no terminal, or the rate is refused.</exception>
    [LinkDriver("serialport")]
    public static SerialPortLink Open(string path, SerialLineSettings settings)
    {
        var baud = settings.Baud;
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (baud <= 0)
        {
            throw TtyFailure.BadBaud(path, baud, "a positive number of bits per second");
        }

        // DTR and RTS stay off: SerialPort then tolerates a line without them, as a pseudo-terminal is (dotnet/runtime#48577).
        var port = new SerialPort(path, baud, ParityOf(settings.Parity), 8, StopBits.One)
        {
            Handshake = settings.Flow switch { FlowControl.RtsCts => Handshake.RequestToSend, FlowControl.XonXoff => Handshake.XOnXOff, _ => Handshake.None },
            DtrEnable = settings.Dtr ?? false,
            RtsEnable = settings.Flow != FlowControl.RtsCts && (settings.Rts ?? false),
            ReadTimeout = SerialPort.InfiniteTimeout,
            WriteTimeout = SerialPort.InfiniteTimeout,
        };

        // Opened before the package opens the line, which makes it exclusive.
        using var probe = TryProbe(path);
        try
        {
            port.Open();
            port.DiscardInBuffer();
            port.DiscardOutBuffer();
            RefuseDropped(probe, path, settings);
            return new SerialPortLink(port, path);
        }
        catch (Exception e)
        {
            port.Dispose();
            if (e is ArgumentException && Termios.BaudRates.ContainsKey(baud))
            {
                RefuseDropped(probe, path, settings); // it was not the rate
            }

            if (Failure(path, baud, e) is { } failure)
            {
                throw failure;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _link.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _link.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _port.Dispose();
    }

    // The package does not look whether the driver took what it was asked for.
    private static void RefuseDropped(FileDescriptor? probe, string path, SerialLineSettings wanted)
    {
        var settings = default(Termios);
        if (probe is not null && Libc.Ioctl(probe, Termios.Get, ref settings, out _))
        {
            TtyFailure.RefuseDropped(path, wanted, settings);
        }
    }

    private static FileDescriptor? TryProbe(string path) => Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlock, out _);

    private static Parity ParityOf(SerialParity parity) => parity switch
    {
        SerialParity.Even => Parity.Even,
        SerialParity.Odd => Parity.Odd,
        _ => Parity.None,
    };

    /// <summary>
    /// Gets the link's error. SerialPort throws UnauthorizedAccessException for whatever kept the node from opening, with the kernel's error number
    /// in the inner exception's HResult, and ArgumentException for a rate or a line that termios refuses.
    /// </summary>
    internal static LinkException? Failure(string path, int baud, Exception exception) => exception switch
    {
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and < 256 } inner } => (Errno)inner.HResult == Errno.NotATerminal
            ? TtyFailure.NotATerminal(path, Errno.NotATerminal)
            : TtyFailure.Opening(path, (Errno)inner.HResult),
        UnauthorizedAccessException when !Path.Exists(path) => TtyFailure.Opening(path, Errno.NoEntry),
        UnauthorizedAccessException => TtyFailure.Opening(path, Errno.AccessDenied),
        ArgumentException => TtyFailure.BadBaud(path, baud, "termios has no such rate, or this is no terminal"),
        IOException => TtyFailure.Lost(path, Errno.InputOutput),
        _ => null,
    };
}
