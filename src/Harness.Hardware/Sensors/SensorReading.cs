namespace Harness.Hardware.Sensors;

/// <summary>The quality of one reading. Only <see cref="Good"/> and <see cref="Returned"/> have values to judge.</summary>
public enum ReadingQuality
{
    /// <summary>The chip answered, and the values are within its range.</summary>
    Good,

    /// <summary>A good reading of a chip that was away: it was set up anew, and what it had counted or averaged is lost.</summary>
    Returned,

    /// <summary>The chip or its driver gave no number.</summary>
    NotANumber,

    /// <summary>A number outside the range of the data sheet, or one that the chip holds after a reset.</summary>
    Implausible,

    /// <summary>The checksum does not fit the data.</summary>
    ChecksumError,

    /// <summary>Another chip answers at this address.</summary>
    WrongChip,

    /// <summary>A line of the bus is held low or high: every bit reads alike, or no transfer ends.</summary>
    StuckBus,

    /// <summary>Nobody answers.</summary>
    Gone,

    /// <summary>The chip answers, but does not finish in the time of its data sheet.</summary>
    TimedOut,

    /// <summary>The package's driver refuses, for a reason of its own.</summary>
    DriverFault,
}

/// <summary>One value of a reading.</summary>
/// <param name="Quantity">The quantity, in lower-case words joined by hyphens: <c>temperature</c>, <c>bus-voltage</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">The unit's symbol: <c>°C</c>; empty for a plain number.</param>
public sealed record SensorValue(string Quantity, double Value, string Unit)
{
    /// <summary>Writes the value for people: <c>temperature 21.5 °C</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Quantity} {Value:0.####}{(Unit.Length == 0 ? "" : " ")}{Unit}");
}

/// <summary>One reading of a sensor: values with units, the time at which the chip was asked, and the quality.</summary>
/// <param name="Sensor">The sensor's name in the rig.</param>
/// <param name="Values">Its values; none where <paramref name="Quality"/> is a fault.</param>
/// <param name="Time">The time at which the reading was complete.</param>
/// <param name="Quality">The quality.</param>
/// <param name="Detail">The fault as a sentence; of a good reading what else is to be known, or null.</param>
/// <param name="NextCommand">The next command to type; null where there is no fault.</param>
public sealed record SensorReading(
    string Sensor, IReadOnlyList<SensorValue> Values, DateTimeOffset Time, ReadingQuality Quality, string? Detail = null, string? NextCommand = null)
{
    /// <summary>True where the values can be judged.</summary>
    public bool IsUsable => Quality is ReadingQuality.Good or ReadingQuality.Returned;

    /// <summary>Writes the reading for people, with its quality where it is not good.</summary>
    public override string ToString() => IsUsable
        ? string.Join(", ", Values) + (Quality == ReadingQuality.Returned ? $" ({QualityWords.Of(Quality)})" : "")
        : $"{QualityWords.Of(Quality)}: {Detail}";
}

/// <summary>The words for qualities in features, records and payloads.</summary>
public static class QualityWords
{
    private static readonly (ReadingQuality Quality, string Word)[] _s_words =
    [
        (ReadingQuality.Good, "good"), (ReadingQuality.Returned, "returned"), (ReadingQuality.NotANumber, "not-a-number"),
        (ReadingQuality.Implausible, "implausible"), (ReadingQuality.ChecksumError, "checksum-error"), (ReadingQuality.WrongChip, "wrong-chip"),
        (ReadingQuality.StuckBus, "stuck-bus"), (ReadingQuality.Gone, "gone"), (ReadingQuality.TimedOut, "timed-out"),
        (ReadingQuality.DriverFault, "driver-fault"),
    ];

    /// <summary>All words, the good ones first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. _s_words.Select(w => w.Word)];

    /// <summary>The word for a quality.</summary>
    public static string Of(ReadingQuality quality) => _s_words.First(w => w.Quality == quality).Word;

    /// <summary>The quality of a word; null for an unknown one.</summary>
    public static ReadingQuality? Parse(string word) => _s_words.FirstOrDefault(w => w.Word == word) is { Word: not null } found ? found.Quality : null;
}
