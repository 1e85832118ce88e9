namespace Harness.Hardware.Sensors;

/// <summary>A sensor of any kind. Not thread-safe; the owner disposes.</summary>
public interface ISensor : IDisposable
{
    /// <summary>Reads all quantities once.</summary>
    /// <returns>The values with their quality: a fault of chip or bus is no exception here, so that one can be told from another.</returns>
    /// <exception cref="HardwareException">The bus cannot be opened at all: no such node, no permission, held by another.</exception>
    SensorReading Read(CancellationToken cancellationToken = default);
}

/// <summary>A model behind a sensor: a test sets what it senses, and the faults that a bench has.</summary>
public interface ISensorModel
{
    /// <summary>The quantities that can be set, with unit and range.</summary>
    IReadOnlyList<SensorRange> Senses { get; }

    /// <summary>The faults that this model can have.</summary>
    IReadOnlyList<ChipFault> Faults { get; }

    /// <summary>The fault in force.</summary>
    ChipFault Fault { get; set; }

    /// <summary>Sets what the model senses.</summary>
    /// <param name="quantity">The quantity, one of <see cref="Senses"/>.</param>
    /// <param name="value">The value, in the unit of <see cref="Senses"/>.</param>
    /// <exception cref="ArgumentException">The model does not sense it, or not this much.</exception>
    void Set(string quantity, double value);
}

/// <summary>The range of a quantity that a chip measures.</summary>
/// <param name="Quantity">The quantity: <c>temperature</c>.</param>
/// <param name="Unit">The unit's symbol.</param>
/// <param name="Least">The least value of the data sheet.</param>
/// <param name="Most">The greatest value of the data sheet.</param>
public sealed record SensorRange(string Quantity, string Unit, double Least, double Most);

/// <summary>A fault of a modelled chip or of its bus.</summary>
public enum ChipFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The chip is off the bus; when it is back it has lost its settings.</summary>
    Gone,

    /// <summary>The clock line is held low: no transfer ends.</summary>
    ClockHeld,

    /// <summary>The data line is held low: every address is acknowledged, every bit reads 0.</summary>
    DataLow,

    /// <summary>The data line is held high where the bus has no acknowledge (SPI): every bit reads 1.</summary>
    DataHigh,

    /// <summary>Another chip answers.</summary>
    OtherChip,

    /// <summary>The data's checksum is wrong.</summary>
    BadChecksum,

    /// <summary>The chip has no result yet and says so by a value that is no number.</summary>
    NotReady,
}

/// <summary>A fault that a chip or its bus shows in a reading.</summary>
internal sealed class SensorFaultException(ReadingQuality quality, string message, Exception? inner = null) : Exception(message, inner)
{
    public ReadingQuality Quality { get; } = quality;
}
