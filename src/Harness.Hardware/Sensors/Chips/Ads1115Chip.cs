namespace Harness.Hardware.Sensors.Chips;

/// <summary>Texas Instruments ADS1115 (SBAS444, section 9.6). It has no identity; the package sets its two thresholds, which are then known.</summary>
public sealed class Ads1115Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("voltage", "V", -6.144, 6.144)];

    /// <inheritdoc/>
    public override string Name => "ads1115";

    /// <inheritdoc/>
    public override string Title => "Texas Instruments ADS1115: voltage, 16 bits, four inputs";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Ads1115.Ads1115);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x48, 0x49, 0x4A, 0x4B];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Ads1115Model();

    // The package waits for the end of a conversion without a limit: a bus that is held must be seen before.
    internal override void IdentifyFirst(I2cDevice bus)
    {
        var (low, high) = (Register16(bus, 0x02), Register16(bus, 0x03));
        if (low == high && low is 0 or 0xFFFF)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"both thresholds read 0x{low:x4}; expected two that differ: is SDA held?");
        }

        if (low != 0x8000 || (high & 0x7FFF) != 0x7FFF)
        {
            throw new SensorFaultException(ReadingQuality.WrongChip, $"the thresholds are 0x{low:x4} and 0x{high:x4}; expected 0x8000 and 0x7fff: another chip");
        }
    }
}

/// <summary>An ADS1115 by its registers; a conversion takes no time.</summary>
internal sealed class Ads1115Model() : RegisterChipModel("ADS1115", 0x48, Ads1115Chip.Measures, ChipFault.OtherChip)
{
    private static readonly double[] _s_fullScale = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
    private ushort _configuration = 0x8583;
    private ushort _low = 0x8000;
    private ushort _high = 0x7FFF;

    protected override ushort ReadRegister(byte register) => register switch
    {
        0x00 => (ushort)(short)Math.Clamp(Math.Round(Value("voltage", 1.65) / _s_fullScale[(_configuration >> 9) & 7] * 32768), short.MinValue, short.MaxValue),
        0x01 => (ushort)(_configuration | 0x8000), // not converting
        0x02 => (ushort)(Fault == ChipFault.OtherChip ? 0x4B00 : _low),
        0x03 => _high,
        _ => 0,
    };

    protected override void WriteRegister(byte register, ushort value)
    {
        switch (register)
        {
            case 0x01:
                _configuration = value;
                break;
            case 0x02:
                _low = value;
                break;
            case 0x03:
                _high = value;
                break;
        }
    }

    protected override void PowerUp() => (_configuration, _low, _high) = (0x8583, 0x8000, 0x7FFF);
}
