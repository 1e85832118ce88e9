using Iot.Device.Adc;

namespace Harness.Hardware.Sensors.Chips;

/// <summary>
/// Microchip MCP3008 (DS21295, sections 5 and 6.1): eight inputs, 10 bits, on SPI. SPI has no acknowledge: a line that stays high is a missing chip or a held
/// line alike, one that stays low is 0 V.
/// </summary>
public sealed class Mcp3008Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("voltage", "V", 0, 5.5)];

    /// <inheritdoc/>
    public override string Name => "mcp3008";

    /// <inheritdoc/>
    public override string Title => "Microchip MCP3008: voltage, 10 bits, eight inputs";

    /// <inheritdoc/>
    public override Type Type => typeof(Mcp3008);

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override IReadOnlyList<BindingSetting> Settings => [new("channel", "a number, 0 to 7", "0"), new("reference_volt", "a number", "3.3")];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Pin, string To)> Wiring =>
    [
        ("VDD, VREF", "3.3 V (pin 1)"), ("AGND, DGND", "GND (pin 6)"), ("CLK", "GPIO11 (pin 23)"), ("DOUT", "GPIO9 (pin 21)"), ("DIN", "GPIO10 (pin 19)"),
        ("CS", "GPIO8 (pin 24)"),
    ];

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Mcp3008Model();

    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var channel = settings.TryGetValue("channel", out var word) ? int.Parse(word, CultureInfo.InvariantCulture) : 0;
        var reference = settings.TryGetValue("reference_volt", out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : 3.3;
        try
        {
            return [new("voltage", ((Mcp3008)driver).Read(channel) / 1024.0 * reference, "V")]; // equation 4-2
        }
        catch (InvalidOperationException e)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, "DOUT stays high where the chip sends a 0: no chip, no supply, or a held line", e);
        }
    }
}

/// <summary>An MCP3008 on SPI; all inputs have the same voltage.</summary>
internal sealed class Mcp3008Model() : ChipModel("MCP3008", [new("voltage", "V", 0, 3.3)])
{
    public override IReadOnlyList<ChipFault> Faults { get; } = [ChipFault.DataHigh];

    public override SpiDevice OpenSpi() => new Line(this);

    protected override void PowerUp()
    {
    }

    private sealed class Line(Mcp3008Model chip) : SpiDevice
    {
        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

        public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

        // Figure 6-1: after the start bit and four more the chip samples, sends a null bit, then ten bits; before it DOUT floats, here high.
        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            readBuffer.Fill(0xFF);
            var start = FirstBit(writeBuffer);
            if (start < 0 || chip.Fault == ChipFault.DataHigh)
            {
                return;
            }

            var code = (int)Math.Clamp(Math.Round(chip.Value("voltage", 1.65) / 3.3 * 1024), 0, 1023);
            for (var bit = -1; bit < 10; bit++)
            {
                var at = start + 7 + bit; // start, single or differential, three of the channel, one of sampling, then the null bit
                if (at < readBuffer.Length * 8 && (bit < 0 || (code & (1 << (9 - bit))) == 0))
                {
                    readBuffer[at / 8] &= (byte)~(0x80 >> (at % 8));
                }
            }
        }

        private static int FirstBit(ReadOnlySpan<byte> bytes)
        {
            for (var at = 0; at < bytes.Length * 8; at++)
            {
                if ((bytes[at / 8] & (0x80 >> (at % 8))) != 0)
                {
                    return at;
                }
            }

            return -1;
        }
    }
}
