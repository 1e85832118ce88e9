using System.Diagnostics.CodeAnalysis;

namespace Harness.Tests;

/// <summary>Leaves a test out where the machine lacks something, and says what; it never lets a test pass in silence.</summary>
internal static class NeedsHardware
{
    /// <summary>Ends the test as ignored.</summary>
    /// <param name="what">The missing thing, with what it is connected to: "a BME280 at 0x76 on /dev/i2c-1".</param>
    /// <param name="how">Where its set-up is described.</param>
    [DoesNotReturn]
    public static void Ignore(string what, string how = "rig-setup.md")
    {
        Assert.Ignore($"needs hardware: {what}; this machine has none. Set-up: {how}");
        throw new InvalidOperationException("Assert.Ignore returned");
    }

    /// <summary>Goes on only where a device file, or any other path, exists.</summary>
    /// <param name="path">The path: <c>/dev/gpiochip0</c>.</param>
    /// <param name="what">What it stands for: "a GPIO character device".</param>
    /// <param name="how">Where its set-up is described.</param>
    public static void At(string path, string what, string how = "rig-setup.md")
    {
        if (!Path.Exists(path))
        {
            Ignore($"{what} at {path}", how);
        }
    }
}
