namespace Harness.Hardware.Sensors.Chips;

/// <summary>ROHM BH1750FVI (data sheet 2011.11). It has neither identity nor registers to read: a data line held low reads as darkness.</summary>
public sealed class Bh1750Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("illuminance", "lx", 0, 54612.5)];

    /// <inheritdoc/>
    public override string Name => "bh1750";

    /// <inheritdoc/>
    public override string Title => "ROHM BH1750FVI: illuminance";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Bh1750fvi.Bh1750fvi);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x23, 0x5C];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Bh1750Model();

    internal override void Check(IReadOnlyList<byte[]> replies)
    {
        if (replies.Count > 0 && replies.All(r => r.All(b => b == 0xFF)))
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, "the result reads all ones: is SDA held, or the light beyond the range?");
        }
    }
}

/// <summary>A BH1750 by its commands.</summary>
internal sealed class Bh1750Model() : I2cChipModel("BH1750", 0x23, Bh1750Chip.Measures)
{
    private const int DefaultTime = 69;
    private bool _isOn;
    private byte _mode;
    private int _time = DefaultTime;

    // A held data line reads as darkness, which this chip cannot tell apart: no such fault here.
    public override IReadOnlyList<ChipFault> Faults { get; } = [ChipFault.Gone, ChipFault.ClockHeld];

    protected override void Write(ReadOnlySpan<byte> bytes)
    {
        foreach (var command in bytes)
        {
            switch (command)
            {
                case 0x00:
                    _isOn = false;
                    break;
                case 0x01:
                    _isOn = true;
                    break;
                case >= 0x10 and <= 0x13 or >= 0x20 and <= 0x23:
                    (_isOn, _mode) = (true, command);
                    break;
                case >= 0x40 and <= 0x47:
                    _time = (_time & 0x1F) | ((command & 0x07) << 5);
                    break;
                case >= 0x60 and <= 0x7F:
                    _time = (_time & 0xE0) | (command & 0x1F);
                    break;
            }
        }
    }

    protected override void Read(Span<byte> bytes)
    {
        var counts = Value("illuminance", 320) * 1.2 * _time / DefaultTime * ((_mode & 0x03) == 1 ? 2 : 1);
        Span<byte> result = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(result, _isOn && _mode != 0 ? (ushort)Math.Clamp(Math.Round(counts), 0, ushort.MaxValue) : (ushort)0);
        result[..Math.Min(bytes.Length, 2)].CopyTo(bytes);
    }

    protected override void PowerUp() => (_isOn, _mode, _time) = (false, 0, DefaultTime);
}
