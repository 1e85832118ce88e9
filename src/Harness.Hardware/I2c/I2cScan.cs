namespace Harness.Hardware.I2c;

/// <summary>An address of an I2C bus that answers.</summary>
/// <param name="Address">The 7-bit address.</param>
/// <param name="IsKernels">True where a driver of the kernel holds it; it was not asked then.</param>
/// <param name="Likely">The chips that have this address, of those a rig can name with a model.</param>
public sealed record I2cAddress(int Address, bool IsKernels, IReadOnlyList<string> Likely);

/// <summary>Looks which addresses of a bus answer, by reading one byte of each: nothing is written to any chip.</summary>
public static class I2cScan
{
    private const int First = 0x08;
    private const int Last = 0x77;

    /// <summary>Gets the addresses that answer.</summary>
    /// <param name="bus">The bus, <c>/dev/i2c-N</c>.</param>
    /// <exception cref="HardwareException">The bus cannot be opened, or is held.</exception>
    public static IReadOnlyList<I2cAddress> Of(string bus)
    {
        var found = new List<I2cAddress>();
        Span<byte> one = stackalloc byte[1];
        for (var address = First; address <= Last; address++)
        {
            try
            {
                using var device = I2cBusDevice.Open(bus, address);
                device.Read(one);
                found.Add(new(address, false, Likely(address)));
            }
            catch (HardwareException e) when (e.Failure == HardwareFailure.Busy)
            {
                found.Add(new(address, true, Likely(address)));
            }
            catch (HardwareException e) when (e.Failure == HardwareFailure.NoAcknowledge)
            {
                // nobody there
            }
        }

        return found;
    }

    /// <summary>The ready chips that have an address.</summary>
    public static IReadOnlyList<string> Likely(int address) => [.. SensorChip.All.Where(c => c.Addresses.Contains(address)).Select(c => c.Name)];
}
