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
