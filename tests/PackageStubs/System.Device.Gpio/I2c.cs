// Signatures of System.Device.Gpio 4.2.0: I2C.
namespace System.Device.I2c;

public sealed class I2cConnectionSettings(int busId, int deviceAddress)
{
    public int BusId => throw new NotImplementedException();

    public int DeviceAddress => throw new NotImplementedException();
}

public abstract partial class I2cDevice : IDisposable
{
    public abstract I2cConnectionSettings ConnectionSettings { get; }

    public static I2cDevice Create(I2cConnectionSettings settings) => throw new NotImplementedException();

    public abstract void Read(Span<byte> buffer);

    public abstract void Write(ReadOnlySpan<byte> buffer);

    public abstract void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

    public void Dispose() => throw new NotImplementedException();

    protected virtual void Dispose(bool disposing) => throw new NotImplementedException();
}
