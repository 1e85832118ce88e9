using System.Runtime.InteropServices;
using Harness.Hardware.Native;

namespace Harness.Hardware;

/// <summary>A device on <c>/dev/i2c-N</c> through I2C_RDWR (linux/i2c-dev.h): write-then-read is one transfer with a repeated start.</summary>
public sealed class LinuxI2cDevice : II2cDevice
{
    private const nuint ClaimAddress = 0x0703;  // I2C_SLAVE
    private const nuint Functions = 0x0705;          // I2C_FUNCS
    private const nuint Transfer = 0x0707;           // I2C_RDWR
    private const ulong PlainI2c = 1;                // I2C_FUNC_I2C
    private const ushort ReadFlag = 1;               // I2C_M_RD
    private const int LongestMessage = 8192;         // i2c-dev refuses more

    private readonly FileDescriptor _descriptor;
    private readonly I2cFailure _failure;

    private LinuxI2cDevice(FileDescriptor descriptor, int address, I2cFailure failure)
    {
        _descriptor = descriptor;
        _failure = failure;
        Address = address;
    }

    /// <inheritdoc/>
    public int Address { get; }

    /// <summary>What shows who answers on this bus.</summary>
    internal string ScanCommand => _failure.ScanCommand;

    /// <summary>Opens a bus for one device on it. No traffic yet: whether somebody answers shows at the first transfer.</summary>
    /// <param name="path">The bus, for example <c>/dev/i2c-1</c>.</param>
    /// <param name="address">The 7-bit address, 0x08 to 0x77.</param>
    /// <exception cref="HardwareException">No such bus, no permission, a kernel driver holds the address, or the adapter speaks SMBus only.</exception>
    public static LinuxI2cDevice Open(string path, int address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(address, 0x08);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, 0x77);
        var failure = new I2cFailure(path, address);
        var descriptor = Libc.Open(path, Libc.ReadWrite, out var error) ?? throw failure.Opening(error);
        try
        {
            Check(descriptor, failure, address);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }

        return new LinuxI2cDevice(descriptor, address, failure);
    }

    /// <inheritdoc/>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        CheckLength(bytes.Length);
        fixed (byte* p = bytes)
        {
            var message = new Message((ushort)Address, 0, (ushort)bytes.Length, p);
            Run(&message, 1);
        }
    }

    /// <inheritdoc/>
    public unsafe void Read(Span<byte> buffer)
    {
        CheckLength(buffer.Length);
        fixed (byte* p = buffer)
        {
            var message = new Message((ushort)Address, ReadFlag, (ushort)buffer.Length, p);
            Run(&message, 1);
        }
    }

    /// <inheritdoc/>
    public unsafe void WriteRead(ReadOnlySpan<byte> bytes, Span<byte> buffer)
    {
        CheckLength(bytes.Length);
        CheckLength(buffer.Length);
        fixed (byte* write = bytes)
        fixed (byte* read = buffer)
        {
            var messages = stackalloc Message[2];
            messages[0] = new Message((ushort)Address, 0, (ushort)bytes.Length, write);
            messages[1] = new Message((ushort)Address, ReadFlag, (ushort)buffer.Length, read);
            Run(messages, 2);
        }
    }

    /// <summary>Closes the bus.</summary>
    public void Dispose() => _descriptor.Dispose();

    /// <summary>Names bus and address.</summary>
    public override string ToString() => _failure.Device;

    private static unsafe void Check(FileDescriptor descriptor, I2cFailure failure, int address)
    {
        ulong functions = 0; // unsigned long: 4 or 8 bytes, little-endian
        if (!Libc.Ioctl(descriptor, Functions, ref functions, out var error))
        {
            throw failure.NotABus(error);
        }

        if ((functions & PlainI2c) == 0)
        {
            throw failure.SmbusOnly();
        }

        // I2C_RDWR itself would talk past a kernel driver (bmp280 and the like) and confuse it; only I2C_SLAVE asks.
        if (Libc.Ioctl(descriptor, ClaimAddress, (nint)address) < 0)
        {
            throw failure.Opening(Libc.LastError);
        }
    }

    private unsafe void Run(Message* messages, int count)
    {
        ObjectDisposedException.ThrowIf(_descriptor.IsClosed, this);
        var set = new MessageSet(messages, (uint)count);
        if (!Libc.Ioctl(_descriptor, Transfer, ref set, out var error))
        {
            throw _failure.Transferring(error);
        }
    }

    private static void CheckLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LongestMessage);
    }

    [StructLayout(LayoutKind.Sequential)]
    internal readonly unsafe struct Message(ushort address, ushort flags, ushort length, byte* buffer)
    {
        public readonly ushort Address = address;
        public readonly ushort Flags = flags;
        public readonly ushort Length = length;
        public readonly byte* Buffer = buffer;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal readonly unsafe struct MessageSet(Message* messages, uint count)
    {
        public readonly Message* Messages = messages;
        public readonly uint Count = count;
    }
}
