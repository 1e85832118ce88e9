using System.Diagnostics.CodeAnalysis;

namespace Harness.Tests;

/// <summary>Skips a test where the machine lacks hardware, and names it; a test never passes silently.</summary>
internal static class NeedsHardware
{
    /// <summary>Skips the test.</summary>
    /// <param name="what">The missing thing and its connection: "a BME280 at 0x76 on /dev/i2c-1".</param>
    /// <param name="how">The document that describes its set-up.</param>
    [DoesNotReturn]
    public static void Ignore(string what, string how = "rig-setup.md")
    {
        Assert.Ignore($"needs hardware: {what}; this machine has none. Set-up: {how}");
        throw new InvalidOperationException("Assert.Ignore returned");
    }

    /// <summary>Skips the test unless a device file, or any other path, exists.</summary>
    /// <param name="path">The path: <c>/dev/gpiochip0</c>.</param>
    /// <param name="what">The hardware behind the path: "a GPIO character device".</param>
    /// <param name="how">The document that describes its set-up.</param>
    public static void At(string path, string what, string how = "rig-setup.md")
    {
        if (!Path.Exists(path))
        {
            Ignore($"{what} at {path}", how);
        }
    }
}
