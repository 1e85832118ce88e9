namespace Harness.Bench;

/// <summary>A climate sensor, perhaps of a lab's own, read as a sensor with quantities and quality. It owns nothing.</summary>
internal sealed class ClimateAsSensor(string name, Func<IClimateSensor> sensor, TimeProvider time) : ISensor
{
    public SensorReading Read(CancellationToken cancellationToken = default)
    {
        try
        {
            var reading = sensor().Read(cancellationToken);
            SensorValue[] values =
            [
                new("temperature", reading.Temperature.DegreesCelsius, "°C"), new("humidity", reading.Humidity.Percent, "%"),
                new("pressure", reading.Pressure.Hectopascals, "hPa"),
            ];
            return values.All(v => double.IsFinite(v.Value))
                ? new(name, values, time.GetUtcNow(), ReadingQuality.Good)
                : new(name, [], time.GetUtcNow(), ReadingQuality.NotANumber, "a quantity is no number");
        }
        catch (HardwareException e) when (Quality(e.Failure) is not null)
        {
            return Fault(e);
        }
        catch (RigErrorException e) when (e.InnerException is HardwareException failure && Quality(failure.Failure) is not null)
        {
            return Fault((HardwareException)e.InnerException); // at its opening
        }
    }

    public void Dispose()
    {
    }

    private SensorReading Fault(HardwareException e) => new(name, [], time.GetUtcNow(), Quality(e.Failure)!.Value, e.Message.TrimEnd('.'), e.NextCommand);

    private static ReadingQuality? Quality(HardwareFailure failure) => failure switch
    {
        HardwareFailure.NoAcknowledge or HardwareFailure.Vanished or HardwareFailure.Missing => ReadingQuality.Gone,
        HardwareFailure.BusStuck => ReadingQuality.StuckBus,
        HardwareFailure.WrongChip => ReadingQuality.WrongChip,
        HardwareFailure.Implausible => ReadingQuality.Implausible,
        HardwareFailure.TimedOut => ReadingQuality.TimedOut,
        _ => null,
    };
}
