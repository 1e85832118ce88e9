namespace Harness.Hardware.Sensors.Chips;

/// <summary>LM75 and its many successors (NXP LM75B, section 7). It has no identity: the two limits tell a held bus from 0 degrees.</summary>
public sealed class Lm75Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -55, 125)];

    /// <inheritdoc/>
    public override string Name => "lm75";

    /// <inheritdoc/>
    public override string Title => "LM75 and compatible: temperature";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Lm75.Lm75);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Lm75Model();

    internal override void IdentifyFirst(I2cDevice bus)
    {
        var (hysteresis, limit) = (Register16(bus, 0x02), Register16(bus, 0x03));
        if (hysteresis == limit && limit is 0 or 0xFFFF)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"both limits read 0x{limit:x4}; expected two that differ: is SDA held?");
        }

        // Nine to twelve bits, the rest is 0 in every one of the family.
        if ((hysteresis & 0x000F) != 0 || (limit & 0x000F) != 0)
        {
            throw new SensorFaultException(ReadingQuality.WrongChip, $"the limits are 0x{hysteresis:x4} and 0x{limit:x4}, whose low bits an LM75 does not have: another chip");
        }
    }
}

/// <summary>An LM75B by its registers.</summary>
internal sealed class Lm75Model() : RegisterChipModel("LM75", 0x48, Lm75Chip.Measures, ChipFault.OtherChip)
{
    private byte _configuration;
    private ushort _hysteresis = 0x4B00; // 75 °C
    private ushort _limit = 0x5000;      // 80 °C

    protected override bool Is8Bits(byte register) => register == 0x01;

    protected override ushort ReadRegister(byte register) => register switch
    {
        0x00 => (ushort)((int)Math.Round(Value("temperature", 21.5) * 8) << 5),
        0x01 => _configuration,
        0x02 => (ushort)(Fault == ChipFault.OtherChip ? 0x1A2B : _hysteresis),
        0x03 => _limit,
        _ => 0xFFFF,
    };

    protected override void WriteRegister(byte register, ushort value)
    {
        switch (register)
        {
            case 0x01:
                _configuration = (byte)value;
                break;
            case 0x02:
                _hysteresis = (ushort)(value & 0xFF80);
                break;
            case 0x03:
                _limit = (ushort)(value & 0xFF80);
                break;
        }
    }

    protected override void PowerUp() => (_configuration, _hysteresis, _limit) = (0, 0x4B00, 0x5000);
}
