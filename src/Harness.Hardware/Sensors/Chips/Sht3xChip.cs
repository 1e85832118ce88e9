namespace Harness.Hardware.Sensors.Chips;

/// <summary>Sensirion SHT30, SHT31, SHT35 (data sheet version 6, sections 4.3 to 4.12). It has no identity; each word has a checksum.</summary>
public sealed class Sht3xChip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -40, 125), new("humidity", "%", 0, 100)];

    /// <inheritdoc/>
    public override string Name => "sht3x";

    /// <inheritdoc/>
    public override string Title => "Sensirion SHT30, SHT31, SHT35: temperature and humidity";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Sht3x.Sht3x);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x44, 0x45];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Sht3xModel();

    // The status register holds its own checksum, and its reserved bits are 0 (4.12): what answers otherwise is another chip.
    internal override void IdentifyFirst(I2cDevice bus)
    {
        Span<byte> status = stackalloc byte[3];
        bus.Write([0xF3, 0x2D]);
        bus.Read(status);
        CheckWords(status, "status");
        if ((BinaryPrimitives.ReadUInt16BigEndian(status) & 0x53EC) != 0)
        {
            throw new SensorFaultException(ReadingQuality.WrongChip, $"status 0x{Convert.ToHexStringLower(status[..2])} has reserved bits set: another chip");
        }
    }

    // The package drops a reading with a wrong checksum and gives the one before.
    internal override void Check(IReadOnlyList<byte[]> replies)
    {
        foreach (var reply in replies)
        {
            CheckWords(reply, "data");
        }
    }

    internal static byte Crc(ReadOnlySpan<byte> word) => Crc8(word, 0x31, 0xFF);

    private static void CheckWords(ReadOnlySpan<byte> words, string item)
    {
        if (words.IndexOfAnyExcept((byte)0) < 0 || words.IndexOfAnyExcept((byte)0xFF) < 0)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"{item} reads 0x{words[0]:x2} everywhere: is SDA held?");
        }

        for (var at = 0; at + 3 <= words.Length; at += 3)
        {
            if (Crc(words.Slice(at, 2)) != words[at + 2])
            {
                throw new SensorFaultException(
                    ReadingQuality.ChecksumError, $"{item} {Convert.ToHexStringLower(words)}: checksum 0x{words[at + 2]:x2}, computed 0x{Crc(words.Slice(at, 2)):x2}");
            }
        }
    }
}

/// <summary>An SHT3x by its commands.</summary>
internal sealed class Sht3xModel() : I2cChipModel("SHT3x", 0x44, Sht3xChip.Measures, ChipFault.BadChecksum, ChipFault.OtherChip)
{
    private const ushort ReadStatus = 0xF32D;
    private const ushort AfterReset = 0x8010; // alert pending, reset detected (table 17)
    private ushort _status = AfterReset;
    private ushort _command;

    protected override void Write(ReadOnlySpan<byte> bytes)
    {
        _command = bytes.Length > 1 ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : bytes[0];
        _status = _command switch
        {
            0x30A2 => AfterReset,
            0x306D => (ushort)(_status | 0x2000),
            0x3066 => (ushort)(_status & ~0x2000),
            _ => _status,
        };
    }

    protected override void Read(Span<byte> bytes)
    {
        Span<byte> words = stackalloc byte[6];
        if (_command == ReadStatus)
        {
            Put(words, Fault == ChipFault.OtherChip ? (ushort)0xFFF0 : _status);
        }
        else
        {
            // Table 8: a hold or no-hold command of any repeatability measures both; raw by 4.13.
            Put(words, (ushort)Math.Round((Value("temperature", 21.5) + 45) / 175 * 65535));
            Put(words[3..], (ushort)Math.Round(Value("humidity", 40) / 100 * 65535));
        }

        if (Fault == ChipFault.BadChecksum && _command != ReadStatus)
        {
            words[2] ^= 0x01;
        }

        words[..Math.Min(bytes.Length, 6)].CopyTo(bytes);
    }

    protected override void PowerUp() => (_status, _command) = (AfterReset, 0);

    private static void Put(Span<byte> to, ushort word)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, word);
        to[2] = Sht3xChip.Crc(to[..2]);
    }
}
