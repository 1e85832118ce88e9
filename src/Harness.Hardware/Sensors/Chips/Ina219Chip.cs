using Iot.Device.Adc;

namespace Harness.Hardware.Sensors.Chips;

/// <summary>Texas Instruments INA219 (SBOS448, sections 8.5 and 8.6) on a shunt resistor, 0.1 Ω on common boards.</summary>
public sealed class Ina219Chip : SensorChip
{
    internal static readonly SensorRange[] Measures =
        [new("current", "mA", -20000, 20000), new("bus-voltage", "V", 0, 32), new("shunt-voltage", "V", -0.32, 0.32), new("power", "mW", 0, 640000)];

    /// <inheritdoc/>
    public override string Name => "ina219";

    /// <inheritdoc/>
    public override string Title => "Texas Instruments INA219: current, voltage and power of a supply";

    /// <inheritdoc/>
    public override Type Type => typeof(Ina219);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x40, 0x41, 0x44, 0x45];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override IReadOnlyList<BindingSetting> Settings => [new("shunt_ohm", "a number", "0.1"), new("most_ampere", "a number", "3.2")];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Pin, string To)> Wiring =>
        [.. base.Wiring, ("VIN+", "supply"), ("VIN-", "supply pin of the board whose current is measured")];

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Ina219Model();

    // No identity: of the configuration bit 14 is never set, and after power-on it is 0x399f. The package leaves range, gain and mode.
    internal override void IdentifyFirst(I2cDevice bus)
    {
        var configuration = Register16(bus, 0x00);
        if (configuration is 0 or 0xFFFF)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"the configuration reads 0x{configuration:x4}; expected 0x399f: is SDA held?");
        }

        if (configuration != 0x399F)
        {
            throw new SensorFaultException(ReadingQuality.WrongChip, $"the configuration reads 0x{configuration:x4}; expected 0x399f: another chip, or one that another program has set");
        }
    }

    internal override void Prepare(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var (shunt, most) = (Number(settings, "shunt_ohm", 0.1), Number(settings, "most_ampere", 3.2));
        var step = most / 32768; // equation 2
        ((Ina219)driver).SetCalibration((ushort)Math.Clamp(Math.Truncate(0.04096 / (step * shunt)), 1, 0xFFFE), (float)step); // equation 1; bit 0 is void
    }

    // Current and shunt voltage are signed in the chip, and the package (4.2.0) reads them without a sign; the bus voltage has none, and it reads that with one: from
    // 16.384 V on it would be negative.
    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var chip = (Ina219)driver;
        var step = Number(settings, "most_ampere", 3.2) / 32768;
        return
        [
            new("current", Signed(chip.ReadCurrent().Amperes, step) * 1000, "mA"), new("bus-voltage", chip.ReadBusVoltage().Volts is var bus && bus < 0 ? bus + 32.768 : bus, "V"),
            new("shunt-voltage", Signed(chip.ReadShuntVoltage().Volts, 10e-6), "V"), new("power", (double)chip.ReadPower().Milliwatts, "mW"),
        ];
    }

    private static double Signed(double value, double step) => value > 32767.5 * step ? value - (65536 * step) : value;

    private static double Number(IReadOnlyDictionary<string, string> settings, string name, double otherwise) =>
        settings.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>An INA219 by its registers, on a shunt of 0.1 Ω.</summary>
internal sealed class Ina219Model() : RegisterChipModel("INA219", 0x40, [new("current", "mA", -3200, 3200), new("bus-voltage", "V", 0, 32)], ChipFault.OtherChip)
{
    private const double ShuntOhm = 0.1;
    private ushort _configuration = 0x399F;
    private ushort _calibration;

    private int Shunt => (int)Math.Round(Value("current", 24) / 1000 * ShuntOhm / 10e-6);

    private int Bus => (int)Math.Round(Value("bus-voltage", 3.3) / 4e-3);

    private int Current => Shunt * _calibration / 4096;

    protected override ushort ReadRegister(byte register) => register switch
    {
        0x00 => (ushort)(Fault == ChipFault.OtherChip ? 0x6127 : _configuration), // an INA260 after power-on
        0x01 => (ushort)Shunt,
        0x02 => (ushort)((Bus << 3) | 2), // converted
        0x03 => (ushort)(Math.Abs(Current) * Bus / 5000),
        0x04 => (ushort)Current,
        0x05 => _calibration,
        _ => 0,
    };

    protected override void WriteRegister(byte register, ushort value)
    {
        if (register == 0x05)
        {
            _calibration = (ushort)(value & 0xFFFE);
        }
        else if (register == 0x00)
        {
            _configuration = (value & 0x8000) != 0 ? (ushort)0x399F : value;
        }
    }

    protected override void PowerUp() => (_configuration, _calibration) = (0x399F, 0);
}
