namespace Harness.Cli;

/// <summary>Paths of the product's own rigs and features, and the display form of paths.</summary>
public static class ProductPaths
{
    /// <summary>Root folder of the checkout: set by the launcher, otherwise found by going up from the program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Name of the file that marks a release and says what it is; the launcher looks for it too.</summary>
    public const string ReleaseMark = "RELEASE";

    /// <summary>True in a release, which needs no SDK and no compiler and has none of the sources.</summary>
    public static bool IsRelease => File.Exists(Path.Combine(Root, ReleaseMark));

    /// <summary>Path of the default rig.</summary>
    public static string DefaultRig => Path.Combine(Root, "rigs", "sim.yaml");

    /// <summary>Folder of the shipped features.</summary>
    public static string DefaultFeatures => Path.Combine(Root, "features");

    /// <summary>Resolves a typed path, first against the working folder and then against the product.</summary>
    /// <exception cref="FormatException">The path is empty, most often from an unset variable in a script.</exception>
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

    /// <summary>Formats a path for display: relative to the product or the working folder if it lies below one, with forward slashes.</summary>
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

    /// <summary>Formats a path below a typed one for display: relative if the typed path was relative.</summary>
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
