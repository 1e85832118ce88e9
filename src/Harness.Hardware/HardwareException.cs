namespace Harness.Hardware;

/// <summary>The reason why a bus, a sensor or a line failed.</summary>
public enum HardwareFailure
{
    /// <summary>No such device node or line.</summary>
    Missing,

    /// <summary>The user may not open it.</summary>
    PermissionDenied,

    /// <summary>Another program or a kernel driver holds it.</summary>
    Busy,

    /// <summary>Nobody on the bus answers at this address.</summary>
    NoAcknowledge,

    /// <summary>It was there and is gone.</summary>
    Vanished,

    /// <summary>The node is of another kind or cannot do what is asked.</summary>
    Configuration,

    /// <summary>It answers, but is another chip than expected.</summary>
    WrongChip,

    /// <summary>It answers with values that cannot be true.</summary>
    Implausible,

    /// <summary>It does not finish in the time its data sheet gives.</summary>
    TimedOut,
}

/// <summary>A bus, sensor or digital line that cannot be opened or that failed; says which, why, and the next command to type.</summary>
public sealed class HardwareException(HardwareFailure failure, string device, string message, string nextCommand, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>The reason of the failure.</summary>
    public HardwareFailure Failure { get; } = failure;

    /// <summary>The node, line or sensor.</summary>
    public string Device { get; } = device;

    /// <summary>The next command to type, for example <c>sudo raspi-config nonint do_i2c 0</c>.</summary>
    public string NextCommand { get; } = nextCommand;
}
