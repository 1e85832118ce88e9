namespace Harness.Hardware;

/// <summary>A sensor of temperature, humidity and pressure. Not thread-safe; the owner disposes. Every driver keeps the same contract suite.</summary>
public interface IClimateSensor : IDisposable
{
    /// <summary>Measures once and waits for it.</summary>
    /// <exception cref="HardwareException">The chip is gone, does not finish, or gives values outside its range.</exception>
    Bme280Reading Read(CancellationToken cancellationToken = default);
}
