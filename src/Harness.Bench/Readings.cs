namespace Harness.Bench;

/// <summary>Sensor readings as the payload that a device publishes: one line of ASCII with units.</summary>
public static class Readings
{
    /// <summary>Takes one reading of the rig's BME280: <c>t=21.53C h=40.12% p=1013.25hPa</c>.</summary>
    public static byte[] Climate(TestBench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var reading = bench.Sensors.Climate().Read();
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"t={reading.Temperature.DegreesCelsius:F2}C h={reading.Humidity.Percent:F2}% p={reading.Pressure.Hectopascals:F2}hPa"));
    }

    /// <summary>
    /// Takes one reading of a sensor of the rig: <c>temperature=21.5°C humidity=40.1% time=2026-03-14T15:09:26.535Z quality=good</c>, in UTF-8. A board that
    /// takes less gets it without the time.
    /// </summary>
    /// <param name="bench">The bench.</param>
    /// <param name="sensor">The sensor's name in the rig, or the chip.</param>
    /// <param name="most">Bytes that the publisher can seal.</param>
    /// <param name="cancellationToken">Ends the wait for the chip.</param>
    /// <exception cref="RigErrorException">The reading has no usable values.</exception>
    public static byte[] Sensor(TestBench bench, string sensor, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        return Payload(bench.Sensors.ReadUsable(sensor, cancellationToken), most);
    }

    /// <summary>Takes one reading of a board's own BME280, as <see cref="Sensor"/> does.</summary>
    /// <exception cref="InconclusiveException">The board's firmware reads no sensor of its own.</exception>
    /// <exception cref="RigErrorException">The reading has no usable values.</exception>
    public static async ValueTask<byte[]> OwnClimateAsync(SerialParty board, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(board);
        return Payload(Usable(await board.ClimateAsync(cancellationToken).ConfigureAwait(false)), board.Capabilities.MaximumPayload);
    }

    /// <summary>Gets a reading that has values.</summary>
    /// <exception cref="RigErrorException">It has none: the sensor broke, which is the rig's.</exception>
    public static SensorReading Usable(SensorReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading.IsUsable
            ? reading
            : throw new RigErrorException($"sensor {reading.Sensor}", "a reading", $"{QualityWords.Of(reading.Quality)}: {reading.Detail}", nextCommand: reading.NextCommand);
    }

    private static byte[] Payload(SensorReading reading, int most)
    {
        var values = string.Join(' ', reading.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Quantity}={v.Value:0.####}{v.Unit}")));
        var full = Encoding.UTF8.GetBytes($"{values} time={reading.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} quality={QualityWords.Of(reading.Quality)}");
        return full.Length <= most ? full : Encoding.UTF8.GetBytes($"{values} quality={QualityWords.Of(reading.Quality)}");
    }

    /// <summary>Takes one reading of a digital input, as <c>input=1</c>: the board's own input, or the rig's where the publisher runs in this process.</summary>
    public static async ValueTask<byte[]> DigitalInputAsync(TestBench bench, string publisher, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var level = bench.Device(publisher).Entry.Kind == DeviceKind.Serial
            ? await (await bench.GetBoardAsync(publisher, cancellationToken).ConfigureAwait(false)).SenseAsync(cancellationToken).ConfigureAwait(false)
            : bench.Sensors.DigitalInput().Read();
        return Encoding.ASCII.GetBytes(level ? "input=1" : "input=0");
    }
}
