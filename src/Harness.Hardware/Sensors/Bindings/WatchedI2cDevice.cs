namespace Harness.Hardware.Sensors.Bindings;

/// <summary>
/// A chip's bus with the bytes of the reading under way beside it: the package's drivers drop data with a wrong checksum, or read a bus that is held low
/// as zeros, and say nothing.
/// </summary>
internal sealed class WatchedI2cDevice(I2cDevice device) : I2cDevice
{
    private readonly List<byte[]> _replies = [];

    public override I2cConnectionSettings ConnectionSettings => device.ConnectionSettings;

    /// <summary>The replies since <see cref="Forget"/>, one a transfer.</summary>
    public IReadOnlyList<byte[]> Replies => _replies;

    /// <summary>The fault of the bus that the driver may have hidden behind an exception of its own.</summary>
    public HardwareException? Fault { get; private set; }

    public void Forget()
    {
        _replies.Clear();
        Fault = null;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            device.Write(buffer);
        }
        catch (HardwareException e)
        {
            Fault = e;
            throw;
        }
    }

    public override void Read(Span<byte> buffer)
    {
        try
        {
            device.Read(buffer);
        }
        catch (HardwareException e)
        {
            Fault = e;
            throw;
        }

        _replies.Add(buffer.ToArray());
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        try
        {
            device.WriteRead(writeBuffer, readBuffer);
        }
        catch (HardwareException e)
        {
            Fault = e;
            throw;
        }

        _replies.Add(readBuffer.ToArray());
    }

    protected override void Dispose(bool disposing)
    {
        device.Dispose();
        base.Dispose(disposing);
    }
}
