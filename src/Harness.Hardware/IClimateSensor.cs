namespace Harness.Hardware;

/// <summary>A sensor of temperature, humidity and pressure. Not thread-safe; the owner disposes. Every driver passes the same contract tests.</summary>
public interface IClimateSensor : IDisposable
{
    /// <summary>Measures once and waits for the result.</summary>
    /// <exception cref="HardwareException">The chip is gone, does not finish, or gives values outside its range.</exception>
    ClimateReading Read(CancellationToken cancellationToken = default);

    /// <summary>Measures like <see cref="Read"/>, for a caller that can go on without a reading.</summary>
    /// <returns>False, and no reading, where <see cref="Read"/> would throw <see cref="HardwareException"/>.</returns>
    bool TryRead(out ClimateReading reading, CancellationToken cancellationToken = default)
    {
        try
        {
            reading = Read(cancellationToken);
            return true;
        }
        catch (HardwareException)
        {
            reading = default;
            return false;
        }
    }
}
