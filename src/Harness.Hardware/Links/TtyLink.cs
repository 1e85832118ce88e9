namespace Harness.Hardware.Links;

/// <summary>
/// A serial line or pseudo-terminal: raw, 8 data bits, held exclusively (TIOCEXCL and flock). Waits sleep in epoll.
/// DTR and RTS are asserted, unless the settings say otherwise, and stay so when it closes. Built on libc alone.
/// </summary>
/// <remarks>A reader at the other end of a pseudo-terminal sees bytes only after this end is open; earlier bytes are discarded.</remarks>
public sealed class TtyLink : IDirectLink
{
    private const double BaudTolerance = 0.03; // a UART frame of 10 bits still samples inside the last bit at ±5 %
    private readonly DescriptorLink _link;

    private TtyLink(string path, SerialLineSettings settings, FileDescriptor descriptor)
    {
        Name = path;
        Settings = settings;
        _link = new DescriptorLink(path, descriptor, error => TtyFailure.Lost(path, error));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The settings that were asked for.</summary>
    public SerialLineSettings Settings { get; }

    /// <summary>Opens a line without parity and flow control.</summary>
    /// <inheritdoc cref="Open(string, SerialLineSettings)"/>
    public static TtyLink Open(string path, int baud = 115200) => Open(path, new SerialLineSettings(baud));

    /// <summary>Opens a line. Any rate the driver can do is taken, not only those of a table.</summary>
    /// <param name="path">The node, for example <c>/dev/ttyACM0</c> or a link below <c>/dev/serial/by-id</c>.</param>
    /// <param name="settings">Rate, parity and flow control.</param>
    /// <exception cref="LinkException">
    /// No such node, no permission, held by another (who, where /proc tells), no terminal, or the driver refuses the rate, the parity or the flow control.
    /// </exception>
    [LinkDriver("tty")]
    public static TtyLink Open(string path, SerialLineSettings settings)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (settings.Baud <= 0)
        {
            throw TtyFailure.BadBaud(path, settings.Baud, "a positive number of bits per second");
        }

        // O_NONBLOCK also keeps open(2) from waiting for a carrier that three-wire lines do not have.
        var descriptor = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlock, out var error)
            ?? throw TtyFailure.Opening(path, error);
        try
        {
            Claim(descriptor, path);
            ModemLine.Hold(descriptor, path, settings); // before anything else: a line that cuts the power was asserted by the opening
            Configure(descriptor, path, settings);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }

        return new TtyLink(path, settings, descriptor);
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _link.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _link.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public int ReadDirect(Span<byte> buffer, TimeSpan wait)
    {
        ObjectDisposedException.ThrowIf(_link.Descriptor.IsClosed, this);
        if (!Libc.WaitReadable(_link.Descriptor, (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue)))
        {
            return -1;
        }

        var count = Libc.Read(_link.Descriptor, buffer, out var error);
        return error switch
        {
            Errno.None => count,
            Errno.Again => -1,
            Errno.InputOutput or Errno.NoDeviceOrAddress or Errno.NoDevice => 0,
            _ => throw TtyFailure.Lost(Name, error),
        };
    }

    /// <inheritdoc/>
    public int WriteDirect(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_link.Descriptor.IsClosed, this);
        var count = Libc.Write(_link.Descriptor, bytes, out var error);
        return error switch
        {
            Errno.None => count,
            Errno.Again => 0,
            _ => throw TtyFailure.Lost(Name, error),
        };
    }

    /// <summary>Closes the line; a read that waits ends with <see cref="ObjectDisposedException"/>.</summary>
    public unsafe ValueTask DisposeAsync()
    {
        if (!_link.Descriptor.IsClosed)
        {
            // The flag belongs to the line, not to this descriptor: a board emulator that also holds the line would keep it set.
            _ = Libc.Ioctl(_link.Descriptor, Termios.NotExclusive, null);
        }

        return _link.DisposeAsync();
    }

    private static unsafe void Claim(FileDescriptor descriptor, string path)
    {
        // The check for a terminal comes first, as flock on a plain file would succeed.
        var settings = default(Termios);
        if (!Libc.Ioctl(descriptor, Termios.Get, ref settings, out var error))
        {
            throw error is Errno.InputOutput ? TtyFailure.Lost(path, error) : TtyFailure.NotATerminal(path, error);
        }

        // Both: TIOCEXCL stops programs that use no locks, but not root; flock stops those that do, root too.
        if (Libc.Flock(descriptor, Libc.LockExclusive | Libc.LockNonBlock) != 0)
        {
            error = Libc.LastError;
            descriptor.Dispose(); // else this process would be found among the holders
            throw TtyFailure.Opening(path, error is Errno.Again ? Errno.Busy : error);
        }

        _ = Libc.Ioctl(descriptor, Termios.Exclusive, null);
    }

    private static unsafe void Configure(FileDescriptor descriptor, string path, SerialLineSettings wanted)
    {
        var settings = default(Termios);
        var done = Libc.Ioctl(descriptor, Termios.Get, ref settings, out var error);
        settings.MakeRaw(wanted);
        done = done && Libc.Ioctl(descriptor, Termios.Set, ref settings, out error)
            && Libc.Ioctl(descriptor, Termios.Get, ref settings, out error); // a driver rounds a rate, and drops what it cannot do, silently
        if (!done)
        {
            throw error is Errno.InputOutput ? TtyFailure.Lost(path, error) : TtyFailure.BadBaud(path, wanted.Baud, Libc.Describe(error));
        }

        if (Math.Abs(settings.OutputSpeed - (double)wanted.Baud) > wanted.Baud * BaudTolerance)
        {
            throw TtyFailure.BadBaud(path, wanted.Baud, $"the driver offers {settings.OutputSpeed}");
        }

        TtyFailure.RefuseDropped(path, wanted, settings);

        AskForLowLatency(descriptor);
        _ = Libc.Ioctl(descriptor, Termios.Flush, Termios.FlushBoth);
    }

    /// <summary>Sets the driver's low-latency flag where it has one: an FTDI adapter then needs no 16 ms to hand over a byte.</summary>
    private static unsafe void AskForLowLatency(FileDescriptor descriptor)
    {
        const int FlagsOffset = 16;          // serial_struct.flags: after type, line, port, irq
        const int LowLatency = 1 << 13;      // ASYNC_LOW_LATENCY
        var serial = stackalloc byte[128];   // struct serial_struct is 72 bytes
        if (Libc.Ioctl(descriptor, Termios.GetSerial, serial) == 0)
        {
            *(int*)(serial + FlagsOffset) |= LowLatency;
            _ = Libc.Ioctl(descriptor, Termios.SetSerial, serial); // drivers without the setting refuse; nothing is lost
        }
    }
}
