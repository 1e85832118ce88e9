namespace Harness.Hardware.Links;

/// <summary>
/// The board's side of a pseudo-terminal: the program that opens <see cref="Path"/> (a <see cref="TtyLink"/>) reads what is written here.
/// It serves boards that live in this process.
/// </summary>
public sealed class PseudoTerminal : ILink
{
    private readonly DescriptorLink _link;
    private readonly FileDescriptor? _held;

    private PseudoTerminal(string path, FileDescriptor master, FileDescriptor? held)
    {
        Path = path;
        Name = $"board at {path}";
        _held = held;
        _link = new DescriptorLink(Name, master, error => TtyFailure.Lost(path, error));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The node for the host to open, for example <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <summary>Makes a pair, in raw mode from the start so that nothing is echoed before the host configures its end.</summary>
    /// <param name="surviveClosing">
    /// True: hosts may open and close it, as a real line. False: a read returns 0 when the host closes its end.
    /// </param>
    /// <exception cref="LinkException">The system cannot give a pseudo-terminal.</exception>
    public static PseudoTerminal Create(bool surviveClosing = false)
    {
        const string Multiplexer = "/dev/ptmx";
        const int Flags = Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlock;
        var master = Libc.Open(Multiplexer, Flags, out var error) ?? throw TtyFailure.Opening(Multiplexer, error);
        FileDescriptor? held = null;
        try
        {
            var number = 0;
            var unlocked = 0;
            var settings = default(Termios);
            if (!Libc.Ioctl(master, Termios.PtyNumber, ref number, out error)
                || !Libc.Ioctl(master, Termios.PtyLock, ref unlocked, out error)
                || !Libc.Ioctl(master, Termios.Get, ref settings, out error))
            {
                throw TtyFailure.NotATerminal(Multiplexer, error);
            }

            settings.MakeRaw(new SerialLineSettings());
            if (!Libc.Ioctl(master, Termios.Set, ref settings, out error))
            {
                throw TtyFailure.NotATerminal(Multiplexer, error);
            }

            var path = $"/dev/pts/{number}";
            if (surviveClosing)
            {
                held = Libc.Open(path, Flags, out error) ?? throw TtyFailure.Opening(path, error);
            }

            return new PseudoTerminal(path, master, held);
        }
        catch
        {
            held?.Dispose();
            master.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _link.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _link.WriteAsync(bytes, cancellationToken);

    /// <summary>Reads the line's settings as the host made them; from this end, so that a line held exclusively can be inspected.</summary>
    internal Termios ReadSettings()
    {
        var settings = default(Termios);
        return Libc.Ioctl(_link.Descriptor, Termios.Get, ref settings, out var error)
            ? settings
            : throw TtyFailure.Lost(Path, error);
    }

    /// <summary>Closes the board's side: the host's read returns 0.</summary>
    public ValueTask DisposeAsync()
    {
        _held?.Dispose();
        return _link.DisposeAsync();
    }
}
