namespace Harness.Hardware.Sensors.Chips;

/// <summary>
/// A driver of the Texas Instruments INA260 (SBOS656, section 8.6), which Iot.Device.Bindings 4.2.0 lacks: current, voltage and power of a supply by its own
/// shunt of 2 mΩ.
/// </summary>
/// <param name="i2cDevice">The chip on its bus; disposed with this.</param>
public sealed class Ina260(I2cDevice i2cDevice) : IDisposable
{
    /// <summary>Reads the current: 1.25 mA a step, signed.</summary>
    public ElectricCurrent ReadCurrent() => ElectricCurrent.FromMilliamperes(1.25 * Register(0x01));

    /// <summary>Reads the voltage of the bus: 1.25 mV a step.</summary>
    public ElectricPotential ReadBusVoltage() => ElectricPotential.FromMillivolts(1.25 * Register(0x02));

    /// <summary>Reads the power: 10 mW a step.</summary>
    public Power ReadPower() => Power.FromMilliwatts(10.0 * (ushort)Register(0x03));

    /// <summary>Closes the device.</summary>
    public void Dispose() => i2cDevice.Dispose();

    private short Register(byte register)
    {
        Span<byte> value = stackalloc byte[2];
        i2cDevice.WriteRead([register], value);
        return BinaryPrimitives.ReadInt16BigEndian(value);
    }
}
