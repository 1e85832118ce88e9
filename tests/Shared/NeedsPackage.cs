namespace Harness.Tests;

/// <summary>Leaves a test out where the build has a package's signatures alone; it never lets a test pass in silence.</summary>
internal static class NeedsPackage
{
    /// <summary>Ends the test as ignored unless this is a build with the packages themselves.</summary>
    /// <param name="package">The package and version: "MQTTnet 5.2.0".</param>
    public static void Of(string package)
    {
#if !NAMED_PACKAGES
        Assert.Ignore($"needs package: {package}; this build has its signatures only. Next: dotnet build -p:NamedPackages=true Harness.sln -c Release");
#endif
    }
}
