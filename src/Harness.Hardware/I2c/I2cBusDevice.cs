namespace Harness.Hardware.I2c;

/// <summary>A device on <c>/dev/i2c-N</c> on System.Device.Gpio (4.2.0), with errors that say what is wrong on the bus and the next command to type.</summary>
public sealed partial class I2cBusDevice : I2cDevice
{
    private readonly I2cDevice _device;
    private readonly I2cFailure _failure;
    private bool _disposed;

    private I2cBusDevice(I2cDevice device, I2cFailure failure) => (_device, _failure) = (device, failure);

    /// <inheritdoc/>
    public override I2cConnectionSettings ConnectionSettings => _device.ConnectionSettings;

    /// <summary>The command that shows which addresses answer on this bus.</summary>
    internal string ScanCommand => _failure.ScanCommand;

    /// <summary>Opens a bus for one device on it. No traffic yet: the first transfer shows whether the device answers.</summary>
    /// <param name="path">The bus, <c>/dev/i2c-N</c>, or a link to it.</param>
    /// <param name="address">The 7-bit address, 0x08 to 0x77.</param>
    /// <exception cref="HardwareException">No such bus, no permission, a kernel driver holds the address, or the adapter speaks SMBus only.</exception>
    public static I2cBusDevice Open(string path, int address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(address, 0x08);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, 0x77);
        var failure = new I2cFailure(path, address);
        I2cNode.Check(path, address, failure);
        return new I2cBusDevice(Create(new I2cConnectionSettings(NodeNumber.Of(path, "/dev/i2c-"), address)), failure);
    }

    /// <inheritdoc/>
    /// <exception cref="HardwareException">No acknowledge, or the bus failed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _device.Write(buffer);
        }
        catch (IOException e)
        {
            throw _failure.Transferring(ErrorNumber(e), e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HardwareException">No acknowledge, or the bus failed.</exception>
    public override void Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _device.Read(buffer);
        }
        catch (IOException e)
        {
            throw _failure.Transferring(ErrorNumber(e), e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HardwareException">No acknowledge, or the bus failed.</exception>
    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _device.WriteRead(writeBuffer, readBuffer);
        }
        catch (IOException e)
        {
            throw _failure.Transferring(ErrorNumber(e), e);
        }
    }

    /// <summary>Names bus and address.</summary>
    public override string ToString() => _failure.Device;

    /// <summary>Reads the kernel's error number, which the package gives in its message alone: "Error 121 performing I2C data transfer."</summary>
    internal static Errno ErrorNumber(IOException e) =>
        PackageError().Match(e.Message) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (Errno)number : Errno.None;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _device.Dispose();
        base.Dispose(disposing);
    }

    [GeneratedRegex(@"^Error (\d{1,4})\b", RegexOptions.CultureInvariant)]
    private static partial Regex PackageError();
}
