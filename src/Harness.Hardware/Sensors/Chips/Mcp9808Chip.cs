namespace Harness.Hardware.Sensors.Chips;

/// <summary>Microchip MCP9808 (DS25095, section 5).</summary>
public sealed class Mcp9808Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -40, 125)];

    /// <inheritdoc/>
    public override string Name => "mcp9808";

    /// <inheritdoc/>
    public override string Title => "Microchip MCP9808: temperature";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Mcp9808.Mcp9808);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Mcp9808Model();

    internal override void IdentifyFirst(I2cDevice bus)
    {
        Expect(Register16(bus, Mcp9808Model.Manufacturer), 0x0054, "manufacturer id");
        Expect(Register16(bus, Mcp9808Model.Device) & 0xFF00, 0x0400, "device id"); // the low byte is the revision
    }
}

/// <summary>An MCP9808 by its registers.</summary>
internal sealed class Mcp9808Model() : RegisterChipModel("MCP9808", 0x18, Mcp9808Chip.Measures, ChipFault.OtherChip, ChipFault.NotReady)
{
    public const byte Manufacturer = 0x06;
    public const byte Device = 0x07;
    private const byte Resolution = 0x08;
    private readonly ushort[] _registers = new ushort[9];

    protected override bool Is8Bits(byte register) => register == Resolution;

    protected override ushort ReadRegister(byte register) => register switch
    {
        0x05 when Fault == ChipFault.NotReady => 0xFFFF,
        0x05 => (ushort)((int)Math.Round(Value("temperature", 21.5) * 16) & 0x1FFF),
        Manufacturer => 0x0054,
        Device => (ushort)(Fault == ChipFault.OtherChip ? 0x0100 : 0x0400),
        Resolution => (ushort)(_registers[Resolution] ^ 0x03), // the highest after power-on
        < 0x05 => _registers[register],
        _ => 0,
    };

    protected override void WriteRegister(byte register, ushort value)
    {
        if (register is > 0 and < 0x05)
        {
            _registers[register] = value;
        }
        else if (register == Resolution)
        {
            _registers[Resolution] = (ushort)((value & 0x03) ^ 0x03);
        }
    }

    protected override void PowerUp() => Array.Clear(_registers);
}
