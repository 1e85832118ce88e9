namespace Harness.Cli.Commands.Boards;

/// <summary>The folder for a raw binary that is made of an image to be flashed: the image's own, or where that is not the user's to write, as in an installed package, one of the user's.</summary>
internal static class BinaryFolder
{
    /// <summary>Gets the folder, and makes it where it is the user's and missing.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cache">Folder of the user's caches; null for the one that the XDG base directory specification gives.</param>
    /// <exception cref="FlashException">Neither can be written.</exception>
    public static string For(string image, string? cache = null)
    {
        var beside = Path.GetDirectoryName(Path.GetFullPath(image))!;
        if (Takes(beside) is null)
        {
            return beside;
        }

        cache ??= Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var own = Path.Combine(cache, "harness", "flash");
        try
        {
            // Nobody else may put another binary there.
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(own) : Directory.CreateDirectory(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(own, e);
        }

        return Takes(own) is { } failure ? throw Refused(own, failure) : own;
    }

    private static FlashException Refused(string folder, Exception failure) => new(
        $"the raw binary of the image can be written neither beside it nor in {ProductPaths.Display(folder)}: {failure.Message.TrimEnd('.')}; next: export XDG_CACHE_HOME=FOLDER, one that is yours");

    private static Exception? Takes(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
    }
}
