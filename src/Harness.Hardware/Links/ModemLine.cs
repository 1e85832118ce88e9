namespace Harness.Hardware.Links;

/// <summary>The output lines of a serial adapter beside its data: RTS and DTR, wired to a reset pin or to a switch in the supply.</summary>
public sealed class ModemLine : IDisposable
{
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
        return new ModemLine(
            Libc.Open(port, Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlock, out var error) ?? throw TtyFailure.Opening(port, error), port, line);
    }

    /// <summary>Asserts the line or not; it stays so after this is disposed.</summary>
    /// <exception cref="HardwareException">The adapter has no such line, as a pseudo-terminal has none, or is gone.</exception>
    public unsafe void Set(bool asserted)
    {
        var bits = _bit;
        if (Libc.Ioctl(_descriptor, asserted ? SetBits : ClearBits, &bits) != 0)
        {
            throw new HardwareException(
                HardwareFailure.Configuration, _port, $"{_port}: {(_bit == RequestToSend ? "RTS" : "DTR")} cannot be set: {Libc.Describe(Libc.LastError)}.", $"ls -l {Shell.Quote(_port)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
