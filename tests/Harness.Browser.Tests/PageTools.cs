using System.Runtime.CompilerServices;

namespace Harness.Browser.Tests;

/// <summary>A copy of the page's sources with what npm installs for them, made once: npm leaves nothing in the tree.</summary>
internal static class PageTools
{
    private static readonly Lazy<string> Copy = new(Install);

    /// <summary>The folder of the page's sources.</summary>
    public static string Sources { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "src", "Harness.Reporting", "Html", "Page"));

    /// <summary>The folder of the copy, with <c>node_modules</c>; skips the test where npm is missing.</summary>
    public static string Folder
    {
        get
        {
            _ = NeedsProgram.Find("npm", "npm");
            return Copy.Value;
        }
    }

    /// <summary>Runs a program of the copy and returns when it ended well.</summary>
    public static void Run(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {error.Result}{output.Result}");
    }

    /// <summary>Deletes the copy.</summary>
    public static void Delete()
    {
        if (Copy.IsValueCreated)
        {
            Directory.Delete(Copy.Value, recursive: true);
        }
    }

    private static string Install()
    {
        var folder = Directory.CreateTempSubdirectory("report-page-").FullName;
        foreach (var file in Directory.EnumerateFiles(Sources).Concat(Directory.EnumerateFiles(Path.Combine(Sources, "src"))))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Sources, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Run(folder, "npm", "ci", "--no-audit", "--no-fund", "--silent");
        return folder;
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
