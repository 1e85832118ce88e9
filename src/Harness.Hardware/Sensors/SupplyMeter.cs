namespace Harness.Hardware.Sensors;

/// <summary>
/// An INA219 or INA260 in a board's supply, set for current alone at its fastest full resolution and read by one transfer a value: the package's driver
/// waits and writes several times a reading. It leaves the chip as after power-on. Not thread-safe.
/// </summary>
public sealed class SupplyMeter : IDisposable
{
    private const byte Configuration = 0x00;
    private const double VoltagePause = 0.003; // seconds: more than one conversion of current and voltage at 12 bits

    private readonly I2cDevice _device;
    private readonly Chip _chip;
    private readonly double _step;
    private bool _disposed;

    private SupplyMeter(I2cDevice device, Chip chip, double step) => (_device, _chip, _step) = (device, chip, step);

    /// <summary>The chip and its settings in words.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture, $"{_chip.Name}, {_step * 1000:0.####} mA a step, a conversion in {_chip.Conversion.TotalMicroseconds:0} µs");

    /// <summary>The current of one step, in amperes.</summary>
    public double StepAmperes => _step;

    /// <summary>The time of one conversion, over which the chip takes the mean.</summary>
    public TimeSpan Conversion => _chip.Conversion;

    /// <summary>Opens the chip of a rig.</summary>
    /// <param name="chip"><c>ina219</c> or <c>ina260</c>.</param>
    /// <param name="place">Its bus and address.</param>
    /// <param name="settings">Its settings; <c>shunt_ohm</c> of an INA219.</param>
    /// <exception cref="HardwareException">No such bus, nobody answers, or another chip.</exception>
    public static SupplyMeter Open(string chip, SensorPlace place, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Open(chip, new PlacedTransports(place), settings);
    }

    /// <summary>Opens a model of the chip.</summary>
    /// <param name="chip"><c>ina219</c> or <c>ina260</c>.</param>
    /// <param name="model">The model, which stays the caller's.</param>
    /// <param name="settings">Its settings.</param>
    public static SupplyMeter Open(string chip, ISensorModel model, IReadOnlyDictionary<string, string> settings) => Open(chip, (ISensorTransports)model, settings);

    /// <summary>Reads the current, in amperes.</summary>
    /// <exception cref="HardwareException">The chip is gone, or its bus is held.</exception>
    public double ReadCurrent() => (short)Register(_chip.Current) * _step;

    /// <summary>Converts the voltage of the supply once, in volts, and goes back to current alone.</summary>
    /// <exception cref="HardwareException">The chip is gone, or its bus is held.</exception>
    public double ReadVoltage()
    {
        Set(_chip.Both);
        Thread.Sleep(TimeSpan.FromSeconds(VoltagePause));
        var raw = Register(0x02);
        Set(_chip.CurrentAlone);
        return _chip.Name == "INA219" ? (raw >> 3) * 4e-3 : raw * 1.25e-3;
    }

    /// <summary>Sets the chip as after power-on, and closes it.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            Set(_chip.PowerOn);
        }
        catch (HardwareException)
        {
            // It is gone; there is nothing to leave behind.
        }

        _device.Dispose();
    }

    private static SupplyMeter Open(string name, ISensorTransports transports, IReadOnlyDictionary<string, string> settings)
    {
        // INA219: 16 V, gain 1/8, 12 bits, 532 µs (SBOS448, table 5); INA260: 140 µs (SBOS656, table 8).
        var chip = name == "ina219"
            ? new Chip("INA219", 0x01, TimeSpan.FromMicroseconds(532), Both: 0x199F, CurrentAlone: 0x199D, PowerOn: 0x399F)
            : new Chip("INA260", 0x01, TimeSpan.FromMicroseconds(140), Both: 0x6007, CurrentAlone: 0x6005, PowerOn: 0x6127);
        var shunt = settings.TryGetValue("shunt_ohm", out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : 0.1;
        var device = transports.OpenI2c();
        try
        {
            BindingCatalog.ByName(name)!.Chip!.IdentifyFirst(device);
            var meter = new SupplyMeter(device, chip, name == "ina219" ? 10e-6 / shunt : 1.25e-3);
            meter.Set(chip.CurrentAlone);
            return meter;
        }
        catch (SensorFaultException e)
        {
            device.Dispose();
            throw new HardwareException(
                e.Quality == ReadingQuality.WrongChip ? HardwareFailure.WrongChip : HardwareFailure.BusStuck, transports.Name, $"{chip.Name} at {transports.Name}: {e.Message}.", transports.LookCommand, e);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private ushort Register(byte register)
    {
        Span<byte> value = stackalloc byte[2];
        _device.WriteRead([register], value);
        return BinaryPrimitives.ReadUInt16BigEndian(value);
    }

    private void Set(ushort configuration) => _device.Write([Configuration, (byte)(configuration >> 8), (byte)configuration]);

    private sealed record Chip(string Name, byte Current, TimeSpan Conversion, ushort Both, ushort CurrentAlone, ushort PowerOn);
}
