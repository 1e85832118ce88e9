namespace Harness.Tests;

/// <summary>Leaves a test out where the system, the user or the rig does not give what it needs, and says what would; it never lets a test pass in silence.</summary>
internal static class Needs
{
    /// <summary>Ends the test as ignored unless what it needs is given.</summary>
    /// <param name="given">Whether it is.</param>
    /// <param name="what">What is needed: "the right to mount a small disk".</param>
    /// <param name="next">How to come by it: "run this test as root".</param>
    public static void That(bool given, string what, string next)
    {
        if (!given)
        {
            Assert.Ignore($"needs {what}; next: {next}");
        }
    }
}
