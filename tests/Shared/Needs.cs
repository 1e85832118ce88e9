namespace Harness.Tests;

/// <summary>Skips a test where the system, the user or the rig lacks what it needs, and names it; a test never passes silently.</summary>
internal static class Needs
{
    /// <summary>Skips the test unless a condition holds.</summary>
    /// <param name="given">True if the test can run.</param>
    /// <param name="what">The missing condition: "the right to mount a small disk".</param>
    /// <param name="next">The way to provide it: "run this test as root".</param>
    public static void That(bool given, string what, string next)
    {
        if (!given)
        {
            Assert.Ignore($"needs {what}; next: {next}");
        }
    }
}
