namespace Harness.Hardware.Links;

/// <summary>The output lines of a serial adapter beside its data: RTS and DTR, wired to a reset pin or to a switch in the supply.</summary>
public sealed class ModemLine : IDisposable
{
    private const nuint GetBits = 0x5415;   // TIOCMGET
    private const nuint SetBits = 0x5416;   // TIOCMBIS
    private const nuint ClearBits = 0x5417; // TIOCMBIC
    private const int DataTerminalReady = 0x002;
    private const int RequestToSend = 0x004;
    private readonly FileDescriptor _descriptor;
    private readonly string _port;
    private readonly int _bit;

    private ModemLine(FileDescriptor descriptor, string port, string line) =>
        (_descriptor, _port, _bit) = (descriptor, port, line == "rts" ? RequestToSend : DataTerminalReady);

    /// <summary>Opens an adapter whose data line nobody has open.</summary>
    /// <param name="port">The node.</param>
    /// <param name="line"><c>rts</c> or <c>dtr</c>.</param>
    /// <exception cref="LinkException">No such node, no permission, or held by another.</exception>
    public static ModemLine Open(string port, string line)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(port);
        var descriptor = Libc.Open(port, Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlock, out var error) ?? throw TtyFailure.Opening(port, error);
        var settings = default(Termios);
        if (Libc.Ioctl(descriptor, Termios.Get, ref settings, out _))
        {
            // A line that nobody opened before lets go of DTR and RTS when it is closed.
            settings.KeepLines();
            _ = Libc.Ioctl(descriptor, Termios.Set, ref settings, out _);
        }

        return new ModemLine(descriptor, port, line);
    }

    /// <summary>True if the line is asserted now.</summary>
    internal unsafe bool IsAsserted
    {
        get
        {
            var bits = 0;
            return Libc.Ioctl(_descriptor, GetBits, &bits) == 0 && (bits & _bit) != 0;
        }
    }

    /// <summary>Asserts the line or not; it stays so after this is disposed.</summary>
    /// <exception cref="HardwareException">The adapter has no such line, as a pseudo-terminal has none, or is gone.</exception>
    public void Set(bool asserted)
    {
        if (!TrySet(_descriptor, _bit, asserted, out var error))
        {
            throw new HardwareException(HardwareFailure.Configuration, _port, Refused(_port, _bit, error), NextCommand(_port));
        }
    }

    /// <summary>Asserts the lines of an open adapter or not, as its settings say.</summary>
    /// <exception cref="LinkException">The adapter has no such line.</exception>
    internal static void Hold(FileDescriptor descriptor, string port, SerialLineSettings settings)
    {
        foreach (var (bit, wanted) in ((int, bool?)[])[(DataTerminalReady, settings.Dtr), (RequestToSend, settings.Rts)])
        {
            if (wanted is { } asserted && !TrySet(descriptor, bit, asserted, out var error))
            {
                throw new LinkException(LinkFailure.Configuration, port, Refused(port, bit, error), NextCommand(port));
            }
        }
    }

    private static unsafe bool TrySet(FileDescriptor descriptor, int bits, bool asserted, out Errno error)
    {
        var done = Libc.Ioctl(descriptor, asserted ? SetBits : ClearBits, &bits) == 0;
        error = done ? Errno.None : Libc.LastError;
        return done;
    }

    private static string Refused(string port, int bit, Errno error) => $"{port}: {(bit == RequestToSend ? "RTS" : "DTR")} cannot be set: {Libc.Describe(error)}.";

    private static string NextCommand(string port) => $"ls -l {Shell.Quote(port)}";

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
