namespace Harness.Bench.Devices;

/// <summary>The state of a device.</summary>
public enum DeviceState
{
    /// <summary>Known from the rig file; nothing is held.</summary>
    Idle,

    /// <summary>Held: the lock is taken, the emulator runs, the line is open.</summary>
    Bound,

    /// <summary>The board answered <c>ID</c>, and its random generator is seeded.</summary>
    Active,

    /// <summary>The line or the emulator failed; the next use boots the device anew.</summary>
    Broken,

    /// <summary>The bench was closed.</summary>
    Disposed,
}

/// <summary>Thrown by a call in the wrong state; names object, method and state.</summary>
public sealed class LifecycleException(string @object, string method, string state, string needed)
    : InvalidOperationException($"{@object}: {method} in state {state}; it needs {needed}");
