namespace Harness.Hardware.Gpio;

/// <summary>A GPIO chip with one input line whose level is set here; the package's own GpioController reads it as it reads a real one. Thread-safe.</summary>
/// <remarks>It has levels only; edges with their times are read by <see cref="LinuxGpioEdges"/>.</remarks>
/// <param name="name">The rig's name for the line.</param>
public sealed class GpioLineModel(string name) : GpioDriver
{
    /// <summary>The number of the only line.</summary>
    public const int Line = 0;

    private volatile bool _level;
    private volatile bool _present = true;

    /// <summary>The rig's name for the line.</summary>
    public string Name { get; } = name;

    /// <summary>The level on the line: true is high.</summary>
    public bool Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>False where the chip is gone and reading fails.</summary>
    public bool Present
    {
        get => _present;
        set => _present = value;
    }

    /// <inheritdoc/>
    protected override int PinCount => 1;

    /// <inheritdoc/>
    protected override void OpenPin(int pinNumber) => Check(pinNumber);

    /// <inheritdoc/>
    protected override void ClosePin(int pinNumber)
    {
    }

    /// <inheritdoc/>
    protected override void SetPinMode(int pinNumber, PinMode mode) => Check(pinNumber);

    /// <inheritdoc/>
    protected override PinMode GetPinMode(int pinNumber) => PinMode.Input;

    /// <inheritdoc/>
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode == PinMode.Input;

    /// <inheritdoc/>
    protected override PinValue Read(int pinNumber)
    {
        Check(pinNumber);
        return _level;
    }

    /// <inheritdoc/>
    protected override void Write(int pinNumber, PinValue value) => throw new NotSupportedException("The modelled line is an input: set Level.");

    /// <inheritdoc/>
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw NoEdges();

    /// <inheritdoc/>
    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw NoEdges();

    /// <inheritdoc/>
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw NoEdges();

    private static NotSupportedException NoEdges() => new("The modelled line has levels and no edges.");

    private void Check(int pinNumber)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pinNumber, Line);
        if (!_present)
        {
            throw new HardwareException(HardwareFailure.Vanished, Name, $"{Name}: the model was taken off the bench.", "./harness rig show");
        }
    }
}
