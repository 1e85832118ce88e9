namespace Harness.Hardware.Native;

/// <summary>errno values used here (asm-generic: the same on x86-64, arm64 and arm).</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,       // EPERM
    NoEntry = 2,            // ENOENT
    Interrupted = 4,        // EINTR
    InputOutput = 5,        // EIO
    NoDeviceOrAddress = 6,  // ENXIO
    Again = 11,             // EAGAIN
    AccessDenied = 13,      // EACCES
    Busy = 16,              // EBUSY
    NoDevice = 19,          // ENODEV
    NotADirectory = 20,     // ENOTDIR
    IsADirectory = 21,      // EISDIR
    Invalid = 22,           // EINVAL
    NotATerminal = 25,      // ENOTTY
    TimedOut = 110,         // ETIMEDOUT
    RemoteInputOutput = 121, // EREMOTEIO
}
