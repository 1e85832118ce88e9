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

    /// <summary>No device on the bus answers at this address.</summary>
    NoAcknowledge,

    /// <summary>The device was there and is gone.</summary>
    Vanished,

    /// <summary>The node is of another kind or lacks the function that is needed.</summary>
    Configuration,

    /// <summary>A chip answers, but another one than expected.</summary>
    WrongChip,

    /// <summary>The chip answers with impossible values.</summary>
    Implausible,

    /// <summary>The chip does not finish in the time of its data sheet.</summary>
    TimedOut,

    /// <summary>A line of the bus is held: no transfer ends, or another master seems to talk.</summary>
    BusStuck,
}

/// <summary>A bus, sensor or digital line cannot be opened or failed; the message says which, why, and the next command to type.</summary>
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
