namespace Harness.Bench.Devices;

/// <summary>Thrown when an emulated board does not come up: its firmware, its emulator or the leash is missing, or it ended at once.</summary>
public sealed class EmulatorException(string device, string expected, string seen, string nextCommand, Exception? inner = null)
    : Exception($"{device}: expected {expected}, saw {seen}; next: {nextCommand}", inner)
{
    /// <summary>The expected state.</summary>
    public string Expected { get; } = expected;

    /// <summary>The observed state.</summary>
    public string Seen { get; } = seen;

    /// <summary>The next command to type.</summary>
    public string NextCommand { get; } = nextCommand;
}
