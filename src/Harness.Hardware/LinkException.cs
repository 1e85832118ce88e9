namespace Harness.Hardware;

/// <summary>The cause of a link's failure.</summary>
public enum LinkFailure
{
    /// <summary>No such device node or socket.</summary>
    Missing,

    /// <summary>The user may not open it.</summary>
    PermissionDenied,

    /// <summary>Another process holds it.</summary>
    Busy,

    /// <summary>The device was there and is gone: unplugged, or the emulator ended.</summary>
    Vanished,

    /// <summary>The node is no terminal, or refuses the baud rate.</summary>
    Configuration,
}

/// <summary>A link cannot be opened or failed; the message says which, why, and the next command to type.</summary>
public sealed class LinkException(LinkFailure failure, string device, string message, string nextCommand, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The cause of the failure.</summary>
    public LinkFailure Failure { get; } = failure;

    /// <summary>The device node or socket.</summary>
    public string Device { get; } = device;

    /// <summary>The next command to type, for example <c>sudo usermod -aG dialout $USER</c>.</summary>
    public string NextCommand { get; } = nextCommand;
}
