using System.Runtime.CompilerServices;

namespace Harness.Tests;

/// <summary>Keeps the runs of tests, and of every process that they start, out of the history of whoever runs them.</summary>
internal static class NoHistory
{
    [ModuleInitializer]
#pragma warning disable CA2255 // before anything of the tests runs, whichever of them is first
    internal static void Set() => Environment.SetEnvironmentVariable("HARNESS_HISTORY", "off");
#pragma warning restore CA2255
}
