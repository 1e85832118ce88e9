namespace Harness.Tests;

/// <summary>Skips a test where a program of another project is missing, and names the package that contains it.</summary>
internal static class NeedsProgram
{
    /// <summary>Skips the test unless the program is installed.</summary>
    /// <param name="name">Name of the program; searched in PATH and in the folders of Debian's daemons.</param>
    /// <param name="package">The Debian package that contains it.</param>
    /// <returns>Full path of the program.</returns>
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
