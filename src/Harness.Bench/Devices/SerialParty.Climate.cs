namespace Harness.Bench.Devices;

/// <summary>The board's own sensor.</summary>
public sealed partial class SerialParty
{
    /// <summary>Reads the board's own BME280; a fault is the reading's quality.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InconclusiveException">The board's firmware reads no sensor of its own.</exception>
    public async ValueTask<SensorReading> ClimateAsync(CancellationToken cancellationToken)
    {
        var (reply, refusal) = await _board.AskOrRefusedAsync("CLIMATE", ["VERB", "SENSOR"], cancellationToken).ConfigureAwait(false);
        var name = $"BME280 of {Name}";
        if (reply is null)
        {
            return refusal!.Code == "SENSOR"
                ? new(name, [], _time.GetUtcNow(), Quality(refusal.Description), refusal.Description, refusal.NextCommand)
                : throw new InconclusiveException(name, "firmware that reads a sensor of its own (CLIMATE)", "one without", nextCommand: "less rigs/firmware/PROTOCOL.md", inner: refusal);
        }

        double Number(string key) => _board.Long(reply, "CLIMATE", key);
        return new(
            name,
            [
                new("temperature", Number("temperature") / 100 * (Number("below") != 0 ? -1 : 1), "°C"), new("humidity", Number("humidity") / 100, "%"),
                new("pressure", Number("pressure") / 100, "hPa"),
            ],
            _time.GetUtcNow(), ReadingQuality.Good, Number("model") != 0 ? "the firmware models the chip, as its emulator has no I2C bus" : null);
    }

    // The words of rigs/firmware/core/verbs_climate.c.
    private static ReadingQuality Quality(string words) => words switch
    {
        _ when words.Contains("nobody", StringComparison.Ordinal) => ReadingQuality.Gone,
        _ when words.Contains("held", StringComparison.Ordinal) => ReadingQuality.StuckBus,
        _ when words.Contains("another chip", StringComparison.Ordinal) => ReadingQuality.WrongChip,
        _ when words.Contains("blank", StringComparison.Ordinal) => ReadingQuality.Implausible,
        _ => ReadingQuality.TimedOut,
    };
}
