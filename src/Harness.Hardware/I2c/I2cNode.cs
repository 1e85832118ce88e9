namespace Harness.Hardware.I2c;

/// <summary>Checks of a bus's node, <c>/dev/i2c-N</c>, as the package says only "Error" and a number where it cannot use one.</summary>
internal static class I2cNode
{
    private const nuint ClaimAddress = 0x0703; // I2C_SLAVE
    private const nuint Functions = 0x0705;    // I2C_FUNCS
    private const ulong PlainI2c = 1;          // I2C_FUNC_I2C

    /// <summary>Checks that the node is a bus that this user may open and whose address no driver of the kernel holds. No traffic on the bus.</summary>
    /// <exception cref="HardwareException">No such bus, no permission, a kernel driver holds the address, or the adapter speaks SMBus only.</exception>
    public static void Check(string path, int address, I2cFailure failure)
    {
        using var node = Libc.Open(path, Libc.ReadWrite, out var error) ?? throw failure.Opening(error);
        ulong functions = 0; // unsigned long: 4 or 8 bytes, little-endian
        if (!Libc.Ioctl(node, Functions, ref functions, out error))
        {
            throw failure.NotABus(error);
        }

        if ((functions & PlainI2c) == 0)
        {
            throw failure.SmbusOnly();
        }

        // A transfer (I2C_RDWR) would talk past a kernel driver (bmp280 and the like) and confuse it; only I2C_SLAVE asks.
        if (Libc.Ioctl(node, ClaimAddress, (nint)address) < 0)
        {
            throw failure.Opening(Libc.LastError);
        }
    }
}
