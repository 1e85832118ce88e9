namespace Harness.Cli;

/// <summary>Where the product's own rigs and features lie, and how paths are shown to people.</summary>
public static class ProductPaths
{
    /// <summary>The folder of the checkout: set by the launcher, found upwards from the program otherwise.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The default rig.</summary>
    public static string DefaultRig => Path.Combine(Root, "rigs", "sim.yaml");

    /// <summary>The shipped features.</summary>
    public static string DefaultFeatures => Path.Combine(Root, "features");

    /// <summary>A path as typed, looked for below the working folder first and below the product second.</summary>
    /// <exception cref="FormatException">It is empty: an unset variable in a script, most often.</exception>
    public static string Resolve(string typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            throw new FormatException("a path was given that is empty; expected a file or a folder; next: ./harness --help");
        }

        var here = Path.GetFullPath(typed);
        var shipped = Path.Combine(Root, typed);
        return !Path.Exists(here) && Path.Exists(shipped) ? shipped : here;
    }

    /// <summary>A path for people: relative to the product or the working folder where it lies below one, with forward slashes.</summary>
    public static string Display(string path)
    {
        var full = Path.GetFullPath(path);
        foreach (var root in (string[])[Root, Environment.CurrentDirectory])
        {
            var relative = Path.GetRelativePath(root, full);
            if (!relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative))
            {
                return relative.Replace('\\', '/');
            }
        }

        return full;
    }

    /// <summary>A path for people that lies below another that was typed: where that was typed as relative, so is it shown.</summary>
    /// <param name="path">The path.</param>
    /// <param name="typed">The file or folder as it was typed.</param>
    public static string Display(string path, string typed)
    {
        var shown = Display(path);
        return Path.IsPathRooted(shown) && !Path.IsPathRooted(typed) ? Path.GetRelativePath(Environment.CurrentDirectory, shown).Replace('\\', '/') : shown;
    }

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("HARNESS_ROOT") is { Length: > 0 } set)
        {
            return Path.GetFullPath(set);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "features")) && Directory.Exists(Path.Combine(folder.FullName, "rigs")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
