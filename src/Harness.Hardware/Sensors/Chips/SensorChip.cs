namespace Harness.Hardware.Sensors.Chips;

/// <summary>
/// A chip that is ready beside its driver in the package: its identity, its range, checks that the package leaves out, its wiring and a model. One
/// file a chip; a public class with a constructor without arguments is found by itself.
/// </summary>
public abstract class SensorChip
{
    private static readonly Lazy<IReadOnlyList<SensorChip>> _s_all = new(() =>
        [.. typeof(SensorChip).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SensorChip)) && !t.IsAbstract).Select(t => (SensorChip)Activator.CreateInstance(t)!).OrderBy(c => c.Name, StringComparer.Ordinal)]);

    /// <summary>All ready chips, by name.</summary>
    public static IReadOnlyList<SensorChip> All => _s_all.Value;

    /// <summary>The name in rig files.</summary>
    public abstract string Name { get; }

    /// <summary>The chip in words: <c>Sensirion SHT30, SHT31, SHT35: temperature and humidity</c>.</summary>
    public abstract string Title { get; }

    /// <summary>The package's class.</summary>
    public abstract Type Type { get; }

    /// <summary>Its I2C addresses, the usual one first; none for a chip on another line.</summary>
    public virtual IReadOnlyList<int> Addresses => [];

    /// <summary>The quantities it reads, with unit and range of the data sheet.</summary>
    public abstract IReadOnlyList<SensorRange> Ranges { get; }

    /// <summary>Settings of the chip beside those of the package's constructor.</summary>
    public virtual IReadOnlyList<Bindings.BindingSetting> Settings => [];

    /// <summary>Its wiring to a Raspberry Pi: pin of the breakout board, and pin of the header.</summary>
    public virtual IReadOnlyList<(string Pin, string To)> Wiring =>
        [("VCC", "3.3 V (pin 1)"), ("GND", "GND (pin 6)"), ("SDA", "GPIO2 (pin 3)"), ("SCL", "GPIO3 (pin 5)")];

    /// <summary>Creates a model of the chip, which its own driver reads.</summary>
    /// <param name="time">The clock of its conversions.</param>
    public abstract ISensorModel CreateModel(TimeProvider time);

    /// <summary>Refuses another chip before the package's driver writes to it. No chip in a family without an identity: then nothing is asked.</summary>
    internal virtual void IdentifyFirst(I2cDevice bus)
    {
    }

    /// <summary>Looks again at each reading, as a chip may be replaced, lose its supply, or the bus may be held.</summary>
    internal virtual void Identify(object driver, I2cDevice? bus)
    {
        if (bus is not null)
        {
            IdentifyFirst(bus);
        }
    }

    /// <summary>Sets up what the package's constructor leaves.</summary>
    internal virtual void Prepare(object driver, IReadOnlyDictionary<string, string> settings)
    {
    }

    /// <summary>Reads the driver; null lets the package's members be read as they are.</summary>
    internal virtual IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings) => null;

    /// <summary>Checks the bytes of the reading: checksums that the package drops without a word.</summary>
    internal virtual void Check(IReadOnlyList<byte[]> replies)
    {
    }

    /// <summary>Reads a register of 16 bits, most significant byte first.</summary>
    internal static int Register16(I2cDevice bus, byte register)
    {
        Span<byte> value = stackalloc byte[2];
        bus.WriteRead([register], value);
        return BinaryPrimitives.ReadUInt16BigEndian(value);
    }

    /// <summary>Refuses an identity that is another chip's, or none at all.</summary>
    internal static void Expect(int seen, int expected, string register, int bits = 16)
    {
        if (seen == expected)
        {
            return;
        }

        var width = bits / 4;
        var none = seen == 0 ? "zeros" : seen == (1 << bits) - 1 ? "ones" : null;
        throw none is null
            ? new SensorFaultException(ReadingQuality.WrongChip, $"{register} is 0x{seen.ToString($"x{width}", null)}; expected 0x{expected.ToString($"x{width}", null)}: another chip")
            : new SensorFaultException(ReadingQuality.StuckBus, $"{register} reads all {none}; expected 0x{expected.ToString($"x{width}", null)}: is SDA held?");
    }

    /// <summary>A CRC of 8 bits, most significant bit first.</summary>
    internal static byte Crc8(ReadOnlySpan<byte> data, byte polynomial, byte start)
    {
        var crc = start;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (byte)((crc & 0x80) != 0 ? (crc << 1) ^ polynomial : crc << 1);
            }
        }

        return crc;
    }
}
