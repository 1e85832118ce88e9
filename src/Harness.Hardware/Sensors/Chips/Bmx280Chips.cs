namespace Harness.Hardware.Sensors.Chips;

/// <summary>
/// Bosch BME280 (BST-BME280-DS002), by the package's own Read, which waits a fixed time. A rig's <c>kind: bme280</c> waits for the chip's own status
/// (<see cref="Bme280Sensor"/>).
/// </summary>
public sealed class Bme280Chip : SensorChip
{
    internal static readonly SensorRange[] Measures = [new("temperature", "°C", -40, 85), new("humidity", "%", 0, 100), new("pressure", "hPa", 300, 1100)];

    /// <inheritdoc/>
    public override string Name => "bme280";

    /// <inheritdoc/>
    public override string Title => "Bosch BME280: temperature, humidity and pressure of the air";

    /// <inheritdoc/>
    public override Type Type => typeof(Bme280);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x76, 0x77];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => Measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Bmx280Model("BME280", Measures, Bme280Registers.ChipId, time);

    internal override void IdentifyFirst(I2cDevice bus) => Bmx280Identity.Check(bus, Bme280Registers.ChipId);

    internal override void Prepare(object driver, IReadOnlyDictionary<string, string> settings) => Bme280SignRepair.Apply((Bme280)driver);

    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var result = ((Bme280)driver).Read();
        return
        [
            new("temperature", result.Temperature?.DegreesCelsius ?? double.NaN, "°C"), new("humidity", result.Humidity?.Percent ?? double.NaN, "%"),
            new("pressure", result.Pressure?.Hectopascals ?? double.NaN, "hPa"),
        ];
    }
}

/// <summary>Bosch BMP280 (BST-BMP280-DS001): a BME280 without humidity.</summary>
public sealed class Bmp280Chip : SensorChip
{
    private const byte ChipId = 0x58;
    private static readonly SensorRange[] _s_measures = [new("temperature", "°C", -40, 85), new("pressure", "hPa", 300, 1100)];

    /// <inheritdoc/>
    public override string Name => "bmp280";

    /// <inheritdoc/>
    public override string Title => "Bosch BMP280: temperature and pressure of the air";

    /// <inheritdoc/>
    public override Type Type => typeof(Bmp280);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Addresses => [0x76, 0x77];

    /// <inheritdoc/>
    public override IReadOnlyList<SensorRange> Ranges => _s_measures;

    /// <inheritdoc/>
    public override ISensorModel CreateModel(TimeProvider time) => new Bmx280Model("BMP280", _s_measures, ChipId, time);

    internal override void IdentifyFirst(I2cDevice bus) => Bmx280Identity.Check(bus, ChipId);

    internal override IReadOnlyList<SensorValue>? Read(object driver, IReadOnlyDictionary<string, string> settings)
    {
        var result = ((Bmp280)driver).Read();
        return [new("temperature", result.Temperature?.DegreesCelsius ?? double.NaN, "°C"), new("pressure", result.Pressure?.Hectopascals ?? double.NaN, "hPa")];
    }
}

/// <summary>The identity of Bosch's air sensors.</summary>
internal static class Bmx280Identity
{
    public static void Check(I2cDevice bus, byte expected)
    {
        Span<byte> id = stackalloc byte[1];
        bus.WriteRead([Bme280Registers.Id], id);
        SensorChip.Expect(id[0], expected, "chip id", 8);
    }
}

/// <summary>The register model of a BME280 as a chip on a bus that can have faults; as a BMP280 it has another id and no humidity.</summary>
internal sealed class Bmx280Model(string name, IReadOnlyList<SensorRange> senses, byte chipId, TimeProvider time)
    : I2cChipModel(name, Bme280Sensor.DefaultAddress, senses, ChipFault.OtherChip)
{
    private Bme280RegisterModel _registers = new(time: time) { ChipId = chipId };

    protected override void Write(ReadOnlySpan<byte> bytes)
    {
        Follow();
        _registers.Write(bytes);
    }

    protected override void Read(Span<byte> bytes)
    {
        Follow();
        _registers.Read(bytes);
    }

    protected override void PowerUp() => _registers = new(time: time) { ChipId = chipId };

    private void Follow()
    {
        _registers.ChipId = Fault == ChipFault.OtherChip ? (byte)0x61 : chipId; // a BME680
        _registers.Celsius = Value("temperature", 21.5);
        _registers.PercentHumidity = Value("humidity", 40);
        _registers.Hectopascal = Value("pressure", 1013.25);
    }
}
