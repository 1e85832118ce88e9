using Iot.Device.OneWire;

namespace Harness.Hardware.Sensors.Chips;

/// <summary>
/// Maxim DS18B20 (data sheet 19-7487) by the kernel's 1-wire driver, which gives the scratchpad as a line of hex, checks its checksum and gives the
/// temperature in thousandths of a degree (Documentation/w1/slaves/w1_therm.rst).
/// </summary>
public sealed class Ds18b20Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -55, 125)];

    /// <inheritdoc/>
    public override string Name => "ds18b20";

    /// <inheritdoc/>
    public override string Title => "Maxim DS18B20: temperature, on 1-wire";

    /// <inheritdoc/>
    public override Type Type => typeof(OneWireThermometerDevice);

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Pin, string To)> Wiring =>
        [("VDD", "3.3 V (pin 1)"), ("GND", "GND (pin 6)"), ("DQ", "GPIO4 (pin 7), and 4.7 kΩ to 3.3 V; dtoverlay=w1-gpio in /boot/firmware/config.txt")];

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Ds18b20Model();

    // The package says only that it cannot read; the kernel's line tells why.
    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var device = (OneWireThermometerDevice)driver;
        if (!device.DeviceId.StartsWith("28-", StringComparison.Ordinal))
        {
            throw new SensorFaultException(ReadingQuality.WrongChip, $"family {device.DeviceId.Split('-')[0]} in {device.DeviceId}; a DS18B20 has 28");
        }

        var scratchpad = Text(device, "w1_slave");
        if (scratchpad.Length == 0)
        {
            throw WithoutScratchpad(Text(device, "ext_power"));
        }

        if (scratchpad.Contains(" NO", StringComparison.Ordinal))
        {
            throw scratchpad.StartsWith("ff ff ff ff ff ff ff ff ff", StringComparison.Ordinal)
                ? new SensorFaultException(ReadingQuality.Gone, "the scratchpad reads all ones: nobody pulls the line low")
                : new SensorFaultException(ReadingQuality.ChecksumError, $"the kernel finds a wrong checksum: {scratchpad}");
        }

        // The checksum of nothing but zeros is right.
        if (scratchpad.StartsWith("00 00 00 00 00 00 00 00 00", StringComparison.Ordinal))
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, "the scratchpad reads all zeros: the line is held low");
        }

        // 85 °C with this remainder is what the scratchpad holds after power-on: the conversion never ran.
        if (scratchpad.StartsWith("50 05", StringComparison.Ordinal) && scratchpad.Split(' ') is [_, _, _, _, _, _, "0c", ..])
        {
            throw new SensorFaultException(ReadingQuality.Implausible, "the scratchpad holds its value after power-on, 85 °C: the conversion did not run; is the supply too weak?");
        }

        return [new("temperature", device.ReadTemperature().DegreesCelsius, "°C")];
    }

    // From Linux 5.8 on the file is empty where nobody answers, and where the checksum is wrong at each of the kernel's tries. The question for the kind of supply
    // has no checksum: an error number in its answer says that nobody is there.
    private static SensorFaultException WithoutScratchpad(string supply) => supply is "0" or "1"
        ? new(ReadingQuality.ChecksumError, "the device answers, and the kernel gives no scratchpad of it: its checksum was wrong each time")
        : new(ReadingQuality.Gone, "nobody answers the bus");

    private static string Text(OneWireThermometerDevice device, string file)
    {
        var path = Path.Combine("/sys/bus/w1/devices", device.BusId, device.DeviceId, file);
        return file != "w1_slave" && !File.Exists(path) ? "" : File.ReadLines(path).FirstOrDefault() ?? "";
    }
}

/// <summary>A DS18B20 as the kernel shows it: a folder of the bus, below it one of the device with its file <c>w1_slave</c>.</summary>
internal sealed class Ds18b20Model() : ChipModel("DS18B20", Ds18b20Chip.Measures), IDisposable
{
    private const string Device = "28-000005e2fdc3";
    private string? _bus; // made for the first reader: models are also made to be asked for their faults

    /// <summary>True where there is a folder.</summary>
    internal bool HasFolder => _bus is not null;

    public override IReadOnlyList<ChipFault> Faults { get; } = [ChipFault.Gone, ChipFault.DataLow, ChipFault.BadChecksum, ChipFault.NotReady];

    // The package joins bus and device below the kernel's folder; an absolute path takes its place.
    public override (string Bus, string Device) OneWire()
    {
        if (_bus is null)
        {
            _bus = Directory.CreateTempSubdirectory("harness-w1-").FullName;
            Changed();
        }

        return (_bus, Device);
    }

    public void Dispose()
    {
        if (_bus is not { } bus)
        {
            return;
        }

        _bus = null;
        try
        {
            Directory.Delete(bus, recursive: true);
        }
        catch (IOException)
        {
            // Left to the system, which clears its folder of temporary files.
        }
    }

    protected override void PowerUp()
    {
    }

    protected override void Changed()
    {
        if (_bus is null)
        {
            return;
        }

        var folder = Path.Combine(_bus, Device);
        if (Fault == ChipFault.Gone)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return;
        }

        Directory.CreateDirectory(folder);
        Span<byte> scratchpad = stackalloc byte[9];
        var raw = Fault == ChipFault.NotReady ? 0x0550 : (int)Math.Round(Value("temperature", 21.5) * 16);
        ReadOnlySpan<byte> fresh = [(byte)raw, (byte)(raw >> 8), 0x4B, 0x46, 0x7F, 0xFF, (byte)(Fault == ChipFault.NotReady ? 0x0C : 0x10 - (raw & 0x0F)), 0x10];
        if (Fault != ChipFault.DataLow)
        {
            fresh.CopyTo(scratchpad);
            scratchpad[8] = (byte)(Crc(fresh) ^ (Fault == ChipFault.BadChecksum ? 1 : 0));
        }

        var bytes = string.Join(' ', scratchpad.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        File.WriteAllText(
            Path.Combine(folder, "w1_slave"),
            $"{bytes} : crc={Crc(scratchpad[..8]):x2} {(Crc(scratchpad[..8]) == scratchpad[8] ? "YES" : "NO")}\n{bytes} t={(int)Math.Round((short)(scratchpad[0] | (scratchpad[1] << 8)) * 62.5)}\n");
    }

    // The 1-wire CRC: x^8 + x^5 + x^4 + 1, least significant bit first.
    private static byte Crc(ReadOnlySpan<byte> data)
    {
        byte crc = 0;
        foreach (var value in data)
        {
            var rest = value;
            for (var bit = 0; bit < 8; bit++, rest >>= 1)
            {
                crc = (byte)(((crc ^ rest) & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1);
            }
        }

        return crc;
    }
}
