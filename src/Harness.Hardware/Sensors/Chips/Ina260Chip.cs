namespace Harness.Hardware.Sensors.Chips;

/// <summary>Texas Instruments INA260, by the harness's own driver.</summary>
public sealed class Ina260Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("current", "mA", -15000, 15000), new("bus-voltage", "V", 0, 36), new("power", "mW", 0, 540000)];

    /// <inheritdoc/>
    public override string Name => "ina260";

    /// <inheritdoc/>
    public override string Title => "Texas Instruments INA260: current, voltage and power of a supply";

    /// <inheritdoc/>
    public override Type Type => typeof(Ina260);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x40, 0x41, 0x44, 0x45];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Pin, string To)> Wiring =>
        [.. base.Wiring, ("VIN+", "supply"), ("VIN-", "supply pin of the board whose current is measured")];

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Ina260Model();

    internal override void IdentifyFirst(I2cDevice bus)
    {
        Expect(Register16(bus, 0xFE), 0x5449, "manufacturer id");
        Expect(Register16(bus, 0xFF) & 0xFFF0, 0x2270, "die id"); // the low bits are the revision
    }
}

/// <summary>An INA260 by its registers.</summary>
internal sealed class Ina260Model() : RegisterChipModel("INA260", 0x40, [new("current", "mA", -15000, 15000), new("bus-voltage", "V", 0, 36)], ChipFault.OtherChip)
{
    private ushort _configuration = 0x6127;

    private int Current => (int)Math.Round(Value("current", 24) / 1.25);

    private int Bus => (int)Math.Round(Value("bus-voltage", 3.3) / 1.25e-3);

    protected override ushort ReadRegister(byte register) => register switch
    {
        0x00 => _configuration,
        0x01 => (ushort)(short)Current,
        0x02 => (ushort)Bus,
        0x03 => (ushort)Math.Round(Math.Abs(Current * 1.25) * Bus * 1.25e-3 / 10),
        0xFE => 0x5449,
        0xFF => (ushort)(Fault == ChipFault.OtherChip ? 0x2260 : 0x2270), // an INA226
        _ => 0,
    };

    protected override void WriteRegister(byte register, ushort value)
    {
        if (register == 0x00)
        {
            _configuration = (value & 0x8000) != 0 ? (ushort)0x6127 : value;
        }
    }

    protected override void PowerUp() => _configuration = 0x6127;
}
