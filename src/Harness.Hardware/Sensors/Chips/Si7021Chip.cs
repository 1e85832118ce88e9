namespace Harness.Hardware.Sensors.Chips;

/// <summary>Silicon Labs Si7021 (data sheet 1.2, section 5).</summary>
public sealed class Si7021Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -40, 125), new("humidity", "%", 0, 100)];

    /// <inheritdoc/>
    public override string Name => "si7021";

    /// <inheritdoc/>
    public override string Title => "Silicon Labs Si7021: temperature and humidity";

    /// <inheritdoc/>
    public override Type Type => typeof(Iot.Device.Si7021.Si7021);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x40];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Si7021Model();

    // The second half of the serial number begins with the part (5.6); each pair of bytes is followed by a checksum.
    internal override void IdentifyFirst(I2cDevice bus)
    {
        Span<byte> serial = stackalloc byte[6];
        bus.WriteRead([0xFC, 0xC9], serial);
        if (serial.IndexOfAnyExcept((byte)0) < 0 || serial.IndexOfAnyExcept((byte)0xFF) < 0)
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"the serial number reads 0x{serial[0]:x2} everywhere: is SDA held?");
        }

        if (Crc(serial[..2]) != serial[2])
        {
            throw new SensorFaultException(ReadingQuality.ChecksumError, $"serial number {Convert.ToHexStringLower(serial)}: checksum 0x{serial[2]:x2}, computed 0x{Crc(serial[..2]):x2}");
        }

        Expect(serial[0], 0x15, "part in the serial number", 8);
    }

    // The package reads two bytes and leaves the checksum; a humidity of -6 to 118 % is cut to 0 to 100 as section 5.1.1 says.
    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var chip = (Iot.Device.Si7021.Si7021)driver;
        return [new("temperature", chip.Temperature.DegreesCelsius, "°C"), new("humidity", Math.Clamp(chip.Humidity.Percent, 0, 100), "%")];
    }

    internal static byte Crc(ReadOnlySpan<byte> bytes) => Crc8(bytes, 0x31, 0x00);
}

/// <summary>An Si7021 by its commands.</summary>
internal sealed class Si7021Model() : I2cChipModel("Si7021", 0x40, Si7021Chip.Measures, ChipFault.OtherChip, ChipFault.BadChecksum)
{
    private byte _user = 0x3A;
    private byte _command;

    protected override void Write(ReadOnlySpan<byte> bytes)
    {
        _command = bytes[0];
        switch (_command)
        {
            case 0xE6 when bytes.Length > 1:
                _user = (byte)((bytes[1] & 0x85) | 0x3A & ~0x85);
                break;
            case 0xFE:
                PowerUp();
                break;
        }
    }

    protected override void Read(Span<byte> bytes)
    {
        Span<byte> answer = stackalloc byte[6];
        switch (_command)
        {
            case 0xE7:
                answer[0] = _user;
                break;
            case 0xFC:
                answer[0] = (byte)(Fault == ChipFault.OtherChip ? 0x32 : 0x15); // an HTU21D answers 0x32
                answer[1] = 0xFF;
                answer[2] = (byte)(Si7021Chip.Crc(answer[..2]) ^ (Fault == ChipFault.BadChecksum ? 1 : 0));
                answer[3] = answer[4] = 0xFF;
                answer[5] = Si7021Chip.Crc(answer[..5]);
                break;
            case 0x84:
                answer[0] = 0x20; // firmware 2.0
                break;
            case 0xE3 or 0xF3 or 0xE0:
                Put(answer, (Value("temperature", 21.5) + 46.85) / 175.72 * 65536);
                break;
            case 0xE5 or 0xF5:
                Put(answer, (Value("humidity", 40) + 6) / 125 * 65536);
                break;
        }

        answer[..Math.Min(bytes.Length, 6)].CopyTo(bytes);
    }

    protected override void PowerUp() => (_user, _command) = (0x3A, 0);

    // Status bits below the 14 of the result: 00 temperature, 10 humidity.
    private void Put(Span<byte> to, double raw)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)(((int)Math.Round(raw) & 0xFFFC) | (_command is 0xE5 or 0xF5 ? 2 : 0)));
        to[2] = Si7021Chip.Crc(to[..2]);
    }
}
