namespace Harness.Hardware.Native;

/// <summary>Resolves stable names (<c>/dev/serial/by-id/...</c>), which are links, to the node that the kernel knows.</summary>
internal static class NodePath
{
    /// <summary>The node behind a name; the name itself, made absolute, where there is no link.</summary>
    public static string Resolve(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(path);
        }
    }
}
