namespace Harness.Hardware;

/// <summary>A digital input that reads what the test sets. Thread-safe.</summary>
public sealed class ModelDigitalInput(string name, bool level = false) : IDigitalInput
{
    private volatile bool _level = level;
    private volatile bool _present = true;
    private volatile bool _disposed;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>The level on the pin: true is high.</summary>
    public bool Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>False: the chip is gone and reading fails.</summary>
    public bool Present
    {
        get => _present;
        set => _present = value;
    }

    /// <inheritdoc/>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _present
            ? _level
            : throw new HardwareException(HardwareFailure.Vanished, Name, $"{Name}: the model was taken off the bench.", "./harness rig show");
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
