namespace Harness.Tests;

/// <summary>Leaves a test out where a program that is not ours is missing, and says which package brings it.</summary>
internal static class NeedsProgram
{
    /// <summary>Ends the test as ignored unless the program is there.</summary>
    /// <param name="name">Its name; looked for in PATH and where Debian puts daemons.</param>
    /// <param name="package">The Debian package that brings it.</param>
    /// <returns>Its full path.</returns>
    public static string Find(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/sbin"]);
        if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } path)
        {
            return path;
        }

        Assert.Ignore($"{name} is not installed; next: sudo apt-get install {package}");
        throw new InvalidOperationException("Assert.Ignore returned");
    }
}
